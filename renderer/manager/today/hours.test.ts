import { describe, expect, it } from 'vitest'
import { readDay, writeDay } from './day.ts'
import { barLabel, busiestHour, drawnHours, type HourRow, hourText, shortNumber } from './hours.ts'

const day = (sales: Readonly<Record<number, number>>): HourRow[] =>
  Array.from({ length: 24 }, (_, hour) => ({
    hour,
    sales: sales[hour] ?? 0,
    gross_kobo: 0,
    earned: 0,
    redeemed: 0,
  }))

const span = (rows: readonly HourRow[]) => [rows[0]?.hour, rows.at(-1)?.hour]

describe('the hours of a day', () => {
  it('are the usual opening hours on a quiet day', () => {
    expect(span(drawnHours(day({})))).toEqual([8, 19])
    expect(span(drawnHours(day({ 10: 3 })))).toEqual([8, 19])
  })

  it('widen to whatever happened outside them', () => {
    expect(span(drawnHours(day({ 6: 1, 23: 1 })))).toEqual([6, 23])
    expect(span(drawnHours(day({ 0: 1 })))).toEqual([0, 19])
  })

  it('count points moved without a sale as something that happened', () => {
    const rows = day({})
    rows[21] = { hour: 21, sales: 0, gross_kobo: 0, earned: 0, redeemed: 40 }
    expect(span(drawnHours(rows))).toEqual([8, 21])
  })

  it('name the busiest, the earliest of equals', () => {
    expect(busiestHour(day({}))).toBeNull()
    expect(busiestHour(day({ 9: 2, 14: 5, 17: 5 }))?.hour).toBe(14)
    expect(hourText(9)).toBe('09:00')
  })
})

describe('a number over a bar', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1k'],
    [8_449, '8.4k'],
    [9_999, '9.9k'],
    [10_000, '10k'],
    [185_900, '185k'],
    [999_999, '999k'],
    [1_250_000, '1.2m'],
    [2_000_000_000, '2bn'],
  ])('%d is %s', (value, text) => {
    expect(shortNumber(value)).toBe(text)
  })

  it('carries the naira sign for amounts, and is absent over an empty bar', () => {
    const row = { hour: 9, sales: 3, gross_kobo: 1_250_050, earned: 0, redeemed: 0 }
    expect(barLabel(row, 'gross')).toBe('₦12k')
    expect(barLabel(row, 'sales')).toBe('3')
    expect(barLabel(row, 'earned')).toBe('')
  })
})

describe('the day in the address', () => {
  it('comes back, and today is left out', () => {
    expect(readDay(writeDay('2026-11-20', '2026-11-21'))).toBe('2026-11-20')
    expect(writeDay('2026-11-21', '2026-11-21')).toBe('')
    expect(readDay('')).toBeNull()
  })

  it('is today when it is no day of the calendar', () => {
    for (const query of ['day=2026-02-30', 'day=yesterday', 'day=', 'day=20261121'])
      expect(readDay(query)).toBeNull()
  })
})
