import { describe, expect, it } from 'vitest'
import { customerOf, linesInWords, programWith, saleOf } from '../../../tests/support/program-facts.ts'
import { rate } from './rate.ts'

/* Sales as bank statements: the rules, the sale, and the lines it comes to. */

type Sale = Parameters<typeof saleOf>[1]
type Customer = Parameters<typeof customerOf>[0]
type Row = readonly [what: string, amount: number, sale: Sale, customer: Customer, lines: readonly string[]]

const rule = (id: string, kind: string, gives: object, more: object = {}) => ({
  id,
  name: id,
  kind,
  gives,
  ...more,
})
const bonus = (id: string, points: number, more: object = {}, on = 'sale') =>
  rule(id, 'bonus', { on, points }, more)

function statement(program: object, rows: readonly Row[]): void {
  const whole = programWith(program)
  for (const [what, amount, sale, customer, lines] of rows) {
    const rated = rate(whole, saleOf(amount, sale), customerOf(customer), 'till')
    expect(linesInWords(rated), what).toEqual(lines)
  }
}

const RICE = ['RICE', 'food', 2, 6_000] as const
const SOAP = ['SOAP', 'home', 1, 3_000] as const
const CARD = ['CARD', 'gift cards', 1, 1_000] as const

describe('the base', () => {
  it('looks at the net, or the gross, and has a least bill', () => {
    statement({}, [
      ['a bill', 10_000, {}, {}, ['base 100 on 10000']],
      ['half paid with points', 10_000, { paid: 5_000 }, {}, ['base 50 on 5000']],
      ['as Silver', 10_000, {}, { tier: 'Silver' }, ['base 125 on 10000']],
      ['too little for a point', 99, {}, {}, ['base 0 on 99']],
    ])
    statement({ earn_on: 'gross' }, [['half paid', 10_000, { paid: 5_000 }, {}, ['base 100 on 10000']]])
    statement({ earn_min_kobo: 200_000 }, [
      ['below the least bill', 1_999.99, {}, {}, ['base 0 on 0']],
      ['the least bill', 2_000, {}, {}, ['base 20 on 2000']],
      ['the bill counts, not what is left to pay', 2_000, { paid: 1_000 }, {}, ['base 10 on 1000']],
    ])
  })

  it('never earns on what is excluded', () => {
    statement({ excludes: { items: ['SOAP'], categories: ['gift cards'] } }, [
      ['all but a card', 7_000, { lines: [RICE, CARD] }, {}, ['base 60 on 6000']],
      ['nothing else', 4_000, { lines: [SOAP, CARD] }, {}, ['base 0 on 0']],
      [
        'points pay for each line alike',
        7_000,
        { lines: [RICE, CARD], paid: 3_500 },
        {},
        ['base 30 on 3000'],
      ],
      ['what no line names earns', 8_000, { lines: [CARD] }, {}, ['base 70 on 7000']],
      ['only a sum is known', 7_000, {}, {}, ['base 70 on 7000']],
    ])
  })

  it('of a vip program is for members', () => {
    statement({ type: 'vip', members: ['board'] }, [
      ['a stranger', 10_000, {}, { segments: ['new'] }, []],
      ['a member', 10_000, {}, { segments: ['new', 'board'] }, ['base 100 on 10000']],
    ])
  })

  it('of a referral program is nothing', () => {
    const rules = [bonus('extra', 9), bonus('brought', 50, {}, 'referral_new')]
    statement({ type: 'referral', rules }, [
      ['a sale', 10_000, {}, {}, []],
      ['the first of who was brought', 10_000, {}, { sales: 0, referrer: 'ada' }, ['brought 50 on 10000']],
    ])
    statement({ type: 'referral' }, [['a sale', 10_000, {}, {}, []]])
  })
})

describe('earn rules', () => {
  const food = { when: [{ field: 'categories', in: ['food'] }] }

  it('by amount come on top, or take the place of the base for their lines', () => {
    const lines = { lines: [RICE, SOAP] }
    statement({ rules: [rule('more', 'earn', { per: 'amount', kobo_per_point: 50_000 })] }, [
      ['on top', 9_000, lines, {}, ['base 90 on 9000', 'more 18 on 9000']],
    ])
    statement({ rules: [rule('food', 'earn', { per: 'category', kobo_per_point: 5_000 }, food)] }, [
      ['for food', 9_000, lines, {}, ['base 30 on 3000', 'food 120 on 6000']],
      ['as Gold', 9_000, lines, { tier: 'Gold' }, ['base 45 on 3000', 'food 180 on 6000']],
      ['no food', 3_000, { lines: [SOAP] }, {}, ['base 30 on 3000']],
      [
        'a third paid with points',
        9_000,
        { ...lines, paid: 3_000 },
        {},
        ['base 20 on 2000', 'food 80 on 4000'],
      ],
      ['only a sum is known', 9_000, {}, {}, ['base 90 on 9000']],
    ])
  })

  it('by piece count pieces, at no multiplier', () => {
    const when = [{ field: 'items', in: ['RICE'] }]
    statement({ rules: [rule('rice', 'earn', { per: 'item', points: 25 }, { when })] }, [
      ['two bags', 9_000, { lines: [RICE, SOAP] }, { tier: 'Gold' }, ['base 45 on 3000', 'rice 50 on 6000']],
    ])
  })

  it('of two that match a line the first has it', () => {
    const rules = [
      rule('rice', 'earn', { per: 'item', points: 25 }, { when: [{ field: 'items', in: ['RICE'] }] }),
      rule('food', 'earn', { per: 'amount', kobo_per_point: 5_000 }, food),
    ]
    const beans = ['BEANS', 'food', 1, 1_000] as const
    statement({ rules }, [
      ['both', 7_000, { lines: [RICE, beans] }, {}, ['base 0 on 0', 'rice 50 on 6000', 'food 20 on 1000']],
    ])
  })

  it('by visit give once a day', () => {
    const counted = { 'visit:hello:2026-11-21': { cap: 'once', used: 10, lines: 1, until: null } } as const
    statement({ rules: [rule('hello', 'earn', { per: 'visit', points: 10 })] }, [
      ['the first visit', 500, {}, {}, ['base 5 on 500', 'hello 10 on 500']],
      ['the second one', 500, {}, { once: counted }, ['base 5 on 500']],
      ['tomorrow', 500, { on: '2026-11-22 00:00' }, { once: counted }, ['base 5 on 500', 'hello 10 on 500']],
    ])
  })
})

describe('conditions', () => {
  const given = 'gift 10 on 1000'
  it.each<[string, object, Sale, Customer, boolean]>([
    [
      'first day',
      { field: 'dates', from: '2026-11-21', to: '2026-11-30' },
      { on: '2026-11-21 00:00' },
      {},
      true,
    ],
    [
      'last minute',
      { field: 'dates', from: '2026-11-01', to: '2026-11-21' },
      { on: '2026-11-21 23:59' },
      {},
      true,
    ],
    [
      'a minute late',
      { field: 'dates', from: '2026-11-01', to: '2026-11-21' },
      { on: '2026-11-22 00:00' },
      {},
      false,
    ],
    ['Saturday', { field: 'weekdays', in: [6, 7] }, { on: '2026-11-21 09:00' }, {}, true],
    ['Sunday', { field: 'weekdays', in: [7] }, { on: '2026-11-22 09:00' }, {}, true],
    ['Monday', { field: 'weekdays', in: [6, 7] }, { on: '2026-11-23 00:00' }, {}, false],
    [
      'as the hour begins',
      { field: 'hours', from: '17:00', to: '19:00' },
      { on: '2026-11-21 17:00' },
      {},
      true,
    ],
    ['as it ends', { field: 'hours', from: '17:00', to: '19:00' }, { on: '2026-11-21 19:00' }, {}, false],
    ['before midnight', { field: 'hours', from: '22:00', to: '02:00' }, { on: '2026-11-21 23:30' }, {}, true],
    ['after midnight', { field: 'hours', from: '22:00', to: '02:00' }, { on: '2026-11-21 01:59' }, {}, true],
    ['at noon', { field: 'hours', from: '22:00', to: '02:00' }, { on: '2026-11-21 12:00' }, {}, false],
    ['the channel', { field: 'channel', in: ['online'] }, { channel: 'online' }, {}, true],
    ['another channel', { field: 'channel', in: ['online'] }, { channel: 'pos' }, {}, false],
    ['the tier', { field: 'tier', in: ['gold', 'silver'] }, {}, { tier: 'Gold' }, true],
    ['a lower tier', { field: 'tier', in: ['gold', 'silver'] }, {}, {}, false],
    ['a segment', { field: 'segment', in: ['a', 'b'] }, {}, { segments: ['b'] }, true],
    ['no segment', { field: 'segment', in: ['a', 'b'] }, {}, { segments: ['c'] }, false],
    ['the least bill', { field: 'bill', min_kobo: 100_000 }, {}, {}, true],
    ['above the most', { field: 'bill', min_kobo: 0, max_kobo: 99_999 }, {}, {}, false],
    ['the bill before points pay', { field: 'bill', min_kobo: 100_000 }, { paid: 500 }, {}, true],
    ['an item', { field: 'items', in: ['SOAP'] }, { lines: [['SOAP', '', 1, 1_000]] }, {}, true],
    ['no such item', { field: 'items', in: ['SOAP'] }, { lines: [['RICE', '', 1, 1_000]] }, {}, false],
    ['spent enough', { field: 'spend', days: 30, min_kobo: 100 }, {}, { spend: { 30: 100 } }, true],
    ['spent too little', { field: 'spend', days: 30, min_kobo: 100 }, {}, { spend: { 30: 99 } }, false],
    ['nobody can say', { field: 'spend', days: 30, min_kobo: 0 }, {}, {}, false],
  ])('%s', (_, condition, sale, customer, held) => {
    const program = programWith({ rules: [bonus('gift', 10, { when: [condition] })] })
    const rated = rate(program, saleOf(1_000, { ...sale, paid: 0 }), customerOf(customer), 'till')
    expect(linesInWords(rated).slice(1)).toEqual(held ? [given] : [])
  })

  it('hold all of them, and on one line where they are about lines', () => {
    const when = [
      { field: 'items', in: ['RICE', 'SOAP'] },
      { field: 'categories', in: ['food'] },
      { field: 'weekdays', in: [6] },
    ]
    const soap = ['SOAP', 'home', 1, 500] as const
    const beans = ['BEANS', 'food', 1, 500] as const
    const rice = ['RICE', 'food', 1, 500] as const
    statement({ rules: [bonus('gift', 10, { when })] }, [
      ['two lines, each half of it', 1_000, { lines: [soap, beans] }, {}, ['base 10 on 1000']],
      ['one line', 1_000, { lines: [soap, rice] }, {}, ['base 10 on 1000', 'gift 10 on 500']],
      ['on Sunday', 1_000, { lines: [rice], on: '2026-11-22 09:00' }, {}, ['base 10 on 1000']],
    ])
  })

  it('a long list is a list', () => {
    const all = Array.from({ length: 400 }, (_, n) => `item ${n}`)
    const program = programWith({ rules: [bonus('gift', 10, { when: [{ field: 'items', in: all }] })] })
    const of = (item: string) =>
      rate(program, saleOf(10, { lines: [[item, '', 1, 10]] }), customerOf(), 'till').length
    expect([of('item 399'), of('item 400')]).toEqual([2, 1])
  })

  it('a rule that is switched off, or not for tills, gives a till nothing', () => {
    const rules = [bonus('off', 10, { active: false }), bonus('hq', 10, { for_tills: false })]
    const program = programWith({ rules })
    const by = (rater: 'till' | 'head_office') =>
      rate(program, saleOf(10), customerOf(), rater).map((line) => line.rule)
    expect([by('till'), by('head_office')]).toEqual([['base'], ['base', 'hq']])
  })
})
