import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  businessDate,
  businessHour,
  dateInWords,
  isDate,
  offsetMs,
  startOfDate,
} from './business-date.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const at = (text: string): number => Date.parse(text)
/** 1970 to 2100, to the day. */
const day = fc.integer({ min: 0, max: 47_480 }).map((days) => addDays('1970-01-01', days))

describe('Africa/Lagos', () => {
  test('is an hour ahead of UTC the whole year', () => {
    expect(businessDate(at('2026-11-20T22:59:59.999Z'), 'Africa/Lagos')).toBe('2026-11-20')
    expect(businessDate(at('2026-11-20T23:00:00Z'), 'Africa/Lagos')).toBe('2026-11-21')
    expect(businessHour(at('2026-11-20T23:00:00Z'), 'Africa/Lagos')).toBe(0)
    expect(businessHour(at('2026-07-20T22:59:59Z'), 'Africa/Lagos')).toBe(23)
    expect(startOfDate('2026-11-21', 'Africa/Lagos')).toBe(at('2026-11-20T23:00:00Z'))
  })

  test('has the offset that the zone database gives', () => {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Africa/Lagos',
      hour: '2-digit',
      hourCycle: 'h23',
    })
    for (const year of [1971, 1999, 2026, 2060]) {
      for (const month of ['01', '07']) {
        const instant = at(`${year}-${month}-15T12:00:00Z`)
        expect(Number(format.format(instant))).toBe(businessHour(instant, 'Africa/Lagos'))
      }
    }
  })
})

describe('a zone with summer time', () => {
  test('Europe/London: the days of change have 23 and 25 hours', () => {
    const length = (date: string): number =>
      (startOfDate(addDays(date, 1), 'Europe/London') - startOfDate(date, 'Europe/London')) / HOUR_MS
    expect(length('2026-03-28')).toBe(24)
    expect(length('2026-03-29')).toBe(23)
    expect(length('2026-10-25')).toBe(25)
    expect(startOfDate('2026-06-01', 'Europe/London')).toBe(at('2026-05-31T23:00:00Z'))
    expect(startOfDate('2026-12-01', 'Europe/London')).toBe(at('2026-12-01T00:00:00Z'))
    expect(offsetMs(at('2026-10-25T00:59:59.999Z'), 'Europe/London')).toBe(HOUR_MS)
    expect(offsetMs(at('2026-10-25T01:00:00Z'), 'Europe/London')).toBe(0)
  })
})

describe('any zone', () => {
  // Cairo and Beirut change their clocks at midnight: a day there may begin at one.
  const zone = fc.constantFrom(
    'Africa/Lagos',
    'UTC',
    'Europe/London',
    'Africa/Cairo',
    'Asia/Beirut',
    'America/New_York',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Australia/Lord_Howe',
  )

  test('the start of a day is its first instant', () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        // Samoa had no 30 December 2011.
        fc.pre(!(timeZone === 'Pacific/Apia' && date === '2011-12-30'))
        const start = startOfDate(date, timeZone)
        expect(businessDate(start, timeZone)).toBe(date)
        expect(businessDate(start - 1, timeZone) < date).toBe(true)
      }),
      { numRuns: 1500 },
    )
  })

  test('an instant lies in its own day', () => {
    const instant = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instant, zone, (ms, timeZone) => {
        const date = businessDate(ms, timeZone)
        expect(isDate(date)).toBe(true)
        const start = startOfDate(date, timeZone)
        expect(start).toBeLessThanOrEqual(ms)
        expect(ms - start).toBeLessThan(DAY_MS + HOUR_MS)
        expect(businessHour(ms, timeZone)).toBeGreaterThanOrEqual(0)
        expect(businessHour(ms, timeZone)).toBeLessThan(24)
      }),
      { numRuns: 1500 },
    )
  })
})

describe('calendar days', () => {
  test.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-11-21', 12, '2027-11-21'],
    ['2028-02-29', 12, '2029-02-28'],
    ['2026-05-31', 1, '2026-06-30'],
    ['2026-11-21', 0, '2026-11-21'],
    ['2026-11-30', 120, '2036-11-30'],
  ])('%s moved by %i months is %s', (date, months, moved) => expect(addMonths(date, months)).toBe(moved))

  test('months keep the order of days, and land in the month asked for', () => {
    fc.assert(
      fc.property(day, day, fc.integer({ min: -24, max: 120 }), (one, other, months) => {
        fc.pre(one > '1975' && other > '1975')
        const [first, second] = one <= other ? [one, other] : [other, one]
        expect(addMonths(first, months) <= addMonths(second, months)).toBe(true)
        const index = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
        expect(index(addMonths(one, months)) - index(one)).toBe(months)
      }),
    )
  })

  test('days go there and back', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    fc.assert(
      fc.property(day, fc.integer({ min: -3000, max: 3000 }), (date, days) => {
        expect(addDays(addDays(date, days), -days)).toBe(date)
      }),
    )
  })

  test.each(['2026-11-21', '2028-02-29', '1970-01-01', '9999-12-31'])('%s is a date', (text) => {
    expect(isDate(text)).toBe(true)
  })

  test.each([
    '',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '21-11-2026',
    '2026-11-21T00:00Z',
    'today',
  ])('%j is none', (text) => expect(isDate(text)).toBe(false))
})

test('a day stands in a sentence as people say it', () => {
  expect(dateInWords('2026-11-21')).toBe('21 Nov 2026')
  expect(dateInWords('2027-01-02')).toBe('2 Jan 2027')
})
