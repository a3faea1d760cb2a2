import { describe, expect, it } from 'vitest'
import { readAmount } from './amounts.ts'
import { instantOf, orderEvidence, readBirth, readDate } from './dates.ts'

describe('a date', () => {
  it.each([
    ['2026-11-21', 'auto', '2026-11-21', ''],
    ['2026/1/2', 'auto', '2026-01-02', ''],
    ['19970101', 'auto', '1997-01-01', ''],
    ['03/04/2026', 'auto', '2026-04-03', ''],
    ['3.4.2026', 'dmy', '2026-04-03', ''],
    ['03/04/2026', 'mdy', '2026-03-04', ''],
    ['21 Nov 2026', 'auto', '2026-11-21', ''],
    ['21-November-2026', 'auto', '2026-11-21', ''],
    ['Nov 21, 2026', 'auto', '2026-11-21', ''],
    ['2026-11-21 14:05', 'auto', '2026-11-21', '14:05'],
    ['2026-11-21T14:05:30Z', 'auto', '2026-11-21', '14:05:30Z'],
    ['21/11/2026 2:05 pm', 'auto', '2026-11-21', '2:05 pm'],
    ['46347', 'auto', '2026-11-21', ''],
    ['46347.5', 'auto', '2026-11-21', '12:00:00'],
    ['２０２６-11-21', 'auto', '2026-11-21', ''],
  ] as const)('%s (%s) is %s %s', (text, order, date, time) => {
    expect(readDate(text, order)).toEqual({ ok: true, date, time })
  })

  it.each([
    ['', 'empty'],
    ['21/11/26', 'two digits'],
    ['5 Mar 26', 'two digits'],
    ['31/02/2026', 'not a day of the calendar'],
    ['20261301', 'not a day of the calendar'],
    ['yesterday', 'is not a date'],
    ['5 Foo 2026', 'is not a date'],
    ["2026-01-01'; DROP TABLE event", 'is not a date'],
  ])('%s is refused: %s', (text, why) => {
    const reading = readDate(text, 'auto')
    expect(reading.ok ? '' : reading.why).toContain(why)
  })

  it('says what it tells about the order of day and month', () => {
    expect(orderEvidence('25/12/2026')).toBe('day_first')
    expect(orderEvidence('12/25/2026 10:00')).toBe('month_first')
    expect(orderEvidence('03/04/2026')).toBe('either')
    expect(orderEvidence('2026-03-04')).toBe('none')
  })
})

describe('an instant', () => {
  const at = (date: string, time: string) => {
    const reading = instantOf(date, time, 'Africa/Lagos')
    return reading.ok ? new Date(reading.atMs).toISOString() : reading.why
  }
  it('lies on the clock of the shop, or where its offset says', () => {
    expect(at('2026-11-21', '')).toBe('2026-11-20T23:00:00.000Z')
    expect(at('2026-11-21', '14:05')).toBe('2026-11-21T13:05:00.000Z')
    expect(at('2026-11-21', '12:30 am')).toBe('2026-11-20T23:30:00.000Z')
    expect(at('2026-11-21', '2:05:09 PM')).toBe('2026-11-21T13:05:09.000Z')
    expect(at('2026-11-21', '14:05:30.250Z')).toBe('2026-11-21T14:05:30.250Z')
    expect(at('2026-11-21', '14:05+02:00')).toBe('2026-11-21T12:05:00.000Z')
  })
  it('is refused where there is no such time', () => {
    for (const time of ['25:00', '10:61', '13:00 pm', 'noon'])
      expect(at('2026-11-21', time)).toContain('not a time')
  })
})

describe('a birthday', () => {
  it.each([
    ['', ''],
    ['1990-05-17', '1990-05-17'],
    ['17/05/1990', '1990-05-17'],
    ['17/05', '05-17'],
    ['05-17', '05-17'],
    ['--05-17', '05-17'],
    ['17 May', '05-17'],
    ['29/02', '02-29'],
  ])('%s is %s', (text, birth) => {
    expect(readBirth(text, 'auto')).toEqual({ ok: true, birth })
  })
  it('is refused when there is no such day', () => {
    for (const text of ['31/02', '17/05/90', 'May', '13 Foo']) expect(readBirth(text, 'auto').ok).toBe(false)
  })
})

describe('an amount', () => {
  it.each([
    ['29.33', 'point', 2933],
    ['₦12,500', 'point', 1_250_000],
    ['NGN 1 250.50', 'point', 125_050],
    ['0.00', 'point', 0],
    ['1.234,50', 'comma', 123_450],
    ['1.234', 'comma', 123_400],
    ['12,5', 'comma', 1250],
  ] as const)('%s (decimal %s) is %i kobo', (text, decimal, kobo) => {
    expect(readAmount(text, decimal)).toEqual({ ok: true, kobo })
  })

  it.each([
    ['', 'empty'],
    ['-500', 'refund'],
    ['(1,200.00)', 'refund'],
    ['120.00-', 'refund'],
    ['\u2212500', 'refund'],
    ['1e12', 'not an amount'],
    ['1000000000000', 'more than one sale may be'],
    ['9'.repeat(40), 'more than one sale may be'],
    ['12.345', 'more than two decimals'],
    ['12,50', '--decimal comma'],
    ['1.234,50', '--decimal comma'],
    ['abc', 'not an amount'],
    ['=1+1', 'not an amount'],
    ['NaN', 'not an amount'],
  ])('%s is refused: %s', (text, why) => {
    const reading = readAmount(text, 'point')
    expect(reading.ok ? '' : reading.why).toContain(why)
  })
})
