import { describe, expect, it } from 'vitest'
import type { Role } from '../../base/roles.ts'
import type { Line } from '../account.ts'
import type { People } from './adjust.ts'
import {
  decideRefund,
  givenBack,
  type RefundLine,
  refundLines,
  refundOf,
  type SaleToRefund,
} from './refund.ts'

const NAIRA = 100
const ACCOUNT = { customer: 'c', program: 'default' }
const alone = (role: Role, id = 'me'): People => ({ staff: { id, role }, approver: null })
const line = (event: string, moves: RefundLine['moves'], points: number, reversed = 0): RefundLine => ({
  event,
  customer: 'c',
  program: 'default',
  moves,
  points,
  reversed,
})

/** A bill of ₦12,000 of which 2,000 points paid ₦2,000: net ₦10,000, which earned 125 points and a bonus of 7. */
const sale: SaleToRefund = {
  id: 's',
  staff: 'me',
  customer: 'c',
  program: 'default',
  today: true,
  imported: false,
  void: false,
  ours: true,
  netKobo: 10_000 * NAIRA,
  refundedKobo: 0,
  lines: [line('r', 'redeem', 2_000), line('e', 'earn', 125), line('b', 'earn', 7)],
}

const ask = (of: Partial<SaleToRefund>, kobo: number | 'all', people = alone('cashier'), reason = 'torn') =>
  decideRefund({ ...sale, ...of }, { kobo, reason }, people)
const code = (...asked: Parameters<typeof ask>): string => {
  const decided = ask(...asked)
  return decided.ok ? 'done' : decided.refusal.code
}

describe('giving back a part', () => {
  it.each<[string, number, readonly [string, number][], number, number]>([
    [
      'a tenth',
      1_000,
      [
        ['r', 200],
        ['e', 12],
      ],
      12,
      200,
    ],
    [
      'half',
      5_000,
      [
        ['r', 1_000],
        ['e', 62],
        ['b', 3],
      ],
      65,
      1_000,
    ],
    [
      'a kobo less than all',
      9_999.99,
      [
        ['r', 1_999],
        ['e', 124],
        ['b', 6],
      ],
      130,
      1_999,
    ],
    ['so little that no point goes', 4, [], 0, 0],
  ])('%s', (_, naira, targets, takenBack, givenBackPoints) => {
    const decided = ask({}, Math.round(naira * NAIRA))
    expect(decided.ok && decided.value.refund).toMatchObject({
      whole: false,
      takenBack,
      givenBack: givenBackPoints,
      targets: targets.map(([event, points]) => ({ ...ACCOUNT, event, points })),
    })
  })

  it('says in its event how much, and leaves the sale standing', () => {
    const decided = ask({}, 1_000 * NAIRA, alone('cashier'), ' torn ')
    expect(decided.ok && decided.value.drafts).toEqual([
      {
        kind: 'points.reversed',
        n: 0,
        customer: 'c',
        program: 'default',
        payload: {
          sale: 's',
          targets: [
            { event: 'r', points: 200 },
            { event: 'e', points: 12 },
          ],
          part: { kobo: 1_000 * NAIRA },
        },
        personal: { reason: 'torn' },
      },
    ])
  })

  it('goes on where the parts before it ended, whatever their roundings were', () => {
    const half = { refundedKobo: 5_000 * NAIRA, lines: [line('e', 'earn', 125, 62), line('b', 'earn', 7, 3)] }
    const decided = ask(half, 1_000 * NAIRA)
    expect(decided.ok && decided.value.refund.targets).toEqual([
      { ...ACCOUNT, event: 'e', points: 13 },
      { ...ACCOUNT, event: 'b', points: 1 },
    ])
  })

  it('takes nothing of a line that was reversed further than the parts went', () => {
    const decided = ask({ lines: [line('e', 'earn', 125, 100)] }, 5_000 * NAIRA)
    expect(decided.ok && decided.value.refund.targets).toEqual([])
  })

  it('is the whole when nothing is left: every line in full, and the money that went with it', () => {
    const after = { refundedKobo: 4_000 * NAIRA }
    for (const kobo of ['all', 6_000 * NAIRA] as const) {
      const decided = ask(after, kobo)
      expect(decided.ok && decided.value.drafts[0]?.payload).toEqual({
        sale: 's',
        targets: ['r', 'e', 'b'].map((event) => ({ event, points: 'all' })),
        rest: { kobo: 6_000 * NAIRA },
      })
    }
    const atOnce = ask({}, 'all')
    expect(atOnce.ok && atOnce.value.drafts[0]?.payload).not.toHaveProperty('rest')
    const elsewhere = ask({ ours: false, staff: null }, 'all', alone('supervisor'))
    expect(elsewhere.ok && elsewhere.value.drafts[0]?.payload).toMatchObject({ rest: { kobo: sale.netKobo } })
  })

  it('goes back in every account that the sale moved points of; the money is named once', () => {
    const lines = [
      ...sale.lines,
      { ...line('v', 'earn', 10), program: 'visits' },
      { ...line('f', 'earn', 100), customer: 'friend' },
    ]
    const decided = ask({ lines }, 1_000 * NAIRA)
    expect(decided.ok && decided.value.refund).toMatchObject({ takenBack: 12, givenBack: 200 })
    expect(decided.ok && decided.value.drafts).toMatchObject([
      { n: 0, customer: 'c', program: 'default', payload: { part: { kobo: 1_000 * NAIRA } } },
      {
        n: 1,
        customer: 'c',
        program: 'visits',
        payload: { targets: [{ event: 'v', points: 1 }], part: { kobo: 0 } },
      },
      { n: 2, customer: 'friend', payload: { targets: [{ event: 'f', points: 10 }], part: { kobo: 0 } } },
    ])
  })

  it('works for a bill that points paid in full, and for a sale without a customer', () => {
    expect(ask({ netKobo: 0 }, 'all')).toMatchObject({
      ok: true,
      value: { refund: { whole: true, kobo: 0 } },
    })
    const nobody = ask({ customer: null, lines: [] }, 300 * NAIRA)
    expect(nobody.ok && nobody.value.drafts).toMatchObject([
      { payload: { sale: 's', targets: [], part: { kobo: 300 * NAIRA } } },
    ])
    expect(nobody.ok && nobody.value.drafts[0]).not.toHaveProperty('customer')
  })
})

describe('what is refused', () => {
  it.each<[string, string, Parameters<typeof ask>]>([
    ['more than is left', 'refund_too_much', [{ refundedKobo: 9_000 * NAIRA }, 1_001 * NAIRA]],
    ['anything of nothing', 'refund_too_much', [{ refundedKobo: 10_000 * NAIRA }, 1]],
    ['nothing', 'amount_zero', [{}, 0]],
    ['less than nothing', 'amount_negative', [{}, -1]],
    ['half a kobo', 'amount_invalid', [{}, 0.5]],
    ['no number', 'amount_invalid', [{}, Number.NaN]],
    ['a sale that was undone', 'already_void', [{ void: true }, 'all']],
    ['no reason', 'reason_missing', [{}, 1, alone('cashier'), ' ']],
    ['a long reason', 'reason_too_long', [{}, 1, alone('cashier'), 'x'.repeat(201)]],
    ['one of yesterday, by a cashier', 'void_too_late', [{ today: false }, 1]],
    ['that of a colleague, by a cashier', 'void_too_late', [{ staff: 'you' }, 1]],
    ['one of another till, by a cashier', 'void_too_late', [{ staff: null, ours: false }, 1]],
    ['one from a file, by a cashier', 'void_too_late', [{ imported: true }, 1]],
    ['one of another till, by a supervisor', 'done', [{ staff: null, ours: false }, 1, alone('supervisor')]],
  ])('%s: %s', (_, expected, asked) => expect(code(...asked)).toBe(expected))

  it('with a sentence that names what is left', () => {
    const tooMuch = refundOf({ ...sale, refundedKobo: 9_000 * NAIRA }, 1_001 * NAIRA)
    expect(!tooMuch.ok && tooMuch.refusal.sentence).toBe(
      'Only ₦1,000 of this sale is left to give back. Type that or less.',
    )
    const nothing = refundOf({ ...sale, refundedKobo: sale.netKobo }, 1)
    expect(!nothing.ok && nothing.refusal.sentence).toBe(
      'All of this sale was given back already. Nothing is left to give back.',
    )
  })
})

describe('what is known of a sale', () => {
  const posted = (event: string, of: Partial<Line>): Line => ({
    event,
    kind: 'earn',
    points: 10,
    reversed: 0,
    slices: [],
    lot: null,
    sale: 's',
    rule: 'base',
    effective: 1,
    postNo: 1,
    why: '',
    ...of,
  })
  const receipt = { ...ACCOUNT, lines: [{ kind: 'earn', event: 'e', points: 10 }] } as const
  const known = (...lines: readonly Line[]) => lines.map((one) => ({ ...ACCOUNT, line: one }))

  it('counts each part once, by this till and by others', () => {
    const lines = known(
      posted('p1', { kind: 'reverse', refund: 300 }),
      posted('p2', { kind: 'reverse', refund: 200 }),
    )
    const own = new Map([
      ['p2', 200],
      ['p3', 50],
    ])
    expect(givenBack({ lines, own })).toEqual({ kobo: 550, whole: false })
    expect(givenBack({ lines: [...lines, ...known(posted('v', { kind: 'reverse' }))], own }).whole).toBe(true)
  })

  it('believes lines before the receipt, counts corrections, and takes the rest from the receipt', () => {
    const here = known(
      posted('e', { points: 8, reversed: 2 }),
      posted('up', { kind: 'adjust', points: 4 }),
      posted('down', { kind: 'adjust', points: -3 }),
      posted('p', { kind: 'reverse', points: -2, refund: 5 }),
    )
    const more = {
      ...ACCOUNT,
      lines: [...receipt.lines, { kind: 'redeem', event: 'r', points: 30 } as const],
    }
    expect(refundLines(here, more, 1_000, 100)).toEqual([
      line('e', 'earn', 8, 2),
      line('up', 'earn', 4),
      line('down', 'redeem', 3),
      line('r', 'redeem', 30, 3),
    ])
    expect(refundLines([], receipt, 0, 0)).toEqual([line('e', 'earn', 10)])
  })
})
