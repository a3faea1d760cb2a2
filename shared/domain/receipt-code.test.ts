import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AMOUNT_KOBO_MAX, POINTS_MAX } from '../base/money.ts'
import {
  decodeReceiptCode,
  encodeCardCode,
  encodeReceiptCode,
  type ReceiptCode,
  readScan,
} from './receipt-code.ts'

const id = fc.stringMatching(/^[0-9a-f]{32}$/)
const points = fc.nat({ max: POINTS_MAX })
const line = fc.record({ kind: fc.constantFrom('earn', 'redeem'), event: id, points })
const receipt: fc.Arbitrary<ReceiptCode> = fc.record({
  sale: id,
  customer: fc.option(id),
  program: fc.string({ minLength: 1, maxLength: 40 }),
  net_kobo: fc.nat({ max: AMOUNT_KOBO_MAX }),
  lines: fc.uniqueArray(line, { maxLength: 6, selector: ({ event }) => event }),
  code: fc.option(fc.string({ minLength: 1, maxLength: 8 })),
})

const SALE: ReceiptCode = {
  sale: 'a'.repeat(32),
  customer: 'b'.repeat(32),
  program: 'default',
  net_kobo: 1_200_000,
  lines: [
    { kind: 'redeem', event: 'c'.repeat(32), points: 500 },
    { kind: 'earn', event: 'd'.repeat(32), points: 150 },
  ],
  code: null,
}

describe('the code of a receipt', () => {
  it('gives back what was put in, in letters that every scanner types alike', () => {
    fc.assert(
      fc.property(receipt, (one) => {
        const text = encodeReceiptCode(one)
        expect(text).toMatch(/^KSR1[A-Z2-7]+$/)
        expect(decodeReceiptCode(text)).toEqual({ ok: true, value: one })
        expect(readScan(` ${text.toLowerCase()}\t`)).toEqual({
          ok: true,
          value: { kind: 'receipt', receipt: one },
        })
      }),
    )
  })

  it('is small: under 300 characters for a sale with six lines of points', () => {
    expect(encodeReceiptCode(SALE).length).toBeLessThan(180)
    const lines = Array.from({ length: 6 }, () => ({
      kind: 'earn' as const,
      event: 'e'.repeat(32),
      points: 9_999,
    }))
    expect(encodeReceiptCode({ ...SALE, lines }).length).toBeLessThan(300)
  })

  it('is never taken for another one when a letter was read wrong', () => {
    const text = encodeReceiptCode(SALE)
    const at = fc.integer({ min: 4, max: text.length - 1 })
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
    fc.assert(
      fc.property(at, letter, (place, wrong) => {
        fc.pre(text[place] !== wrong)
        const misread = text.slice(0, place) + wrong + text.slice(place + 1)
        expect(decodeReceiptCode(misread)).toMatchObject({
          ok: false,
          refusal: { code: 'receipt_unreadable' },
        })
      }),
    )
  })

  it('never throws on what anybody typed', () => {
    const typed = fc.oneof(
      fc.string(),
      fc.stringMatching(/^KSR1[A-Z2-7]{0,80}$/),
      fc.stringMatching(/^KSC1[A-Z2-7]{26,40}$/),
    )
    fc.assert(
      fc.property(typed, (text) => {
        expect(typeof readScan(text).ok).toBe('boolean')
      }),
    )
  })

  it('of a newer app says so, and one that was cut off says what to do', () => {
    const text = encodeReceiptCode(SALE)
    expect(readScan(text.replace('KSR1', 'KSR2'))).toMatchObject({
      refusal: { code: 'receipt_newer', sentence: expect.stringContaining('Update this app') },
    })
    expect(readScan(text.slice(0, -3))).toMatchObject({
      refusal: { code: 'receipt_unreadable', sentence: expect.stringContaining('Scan') },
    })
  })

  it('that no sale has is not read: head office would never book what it asks for', () => {
    const [line] = SALE.lines
    if (!line) throw new Error('a sale has lines')
    const wrong: readonly Partial<ReceiptCode>[] = [
      { net_kobo: AMOUNT_KOBO_MAX + 1 },
      { lines: [{ ...line, points: POINTS_MAX + 1 }] },
      { lines: [line, { ...line, points: 1 }] },
      { program: '' },
      { program: 'a\0b' },
      { program: '\ud800' },
    ]
    for (const one of wrong) {
      const read = decodeReceiptCode(encodeReceiptCode({ ...SALE, ...one }))
      expect(read, JSON.stringify(one)).toMatchObject({ ok: false, refusal: { code: 'receipt_unreadable' } })
    }
  })

  it('refuses to be made of what no sale is', () => {
    expect(() => encodeReceiptCode({ ...SALE, net_kobo: -1 })).toThrow('not negative')
    expect(() => encodeReceiptCode({ ...SALE, sale: 'none' })).toThrow('32 hex')
  })
})

describe('a scan', () => {
  it('of a membership card without a number names the customer', () => {
    fc.assert(
      fc.property(id, (customer) => {
        expect(readScan(encodeCardCode(customer))).toEqual({
          ok: true,
          value: { kind: 'customer', customer },
        })
      }),
    )
  })

  it('of anything else is a text to search for, as it was', () => {
    for (const text of ['KS00012345', '08031234567', 'KSC1234567', 'KSR-1', '5901234123457']) {
      expect(readScan(text)).toEqual({ ok: true, value: { kind: 'text', text } })
    }
  })
})
