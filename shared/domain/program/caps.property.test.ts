import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AccountBook, emptyBook, postInBook } from '../../../tests/support/account-book.ts'
import { at, customerOf, programWith, saleOf } from '../../../tests/support/program-facts.ts'
import type { Posting } from '../account.ts'
import { rate } from './rate.ts'

/*
 * Two tills that do not see each other rate the sales of one customer, each by what it has booked itself; head office
 * posts all of it in any order.
 */

const CAPS = { day: 60, month: 150, customer: 200 }
const program = programWith({
  rules: [
    { id: 'big', name: 'Big', kind: 'bonus', gives: { on: 'sale', multiplier_bp: 30_000 }, caps: CAPS },
    { id: 'hello', name: 'Hello', kind: 'earn', gives: { per: 'visit', points: 10 } },
    { id: 'treat', name: 'Treat', kind: 'bonus', gives: { on: 'birthday', points: 500 } },
  ],
})
const shopping = fc.array(
  fc.record({
    till: fc.nat(1),
    day: fc.integer({ min: 19, max: 23 }),
    month: fc.constantFrom('10', '11'),
    naira: fc.integer({ min: 100, max: 5_000 }),
    order: fc.nat(),
  }),
  { minLength: 2, maxLength: 14 },
)

it('sales of two tills, posted in whatever order, stay within every cap of a rule, and give once what is given once', () => {
  fc.assert(
    fc.property(shopping, (sales) => {
      const tills: AccountBook[] = [emptyBook(), emptyBook()]
      const all: { posting: Posting; order: number }[] = []
      for (const [n, { till, day, month, naira, order }] of sales.entries()) {
        const occurred = at(`2026-${month}-${day} 12:00`)
        const mine = tills[till] ?? emptyBook()
        const customer = customerOf({ birth: '11-21', once: mine.account.once })
        const sale = { ...saleOf(naira), occurred }
        let book = mine
        for (const [k, { rule, points, once }] of rate(program, sale, customer, 'till').entries()) {
          const common = { effective: occurred, expiry: occurred * 2, sale: null, month: `2026-${month}` }
          const posting: Posting = { kind: 'earn', event: `e${n}.${k}`, points, rule, once, ...common }
          book = postInBook(book, posting, { settledUntil: 0, saleReversed: false }).book
          all.push({ posting, order })
        }
        tills[till] = book
      }
      let office = emptyBook()
      for (const { posting } of all.toSorted((a, b) => a.order - b.order))
        office = postInBook(office, posting, { settledUntil: 0, saleReversed: false }).book
      const sums = new Map<string, number>()
      const lines = new Map<string, number>()
      for (const line of office.lines.values()) {
        const on = new Date(line.effective).toISOString()
        for (const key of [`day ${on.slice(0, 10)}`, `month ${on.slice(0, 7)}`, 'customer']) {
          const name = `${line.rule} ${key}`
          sums.set(name, line.points + (sums.get(name) ?? 0))
          lines.set(name, (line.points > 0 ? 1 : 0) + (lines.get(name) ?? 0))
        }
      }
      for (const [name, sum] of sums) {
        const [rule, period = ''] = name.split(' ')
        if (rule === 'big') expect(sum, name).toBeLessThanOrEqual(CAPS[period as keyof typeof CAPS])
        if (rule === 'hello' && period === 'day') expect(lines.get(name), name).toBe(1)
        if (rule === 'treat') expect(sum, name).toBe(500)
      }
    }),
    { seed: 19, numRuns: 300 },
  )
})
