import { describe, expect, it } from 'vitest'
import { dayAsTyped, readDay } from './day-text.ts'

describe('the date of the set-up', () => {
  it.each([
    ['2026-11-21', '2026-11-21'],
    ['21/11/2026', '2026-11-21'],
    [' 3.4.2026 ', '2026-04-03'],
    ['3 April 2026', '2026-04-03'],
    ['21 Nov 2026', '2026-11-21'],
  ])('reads %j day first', (typed, day) => expect(readDay(typed)).toBe(day))

  it.each([
    '',
    '21/11',
    '11-21',
    '11/21/2026',
    '30/2/2026',
    '21/11/26',
    'today',
  ])('does not guess at %j', (typed) => expect(readDay(typed)).toBeUndefined())

  it.each([
    'en-NG',
    'en-US',
    'fr',
    'ha',
    'ar',
    'ja',
  ])('stands in the field so that it reads back, in %s', (locale) => {
    for (let month = 1; month <= 12; month++) {
      const day = `2026-${String(month).padStart(2, '0')}-03`
      expect(readDay(dayAsTyped(day, locale))).toBe(day)
    }
    expect(dayAsTyped('2026-04-03', 'en-NG')).toBe('3 Apr 2026')
  })
})
