/** Page by page into a file: what the export room does, without a screen. */

interface ExportPage {
  readonly text: string
  readonly next: string | null
  readonly rows: number
}

export type PageAnswer =
  | { readonly outcome: 'done'; readonly page: ExportPage }
  /** Null: no answer came at all. */
  | { readonly outcome: 'stopped'; readonly sentence: string | null }

export interface CollectPorts {
  readonly page: (cursor: string | null) => Promise<PageAnswer>
  /** Takes each piece of the file in order. */
  readonly keep: (text: string) => void
  readonly onRows: (rows: number) => void
  readonly cancelled: () => boolean
}

export type Collected =
  | { readonly outcome: 'done'; readonly rows: number }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'stopped'; readonly sentence: string | null }

/**
 * Asks for one page after the other until there is none. Cancelling takes effect after the page under way. A
 * cursor that does not move on is reported as stopped without a sentence: it would go round for ever.
 */
export async function collectPages(ports: CollectPorts): Promise<Collected> {
  let rows = 0
  let cursor: string | null = null
  for (;;) {
    if (ports.cancelled()) return { outcome: 'cancelled' }
    const answer: PageAnswer = await ports.page(cursor)
    if (ports.cancelled()) return { outcome: 'cancelled' }
    if (answer.outcome === 'stopped') return answer
    const { page } = answer
    ports.keep(page.text)
    rows += page.rows
    ports.onRows(rows)
    if (page.next === null) return { outcome: 'done', rows }
    if (page.next === cursor) return { outcome: 'stopped', sentence: null }
    cursor = page.next
  }
}

/** "kasuwa-balogun-market-sales-2026-11-21.csv": says what it is in a folder full of downloads. */
export function exportFileName(store: string, what: string, date: string, format: string): string {
  const place = store
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  const name = ['kasuwa', place, what, date].filter((part) => part !== '').join('-')
  return `${name}.${format}`
}
