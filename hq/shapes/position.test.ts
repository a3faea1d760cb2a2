import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatHandle, liveCursor, logOffset, parseHandle, parseOffset, snapshotOffset } from './position.ts'

describe('handles', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^[0-9a-f]{32}\.\d{1,4}$/), (since, identity) => {
        const handle = { definition: '0123456789abcdef', identity, since }
        expect(parseHandle(formatHandle(handle, 'ffffffff'))).toEqual(handle)
      }),
    )
  })

  test.each([
    '',
    '1234-5678',
    'x'.repeat(9_000),
    '0123456789abcdef-a-1-FFFFFFFF',
    '0123456789abcdef-a b-1-ffffffff',
  ])('of others are none: %j', (text) => expect(parseHandle(text)).toBeNull())
})

describe('offsets', () => {
  test.each([
    ['-1', { at: 'start' }],
    ['now', { at: 'now' }],
    ['0_0', { at: 'snapshot', rid: 0 }],
    ['0_17', { at: 'snapshot', rid: 17 }],
    // An empty log: behind the snapshot, and not its begin.
    [logOffset(0), { at: 'log', seq: 0 }],
    [logOffset(9), { at: 'log', seq: 9 }],
    ['9_4', { at: 'log', seq: 9 }],
    [snapshotOffset(3), { at: 'snapshot', rid: 3 }],
    ['', null],
    ['-2', null],
    ['1_-1', null],
    ['1_1_1', null],
    ['0x1_0', null],
  ])('%j', (text, offset) => expect(parseOffset(text)).toEqual(offset))
})

describe('the cursor', () => {
  const now = Date.UTC(2026, 10, 21)

  test('is of twenty seconds, and always another one than before', () => {
    const first = liveCursor(now, '')
    expect(Number(first) % 20).toBe(0)
    expect(liveCursor(now, first)).not.toBe(first)
    expect(liveCursor(now + 20_000, first)).toBe(String(Number(first) + 20))
  })

  test('does not believe nonsense', () => {
    for (const sent of ['x', '-1', '1e9', '9'.repeat(40)])
      expect(liveCursor(now, sent)).toBe(liveCursor(now, ''))
  })
})
