import { describe, expect, it } from 'vitest'
import {
  at,
  customerOf,
  LAGOS,
  linesInWords,
  programWith,
  saleOf,
} from '../../../tests/support/program-facts.ts'
import { bonusesFor } from './bonus.ts'
import { rate } from './rate.ts'

type Sale = Parameters<typeof saleOf>[1]
type Customer = Parameters<typeof customerOf>[0]

const bonus = (id: string, gives: object, more: object = {}) => ({
  id,
  name: id,
  kind: 'bonus',
  gives: { on: 'sale', ...gives },
  ...more,
})
const bonusesOf = (program: object, amount: number, sale: Sale = {}, customer: Customer = {}) =>
  linesInWords(rate(programWith(program), saleOf(amount, sale), customerOf(customer), 'till').slice(1))

describe('a bonus is given', () => {
  it.each<[string, object, Sale, Customer, boolean]>([
    ['with the first purchase', { on: 'first_purchase' }, {}, { sales: 0 }, true],
    ['not with the second', { on: 'first_purchase' }, {}, { sales: 1 }, false],
    ['on the birthday', { on: 'birthday' }, { on: '2026-11-21 00:00' }, { birth: '1990-11-21' }, true],
    ['on a birthday without a year', { on: 'birthday' }, {}, { birth: '11-21' }, true],
    ['not a day later', { on: 'birthday' }, { on: '2026-11-22 00:00' }, { birth: '11-21' }, false],
    ['not where none is known', { on: 'birthday' }, {}, { birth: '' }, false],
    ['on 28 February for the 29th', { on: 'birthday' }, { on: '2027-02-28 09:00' }, { birth: '02-29' }, true],
    ['on the 29th in a leap year', { on: 'birthday' }, { on: '2028-02-29 09:00' }, { birth: '02-29' }, true],
    ['not on its 28th', { on: 'birthday' }, { on: '2028-02-28 09:00' }, { birth: '02-29' }, false],
    ['a year after enrolment', { on: 'anniversary' }, {}, { joined: at('2025-11-21 20:00') }, true],
    ['not on the day itself', { on: 'anniversary' }, {}, { joined: at('2026-11-21 08:00') }, false],
    [
      'with the first purchase of who was brought',
      { on: 'referral_new' },
      {},
      { sales: 0, referrer: 'a' },
      true,
    ],
    ['not to who came alone', { on: 'referral_new' }, {}, { sales: 0 }, false],
    ['at the threshold', { on: 'threshold', min_kobo: 100_000 }, {}, {}, true],
    ['not below it', { on: 'threshold', min_kobo: 100_001 }, {}, {}, false],
    ['not for enrolling, with a sale', { on: 'sign_up' }, {}, { sales: 0 }, false],
  ])('%s', (_, gives, sale, customer, due) => {
    const rules = [bonus('gift', { points: 7, ...gives })]
    expect(bonusesOf({ rules }, 1_000, sale, customer)).toEqual(due ? ['gift 7 on 1000'] : [])
  })

  it('for enrolling, and to who brought somebody, once for each', () => {
    const rules = [
      bonus('hello', { on: 'sign_up', points: 50 }),
      bonus('thanks', { on: 'referral_by', points: 30 }),
      bonus('never', { on: 'sign_up', points: 9 }, { when: [{ field: 'bill', min_kobo: 1 }] }),
    ]
    const program = programWith({ rules })
    const deed = { at: at('2026-11-21 10:00'), timeZone: LAGOS, channel: 'pos' }
    const customer = customerOf()
    expect(bonusesFor(program, { on: 'sign_up', ...deed }, customer, 'till')).toMatchObject([
      { rule: 'hello', points: 50, once: [{ key: 'sign_up:hello', cap: 'once', until: null }] },
    ])
    const brought = bonusesFor(program, { on: 'referral_by', whom: 'ada', ...deed }, customer, 'till')
    expect(brought).toMatchObject([{ rule: 'thanks', points: 30, once: [{ key: 'referral_by:thanks:ada' }] }])
    const once = { 'referral_by:thanks:ada': { cap: 'once', used: 30, lines: 1, until: null } } as const
    const known = customerOf({ once })
    const again = (whom: string) => bonusesFor(program, { on: 'referral_by', whom, ...deed }, known, 'till')
    expect([again('ada').length, again('bola').length]).toEqual([0, 1])
    const vip = programWith({ rules, type: 'vip', members: ['board'] })
    expect(bonusesFor(vip, { on: 'sign_up', ...deed }, customer, 'till')).toEqual([])
  })
})

describe('a multiplier gives what it adds to the base', () => {
  const food = [{ field: 'categories', in: ['food'] }]
  it.each<[string, number, object, Customer, string[]]>([
    ['twice', 20_000, {}, {}, ['more 90 on 9000']],
    ['three halves', 15_000, {}, {}, ['more 45 on 9000']],
    ['twice, as Silver', 20_000, {}, { tier: 'Silver' }, ['more 112 on 9000']],
    ['twice on food', 20_000, { when: food }, {}, ['more 60 on 6000']],
    ['three times, at most 100', 30_000, { caps: { sale: 100 } }, {}, ['more 100 on 9000']],
  ])('%s', (_, multiplier_bp, more, customer, lines) => {
    const sale: Sale = {
      lines: [
        ['RICE', 'food', 2, 6_000],
        ['SOAP', 'home', 1, 3_000],
      ],
    }
    expect(bonusesOf({ rules: [bonus('more', { multiplier_bp }, more)] }, 9_000, sale, customer)).toEqual(
      lines,
    )
  })
})

describe('bonuses that meet', () => {
  const a = bonus('a', { points: 40 })
  const b = bonus('b', { points: 50 })
  const c = bonus('c', { points: 70 }, { stack: 'alone' })
  const d = bonus('d', { points: 50 }, { stack: 'alone' })
  it.each<[string, 'add' | 'best', object[], string[]]>([
    ['add up', 'add', [a, b], ['a', 'b']],
    ['give the best', 'best', [a, b], ['b']],
    ['give the first of equals', 'best', [d, b], ['d']],
    ['give the sum where it beats one alone', 'add', [a, c, b], ['a', 'b']],
    ['give the one alone where it beats the sum', 'add', [a, c], ['c']],
    ['give the best of those alone', 'add', [d, c], ['c']],
    ['give the first side of equals', 'add', [b, d], ['b']],
    ['give the first side of equals, the other way round', 'add', [d, b], ['d']],
    ['give the best alone or not', 'best', [a, c, b], ['c']],
  ])('%s', (_, stacking, rules, given) => {
    const words = bonusesOf({ rules, stacking }, 1_000)
    expect(words.map((line) => line.split(' ')[0])).toEqual(given)
  })

  it('are weighed by what their caps leave', () => {
    const capped = bonus('capped', { points: 90 }, { caps: { customer: 100 } })
    const once = { 'all:capped': { cap: 100, used: 80, lines: 1, until: null } } as const
    expect(bonusesOf({ rules: [capped, b], stacking: 'best' }, 1_000)).toEqual(['capped 90 on 1000'])
    expect(bonusesOf({ rules: [capped, b], stacking: 'best' }, 1_000, {}, { once })).toEqual(['b 50 on 1000'])
    expect(bonusesOf({ rules: [capped] }, 1_000, {}, { once })).toEqual(['capped 90 on 1000, 20 left'])
  })
})

describe('caps', () => {
  const program = programWith({
    rules: [
      bonus(
        'gift',
        { on: 'birthday', points: 90 },
        { caps: { sale: 60, day: 70, month: 80, customer: 100 } },
      ),
    ],
  })

  it('are keys with the end of their period, and the cap of a sale is none', () => {
    const [, line] = rate(program, saleOf(1_000), customerOf({ birth: '11-21' }), 'till')
    expect(line).toMatchObject({ points: 60, base: 90 })
    expect(line?.once).toEqual([
      { key: 'birthday:gift:2026', cap: 'once', until: at('2027-01-01 00:00') },
      { key: 'day:gift:2026-11-21', cap: 70, until: at('2026-11-22 00:00') },
      { key: 'month:gift:2026-11', cap: 80, until: at('2026-12-01 00:00') },
      { key: 'all:gift', cap: 100, until: null },
    ])
  })

  it('that nothing is left of leave a line that says so', () => {
    const once = { 'all:gift': { cap: 100, used: 100, lines: 2, until: null } } as const
    const [, line] = rate(program, saleOf(1_000), customerOf({ birth: '11-21', once }), 'till')
    expect(line).toMatchObject({ points: 60, counts: 0 })
  })

  it('have keys that an event can carry, however long the id of the rule', () => {
    const id = 'x'.repeat(40)
    const caps = { day: 1, month: 1, customer: 1 }
    const of = (on: string) => programWith({ rules: [bonus(id, { on, points: 1 }, { caps })] })
    const deed = { at: at('2026-11-21 10:00'), timeZone: LAGOS, channel: 'pos' }
    const whom = 'f'.repeat(32)
    const lines = [
      ...rate(of('birthday'), saleOf(1_000), customerOf({ birth: '11-21' }), 'till').slice(1),
      ...rate(of('first_purchase'), saleOf(1_000), customerOf({ sales: 0 }), 'till').slice(1),
      ...bonusesFor(of('referral_by'), { on: 'referral_by', whom, ...deed }, customerOf(), 'till'),
    ]
    expect(lines.map((line) => line.once.length)).toEqual([4, 4, 4])
    for (const { key } of lines.flatMap((line) => line.once)) expect(key).toMatch(/^[\w:.,/-]{1,100}$/)
  })
})
