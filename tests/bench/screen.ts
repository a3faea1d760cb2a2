import type { Page } from 'playwright-core'
import { foldName } from '../../shared/domain/name-search.ts'
import { launchChromium } from '../support/chromium.ts'
import { startHost } from '../support/host-process.ts'
import { BENCH_PIN, type Dataset, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { drawPeople } from './look-up.ts'
import { spreadOf } from './measure.ts'

/** From the press of a key to the list on the glass, in the real screen over the browser host. */

const PEOPLE = 12
/** Long enough for the answer to one key to be painted before the next is pressed. */
const BETWEEN_KEYS_MS = 220
const KEYSTROKE_MS_MAX = 50
const FIRST_KEYS_WITHOUT_LIST = 3

export async function benchScreen(dataset: Dataset): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'screen')
  const host = await startHost(copy.dir)
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    await page.goto(host.address)
    await page.getByRole('radio').first().check({ force: true })
    await page.getByLabel('PIN of').fill(BENCH_PIN)
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Phone, name or card' }).waitFor()
    await watch(page)
    const ours = await typed(page, dataset)
    const plain = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await plain.setContent(PLAIN_LIST)
    await plain.locator('input').focus()
    await watch(plain)
    const raw = await typed(plain, dataset)
    return (['p50', 'p95'] as const).map((at) => ({
      id: `keystroke.${at}`,
      what: `key pressed to list painted in Chromium, ${at}`,
      unit: 'ms' as const,
      value: spreadOf(ours)[at],
      raw: spreadOf(raw)[at],
      rawIs: 'an empty page that puts up twenty lines at once, with no till behind it',
      target: at === 'p95' ? { atMost: KEYSTROKE_MS_MAX } : null,
      because: 'browser, host and ledger process take turns on the same processors here',
    }))
  } finally {
    await browser.close()
    await host.stop()
    copy.remove()
  }
}

const PLAIN_LIST = `<input><div role="listbox"></div><script>
  const list = document.querySelector('div')
  document.querySelector('input').addEventListener('input', (event) => {
    list.replaceChildren(...Array.from({ length: 20 }, (_, i) => {
      const row = document.createElement('p')
      row.textContent = event.target.value + ' ' + i
      return row
    }))
  })
</script>`

type Watching = Window & { kasuwaBench: { pressed: number; painted: number } }

/** Notes when a key was pressed and when the frame after the last change of the page was on the glass. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted = { pressed: 0, painted: 0 }
    ;(window as unknown as Watching).kasuwaBench = noted
    addEventListener(
      'keydown',
      (event) => {
        noted.pressed = event.timeStamp
        noted.painted = 0
      },
      { capture: true },
    )
    new MutationObserver((changes) => {
      const list = changes.some(({ target }) =>
        (target instanceof Element ? target : target.parentElement)?.closest('[role=listbox], section'),
      )
      if (!list) return
      // The frame callback runs before the paint, a message posted in it after.
      requestAnimationFrame(() => {
        const after = new MessageChannel()
        after.port1.onmessage = () => {
          noted.painted = performance.now()
        }
        after.port2.postMessage(null)
      })
    }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: false })
  })
}

/** As people type names: without marks, which no keyboard here has a key for. */
const plain = (name: string): string => foldName(name).join(' ').slice(0, 11)

/** Types numbers and names key by key; milliseconds for each key that changed the list. */
async function typed(page: Page, dataset: Dataset): Promise<number[]> {
  const samples: number[] = []
  for (const [at, person] of drawPeople(dataset, 7, PEOPLE).entries()) {
    const text = at % 2 === 0 ? person.dialled : plain(person.name)
    await page.locator('input').first().fill('')
    await page.waitForTimeout(BETWEEN_KEYS_MS)
    for (const [place, key] of [...text].entries()) {
      await page.keyboard.type(key)
      await page.waitForTimeout(BETWEEN_KEYS_MS)
      const { pressed, painted } = await page.evaluate(() => (window as unknown as Watching).kasuwaBench)
      if (place >= FIRST_KEYS_WITHOUT_LIST && painted > 0) samples.push(painted - pressed)
    }
  }
  return samples
}
