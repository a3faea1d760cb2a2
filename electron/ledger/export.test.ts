import { expect, test } from 'vitest'
import { quickest } from '../../tests/support/quickest.ts'
import { csvLine } from './export.ts'

test.each([
  '=1+1',
  ' =1+1',
  '\u00a0=1+1',
  '\u200b=1+1',
  '\ufeff@SUM(A1)',
  '\u3000＝1+1',
  '\r=1+1',
  '\n-2+3',
])('%j is no formula at the beginning of a cell', (cell) => {
  expect(csvLine([cell]).replace(/^"/, '')).toMatch(/^'/)
})

test.each([
  ['Ada;=1+1', '"Ada;\'=1+1"'],
  ['Ada; =1+1;@SUM(A1)', '"Ada; \'=1+1;\'@SUM(A1)"'],
  ['Ada\t+1', '"Ada\t\'+1"'],
  ['Ada;"=1+1"', '"Ada;""\'=1+1"""'],
])('%j begins no formula where a semicolon or a tab parts the columns', (cell, written) => {
  expect(csvLine([cell])).toBe(written)
})

test.each([
  'Ada-Obi',
  'a=b',
  'R-1',
  "Sa'adatu",
  '+2348031234567',
  'Ada | Obi',
  '',
])('%j stays as it is', (cell) => {
  expect(csvLine([cell])).toBe(cell)
})

test('a long cell of blanks is written in no time', () => {
  const cells = [' '.repeat(30_000), `${';'.repeat(30_000)}x`, `;${' '.repeat(30_000)}`]
  expect(quickest(() => csvLine(cells))).toBeLessThan(500)
})
