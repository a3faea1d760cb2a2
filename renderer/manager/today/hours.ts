import type { Output } from '../../../shared/ipc/contract.ts'

export type HourRow = Output<'manager.today'>['by_hour'][number]

/** The hours a shop is usually open, so that the chart keeps its shape from morning to evening. */
const OPEN_FROM = 8
const OPEN_TO = 19

/** The rows worth drawing: the usual day, widened to whatever happened outside it. */
export function drawnHours(rows: readonly HourRow[]): readonly HourRow[] {
  const busy = rows
    .filter((row) => row.sales > 0 || row.earned !== 0 || row.redeemed !== 0)
    .map((row) => row.hour)
  const from = Math.min(OPEN_FROM, ...busy)
  const to = Math.max(OPEN_TO, ...busy)
  return rows.filter((row) => row.hour >= from && row.hour <= to)
}

/** The hour with the most sales, the earliest of equals; null on a day without any. */
export function busiestHour(rows: readonly HourRow[]): HourRow | null {
  let best: HourRow | null = null
  for (const row of rows) if (row.sales > (best?.sales ?? 0)) best = row
  return best
}

/** "14:00": how an hour stands under its bar. */
export const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

/** What the bars may stand for. */
export const MEASURES = ['sales', 'gross', 'earned'] as const
export type Measure = (typeof MEASURES)[number]

export function measured(row: HourRow, measure: Measure): number {
  return measure === 'sales' ? row.sales : measure === 'gross' ? row.gross_kobo : row.earned
}

const STEPS = [
  { from: 1_000_000_000, letter: 'bn' },
  { from: 1_000_000, letter: 'm' },
  { from: 1_000, letter: 'k' },
] as const

/** Short enough to stand over a bar: 950, 8.4k, 185k, 1.2m. Rounded down, so that it never says more than there is. */
export function shortNumber(value: number): string {
  for (const { from, letter } of STEPS) {
    if (value >= from) {
      const tenths = Math.floor(value / (from / 10))
      return `${tenths >= 100 || tenths % 10 === 0 ? Math.floor(tenths / 10) : (tenths / 10).toFixed(1)}${letter}`
    }
  }
  return String(value)
}

/** What stands over a bar; nothing over an empty one. */
export function barLabel(row: HourRow, measure: Measure): string {
  const value = measured(row, measure)
  if (value <= 0) return ''
  return measure === 'gross' ? `₦${shortNumber(Math.floor(value / 100))}` : shortNumber(value)
}
