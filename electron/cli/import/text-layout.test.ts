import { describe, expect, it } from 'vitest'
import { blankSplitter } from './blanks.ts'
import { sniffDelimiter } from './sniff.ts'

describe('blank-separated text', () => {
  it('reads columns set apart by any run of blanks, at any split of the text', () => {
    const text = ' 00004 0001 19970101  2   29.33\r\n\n 00021 0002 19970101  3   63.34\r'
    for (const piece of [1, 3, 1000]) {
      const splitter = blankSplitter()
      const rows = []
      for (let at = 0; at < text.length; at += piece) rows.push(...splitter.push(text.slice(at, at + piece)))
      rows.push(...splitter.end())
      expect(rows.map((row) => row.cells)).toEqual([
        ['00004', '0001', '19970101', '2', '29.33'],
        ['00021', '0002', '19970101', '3', '63.34'],
      ])
    }
  })

  it('bounds a line that never ends', () => {
    const splitter = blankSplitter()
    for (let i = 0; i < 200; i++) splitter.push('y'.repeat(65_536))
    const rows = [...splitter.push('\na b\n'), ...splitter.end()]
    expect(rows.map((row) => row.problem !== null)).toEqual([true, false])
  })
})

describe('the delimiter', () => {
  it('is what the lines agree on', () => {
    expect(sniffDelimiter('a,b\n1,2\n', true)).toBe('comma')
    expect(sniffDelimiter('a\tb c\n1\t2 3\n', true)).toBe('tab')
    expect(sniffDelimiter('phone;amount\n0803 123 4567;1.234,50\n0805;12,00\n', true)).toBe('semicolon')
    expect(sniffDelimiter('a|b\n1|2\n', true)).toBe('pipe')
    expect(sniffDelimiter(' 1 2  3\n 4 5  6\n', true)).toBe('blank')
    expect(sniffDelimiter('phone\n0803 123 4567\n', true)).toBe('comma')
    expect(sniffDelimiter('name,note\n"a, b, c, d",x\n', true)).toBe('comma')
  })

  it('does not look at a line that the sample cuts', () => {
    expect(sniffDelimiter('1 2 3\n4 5 6\n7', false)).toBe('blank')
  })
})
