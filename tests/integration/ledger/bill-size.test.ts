import { afterAll, describe, expect, it } from 'vitest'
import { SALE_LIMITS } from '../../../shared/base/limits.ts'
import { decodeReceiptCode } from '../../../shared/domain/receipt-code.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import { programWith } from '../../support/program-facts.ts'
import { runProgram } from '../../support/rules.ts'
import { newTill, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/** Why head office would keep an event of this till aside; nothing where it takes all. */
const keptAside = (till: TestTill): string[] =>
  till.till.ledger.db
    .prepare<[], Uint8Array>('SELECT bytes FROM event')
    .pluck()
    .all()
    .flatMap((bytes) => {
      const read = readEvent(Buffer.from(bytes).toString(), bytes.length)
      return read.ok ? [] : [read.why]
    })
const sold = (word: string, count: number = SALE_LIMITS.linesMax) =>
  Array.from({ length: count }, () => ({ item: word, category: word, quantity: 1_000_000, kobo: 100 }))
const long = (sign: string): string => sign.repeat(SALE_LIMITS.wordCharsMax / sign.length)

describe('a bill', () => {
  it('that no event has room for, or no database keeps, is refused with a sentence', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    for (const word of [long('ก'), long('😀'), long('"'), long('\u0001')]) {
      const said = await till.refused('cashier', 'sale.record', { ...saleOf(ada, 60), lines: sold(word) })
      expect(said.sentence, JSON.stringify(word)).toContain('too long to be kept together')
    }
    for (const word of ['a\0', '\ud800']) {
      const said = await till.refused('cashier', 'sale.record', { ...saleOf(ada, 60), lines: sold(word, 1) })
      expect(said.sentence, JSON.stringify(word)).toContain('cannot be kept')
    }
    await till.done('cashier', 'sale.record', { ...saleOf(ada, 60), lines: sold(long('ก'), 18) })
    expect(keptAside(till)).toEqual([])
  })

  it('that very many rules give points for is booked, told and printed', async () => {
    const till = await newTill()
    const word = long('ก')
    const rules = Array.from({ length: 66 }, (_, at) => ({
      id: `r${at}`,
      name: 'x'.repeat(60),
      kind: 'bonus',
      gives: { on: 'sale', points: 10 },
    }))
    runProgram(till, programWith({ rules }))
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const done = await till.done('cashier', 'sale.record', { ...saleOf(ada, 1_000), lines: sold(word, 18) })
    expect(await till.balance(ada)).toBe(670)
    expect(done.lines.reduce((sum, { points }) => sum + points, 0)).toBe(670)
    expect(done.lines.at(-1)?.text).toMatch(/^\d+ points: \d+ more rules\.$/)
    expect(keptAside(till)).toEqual([])
    const { qr } = await till.done('cashier', 'receipt.preview', { sale_id: done.sale_id })
    expect(decodeReceiptCode(qr)).toMatchObject({ ok: true, value: { sale: done.sale_id } })
    expect((await till.verify()).ok).toBe(true)
  })
})
