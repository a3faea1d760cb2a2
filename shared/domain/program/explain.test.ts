import { describe, expect, it } from 'vitest'
import { customerOf, programWith, saleOf } from '../../../tests/support/program-facts.ts'
import { explainLine } from './explain.ts'
import { rate } from './rate.ts'

const rule = (name: string, kind: string, gives: object, more: object = {}) => ({
  id: name.toLowerCase().replaceAll(' ', '-'),
  name,
  kind,
  gives,
  ...more,
})
const food = [{ field: 'categories', in: ['food'] }]
const rules = [
  rule('Food', 'earn', { per: 'category', kobo_per_point: 5_000 }, { when: food }),
  rule('Mugs', 'earn', { per: 'item', points: 25 }, { when: [{ field: 'items', in: ['MUG'] }] }),
  rule('Hello', 'earn', { per: 'visit', points: 10 }),
  rule('Weekend', 'bonus', { on: 'sale', multiplier_bp: 20_000 }, { caps: { sale: 90, day: 500 } }),
  rule('A treat', 'bonus', { on: 'birthday', points: 1_500 }, { caps: { month: 300, customer: 2_000 } }),
  rule('Large bill', 'bonus', { on: 'threshold', min_kobo: 100, points: 70 }, { caps: { sale: 60 } }),
]
const program = programWith({ rules })
const sale = saleOf(13_000, {
  lines: [
    ['RICE', 'food', 2, 6_000],
    ['MUG', 'home', 3, 3_000],
  ],
})
const customer = customerOf({ tier: 'Silver', birth: '11-21' })
const rated = new Map(rate(program, sale, customer, 'till').map((line) => [line.rule, line]))

const lineOf = (id: string) => {
  const line = rated.get(id)
  if (!line) throw new Error(`no line of ${id}`)
  return line
}
const full = (id: string, known: typeof program | null = program) =>
  explainLine(lineOf(id), { points: lineOf(id).points, why: '' }, known)

describe('a line of points says why', () => {
  it.each([
    ['base', '40 points: ₦4,000 at 1 for ₦100. Silver x 1.25 gives 50.'],
    ['food', '120 points: Food, ₦6,000 at 1 for ₦50. Silver x 1.25 gives 150.'],
    ['mugs', '75 points: Mugs, 3 at 25 points.'],
    ['hello', '10 points: Hello, for the visit.'],
    ['weekend', '90 points: Weekend, x 2 on ₦13,000. The most in one sale is 90.'],
    ['a-treat', '1,500 points: A treat, for the birthday.'],
    ['large-bill', '60 points: Large bill, for the size of the bill. The most in one sale is 60.'],
  ])('%s', (id, said) => {
    expect(full(id)).toBe(said)
  })

  it('less where the program that made it is not known any more', () => {
    expect(full('base', null)).toBe('40 points: ₦4,000. Silver x 1.25 gives 50.')
    expect(full('weekend', null)).toBe('90 points: Weekend.')
    const first = { points: 50, base: 40, multiplier_bp: 12_500, tier: 'Silver', rule: 'base' }
    expect(explainLine(first, { points: 50, why: '' }, null)).toBe(
      '40 points: the base rate. Silver x 1.25 gives 50.',
    )
    const one = { ...first, points: 1, base: 1, multiplier_bp: 10_000 }
    expect(explainLine(one, { points: 1, why: '' }, program)).toBe('1 point: the base rate.')
  })

  it.each([
    ['weekend', 40, 'cap', '40 of 90 points: Weekend; the cap of 500 a day was reached.'],
    [
      'a-treat',
      300,
      'cap',
      '300 of 1,500 points: A treat; a cap was reached (300 a month, 2,000 a customer).',
    ],
    ['a-treat', 0, 'once', '0 of 1,500 points: A treat; it was given before.'],
    ['base', 0, 'sale_reversed', '0 of 50 points: the sale was undone before they arrived.'],
  ])('%s, of which %d count for %s', (id, points, why, said) => {
    expect(explainLine(lineOf(id), { points, why }, program)).toBe(said)
  })
})
