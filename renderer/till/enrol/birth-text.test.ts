import { describe, expect, it } from 'vitest'
import { birthAsTyped, readBirth } from './birth-text.ts'

describe('a birthday as it is typed', () => {
  it.each([
    ['', ''],
    ['14/3', '03-14'],
    ['14.03', '03-14'],
    ['14 March', '03-14'],
    ['1 sept 1990', '1990-09-01'],
    ['29/2', '02-29'],
    ['29/2/1992', '1992-02-29'],
    [' 14-3-1990 ', '1990-03-14'],
    ['１４/３', '03-14'],
  ])('%j is %j', (typed, read) => expect(readBirth(typed)).toBe(read))

  it.each([
    'abc',
    '31/2',
    '29/2/1991',
    '0/3',
    '14/13',
    '14',
    '14/3/90',
    '14 foo',
    '14/3/1990; drop',
  ])('%j is no day', (typed) => expect(readBirth(typed)).toBeUndefined())

  it.each(['', '03-14', '1990-03-14'])('%j can be typed again', (birth) =>
    expect(readBirth(birthAsTyped(birth))).toBe(birth))
})
