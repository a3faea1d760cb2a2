import type { Page } from 'playwright-core'

/** What a page shows for a moment, remembered: on a busy machine whoever looks may be late. */
export interface Shown {
  readonly text: string
  /** By the clock of the page, ms. */
  readonly fromMs: number
  /** Null as long as it stands there. */
  readonly untilMs: number | null
}

const REMEMBERED = 'kasuwaTestShown'

/** From the next page on: everything that the region of this name says. */
export async function rememberShown(page: Page, label: string): Promise<void> {
  const known = { label, key: REMEMBERED }
  await page.addInitScript(({ label, key }) => {
    const all: { text: string; fromMs: number; untilMs: number | null }[] = []
    Object.assign(window, { [key]: all })
    let region: HTMLElement | null = null
    const look = (): void => {
      const now = document.querySelector<HTMLElement>(`[aria-label="${label}"]`)
      const last = all.at(-1)
      if (now === region && (now === null || now.innerText === last?.text)) return
      if (last) last.untilMs ??= performance.now()
      if (now) all.push({ text: now.innerText, fromMs: performance.now(), untilMs: null })
      region = now
    }
    new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
  }, known)
}

/** Everything it has said and was not made to forget, oldest first. */
export function shownBy(page: Page): Promise<readonly Shown[]> {
  return page.evaluate((key) => (window as unknown as Record<string, Shown[]>)[key] ?? [], REMEMBERED)
}

/** Forgets what does not stand there any more. */
export function forgetShown(page: Page): Promise<void> {
  return page.evaluate((key) => {
    const all = (window as unknown as Record<string, Shown[]>)[key]
    all?.splice(0, all.at(-1)?.untilMs === null ? all.length - 1 : all.length)
  }, REMEMBERED)
}

/** Looks out for a text on this page from now on. The answer tells whether it was there for a moment. */
export async function watchFor(page: Page, text: string): Promise<() => Promise<boolean>> {
  const seen = await page.evaluateHandle((watched) => {
    const found = { it: false }
    const look = (): void => {
      found.it ||= document.body.textContent?.includes(watched) ?? false
    }
    new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
    look()
    return found
  }, text)
  return () => seen.evaluate((found) => found.it)
}
