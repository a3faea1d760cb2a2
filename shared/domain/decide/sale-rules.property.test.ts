import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, buyerOf, LAGOS, naira, programWith } from '../../../tests/support/program-facts.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import { payloadVersion, readEvent } from '../../protocol/payload-schema.ts'
import type { Account } from '../account.ts'
import { emptyAccount, post } from '../post.ts'
import { postingOf } from '../posting-of.ts'
import { quoteSale } from './quote.ts'
import { balanceOf, decideSale } from './sale.ts'
import type { SaleAsk, SaleContext } from './sale-context.ts'

const NOW = at('2026-11-21 14:30')
const SALE = 's'.repeat(32)
const bonus = (id: string, gives: object, more: object = {}) => ({
  id,
  name: id,
  kind: 'bonus',
  gives,
  ...more,
})
const CATEGORIES = ['books', 'food', 'gift card', '']
const RULES = [
  bonus('double', { on: 'sale', multiplier_bp: 20_000 }, { when: [{ field: 'categories', in: ['food'] }] }),
  bonus('alone', { on: 'sale', points: 15 }, { stack: 'alone' }),
  bonus('capped', { on: 'threshold', points: 70, min_kobo: naira(500) }, { caps: { day: 100, sale: 60 } }),
  bonus('once', { on: 'first_purchase', points: 9 }, { tier_counts: false }),
  {
    id: 'books',
    name: 'Books',
    kind: 'earn',
    gives: { per: 'category', kobo_per_point: naira(30) },
    when: [{ field: 'categories', in: ['books'] }],
  },
  { id: 'visit', name: 'Visit', kind: 'earn', gives: { per: 'visit', points: 3 } },
  {
    id: 'share',
    name: 'Share',
    kind: 'redeem',
    gives: { max_share_bp: 9_000, min_points: 10, step_points: 5 },
  },
]
const rewards = [
  { id: 'mug', name: 'A mug', points: 40, gives: { kind: 'item', item: 'mug', worth_kobo: naira(300) } },
  { id: 'off', name: 'Off', points: 200, gives: { kind: 'amount', kobo: naira(250) } },
]

/** Any program, bill and customer that a shop may have. */
const anything = fc.record({
  rules: fc.subarray(RULES),
  stacking: fc.constantFrom('add', 'best'),
  earn_on: fc.constantFrom('net', 'gross'),
  excludes: fc.constantFrom({}, { excludes: { categories: ['gift card'] } }),
  expiry: fc.constantFrom(
    {},
    { expiry: { kind: 'inactivity', months: 3 } },
    { expiry: { kind: 'month_end', months: 2 } },
  ),
  lines: fc.array(
    fc.record({
      item: fc.constantFrom('a', 'b'),
      category: fc.constantFrom(...CATEGORIES),
      quantity: fc.integer({ min: 1, max: 9 }),
      kobo: fc.integer({ min: 0, max: 5_000_000 }),
    }),
    { maxLength: 5 },
  ),
  unnamed: fc.integer({ min: 1, max: 1_000_000 }),
  sales: fc.integer({ min: 0, max: 1 }),
  has: fc.integer({ min: 0, max: 3_000 }),
  usedToday: fc.integer({ min: 0, max: 120 }),
  isReward: fc.boolean(),
})
type Anything = typeof anything extends fc.Arbitrary<infer T> ? T : never

/** What an account has after these points came in by the capped rule, and these otherwise. */
function accountWith(has: number, usedToday: number): Account {
  const common = {
    kind: 'earn',
    effective: NOW - 1,
    expiry: NOW + 9e9,
    sale: null,
    month: '2026-11',
  } as const
  const once = [{ key: 'day:capped:2026-11-21', cap: 100, until: NOW + 9e8 }]
  const terms = { lines: [], settledUntil: 0, saleReversed: false }
  const first = { ...common, event: 'first', points: has, rule: 'base' }
  const state = has === 0 ? emptyAccount() : post(emptyAccount(), first, terms).account
  const capped = { ...common, event: 'capped', points: usedToday, rule: 'capped', once }
  return usedToday === 0 ? state : post(state, capped, terms).account
}

function worldOf(some: Anything) {
  const { rules, stacking, earn_on, excludes, expiry, lines, unnamed, sales, has, usedToday } = some
  const program = programWith({ rules, rewards, stacking, earn_on, ...excludes, ...expiry })
  const customer = buyerOf(accountWith(has, usedToday), { sales })
  const right = { kind: 'own' } as const
  const context: SaleContext = { trusted: NOW, timeZone: LAGOS, currency: 'NGN', program, others: [], right }
  const grossKobo = lines.reduce((sum, line) => sum + line.kobo, unnamed)
  const ask: SaleAsk = { grossKobo, redeem: null, receipt: '', channel: 'pos', lines }
  return { customer, context, ask }
}

/** The account after the events of a sale. */
const after = (start: Account, drafts: readonly AnyDraft[]): Account =>
  drafts.reduce((account, { kind, payload, n }) => {
    const posting = postingOf({ id: `e${n}`, effective: NOW, kind, payload, holder: 'h' })
    return posting
      ? post(account, posting, { lines: [], settledUntil: 0, saleReversed: false }).account
      : account
  }, start)

const isReadable = ({ kind, payload }: AnyDraft, n: number): boolean => {
  const hex = (text: string) => text.padStart(32, '0')
  // Ids of this test are words; head office asks for numbers.
  const said = JSON.parse(JSON.stringify(payload).replaceAll(SALE, hex('5'))) as object
  const envelope = {
    v: 1,
    tenant: 't',
    id: hex('1'),
    device: hex('2'),
    epoch: 1,
    seq: 1,
    kind,
    pv: payloadVersion(kind, said),
    command: 'c',
    n,
    actor: { staff: 's' },
    hlc: '0',
    wall: 1,
    trusted: 1,
    payload: said,
  }
  const text = JSON.stringify(envelope)
  return readEvent(text, text.length).ok
}

describe('whatever the program, the bill and the customer', () => {
  it('what is offered can be booked, comes to what was said, and is read by head office', () => {
    fc.assert(
      fc.property(anything, (some) => {
        const { customer, context, ask } = worldOf(some)
        const offer = quoteSale(ask, customer, context)
        const most = offer.redeem.max_points
        const reward = offer.rewards.find(({ why }) => why === '')
        const redeem =
          some.isReward && reward
            ? ({ unit: 'reward', id: reward.id } as const)
            : most > 0
              ? ({ unit: 'points', points: most } as const)
              : null
        const wanted = { ...ask, redeem }
        const quote = quoteSale(wanted, customer, context)
        expect(quote.refusal).toBeNull()
        const decided = decideSale(SALE, wanted, customer, context)
        if (!decided.ok) throw new Error(decided.refusal.sentence)
        const { drafts, terms } = decided.value
        const state = after(customer.account, drafts)
        expect(balanceOf(state, NOW)).toBe(quote.balance_after)
        expect(quote.earn.lines.reduce((sum, line) => sum + line.points, 0)).toBe(quote.earn.points)
        expect([terms.net, terms.redeem.pays]).toEqual([quote.net_kobo, quote.redeem.pays_kobo])
        expect(terms.net + terms.redeem.pays).toBe(ask.grossKobo)
        expect(new Set(drafts.map(({ n }) => n)).size).toBe(drafts.length)
        expect(drafts.every((draft) => isReadable(draft, draft.n))).toBe(true)
      }),
    )
  })

  it('a reward that is said to be out of reach is refused with that sentence', () => {
    fc.assert(
      fc.property(anything, (some) => {
        const { customer, context, ask } = worldOf(some)
        for (const { id, why } of quoteSale(ask, customer, context).rewards) {
          const decided = decideSale(SALE, { ...ask, redeem: { unit: 'reward', id } }, customer, context)
          expect(decided.ok ? '' : decided.refusal.sentence).toBe(why)
        }
      }),
    )
  })

  it('a program without rules writes what every head office reads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (grossKobo, has) => {
          const customer = buyerOf(accountWith(has, 0))
          const context = { ...worldOf({ ...NOTHING, has }).context, program: programWith() }
          const most = quoteSale({ ...PLAIN, grossKobo }, customer, context).redeem.max_points
          const redeem = most > 0 ? ({ unit: 'points', points: most } as const) : null
          const decided = decideSale(SALE, { ...PLAIN, grossKobo, redeem }, customer, context)
          if (!decided.ok) throw new Error(decided.refusal.sentence)
          expect(decided.value.drafts.map(({ kind, payload }) => payloadVersion(kind, payload))).toEqual(
            decided.value.drafts.map(() => 1),
          )
        },
      ),
    )
  })
})

const PLAIN: SaleAsk = { grossKobo: 1, redeem: null, receipt: '', channel: 'pos' }
const NOTHING: Anything = {
  rules: [],
  stacking: 'add',
  earn_on: 'net',
  excludes: {},
  expiry: {},
  lines: [],
  unnamed: 1,
  sales: 1,
  has: 0,
  usedToday: 0,
  isReward: false,
}
