import { describe, expect, test } from 'vitest'
import { readPlace, writePlace } from './location.ts'

describe('addresses of the console', () => {
  test('a place reads back as it was written', () => {
    const place = {
      room: 'ledgers',
      of: '',
      query: { kind: 'sale.recorded,points.earned', till: 'ab' },
    } as const
    expect(writePlace(place)).toBe('#/ledgers?kind=sale.recorded,points.earned&till=ab')
    expect(readPlace(writePlace(place))).toEqual(place)
    expect(readPlace(writePlace({ room: 'stores', of: 'a1' }))).toEqual({
      room: 'stores',
      of: 'a1',
      query: {},
    })
  })

  test('what is no address of ours leads to the overview', () => {
    const start = { room: 'overview', of: '', query: {} }
    for (const hash of ['', '#', '#/', '#/nowhere', '#/Ledgers', '#//ledgers', '#/__proto__?a=b']) {
      expect(readPlace(hash)).toEqual(start)
    }
    expect(readPlace('#/stores/../../x').of).toBe('')
  })
})
