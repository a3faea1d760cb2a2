import fc from 'fast-check'
import { expect, it } from 'vitest'
import { utf8Length } from './utf8-length.ts'

it('counts the bytes that are written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text))
    }),
  )
  expect(utf8Length('₦1 \u{1f600} \ud800')).toBe(Buffer.byteLength('₦1 \u{1f600} \ud800'))
})
