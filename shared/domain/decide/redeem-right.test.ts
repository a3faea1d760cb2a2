import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buyerOf } from '../../../tests/support/program-facts.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import { emptyAccount, post } from '../post.ts'
import { postingOf } from '../posting-of.ts'
import { plainProgram } from '../program/plain.ts'
import { DEFAULT_PROGRAM } from '../program/program.ts'
import { floorMax, leaseSum, overrideMax, type RedeemRight } from './floor.ts'
import { quoteSale } from './quote.ts'
import { mayAskForMore, type RedeemPart, redeemParts, rightMax } from './redeem-right.ts'
import { balanceOf, decideSale, pointsToAskFor } from './sale.ts'
import type { SaleAsk, SaleContext, SaleCustomer } from './sale-context.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-12-01T09:00:00Z')
const HOLDER = `${'d'.repeat(32)}/2`
const [FIRST, SECOND] = ['1'.repeat(32), '2'.repeat(32)] as const
type Floor = Extract<RedeemRight, { kind: 'floor' }>
const FINE: Floor = {
  kind: 'floor',
  leases: [
    { grant: FIRST, points: 300 },
    { grant: SECOND, points: 700 },
  ],
  known: true,
  newer: false,
  ageMs: DAY,
  ageMaxMs: 14 * DAY,
  held: false,
  denied: false,
  putBack: false,
  usedByCustomer: 0,
  usedByTill: 0,
  customerMax: 500,
  tillMax: 20_000,
  overridden: 0,
  overrideMax: 1_000,
}
const contextWith = (right: RedeemRight, canAsk = false): SaleContext => ({
  trusted: NOW,
  timeZone: 'Africa/Lagos',
  currency: 'NGN',
  program: plainProgram(DEFAULT_PROGRAM),
  others: [],
  right,
  canAsk,
})
/** A customer with so many open points, and the pots of the leases of this till. */
function customerWith(points: number, right: RedeemRight = FINE): SaleCustomer {
  const terms = { lines: [], settledUntil: 0, saleReversed: false }
  const leases = right.kind === 'own' ? [] : right.leases
  const all = points + leaseSum(right)
  let account = emptyAccount()
  if (all > 0) {
    const earned = {
      kind: 'earn',
      event: 'e',
      effective: NOW - 1,
      points: all,
      expiry: NOW + 90 * DAY,
    } as const
    account = post(account, { ...earned, rule: 'base', sale: null, month: '2026-12' }, terms).account
  }
  for (const { grant, points: leased } of leases) {
    const granted = { kind: 'grant', event: `g${grant}`, effective: NOW - 1, grant, holder: HOLDER } as const
    account = post(account, { ...granted, points: leased, expiry: NOW + 90 * DAY }, terms).account
  }
  return buyerOf(account)
}
const askOf = (points: number, more: Partial<SaleAsk> = {}): SaleAsk => ({
  grossKobo: 100_000_000,
  redeem: { unit: 'points', points },
  receipt: '',
  channel: 'pos',
  ...more,
})
const redeemed = (drafts: readonly AnyDraft[]) =>
  drafts.flatMap((draft) => (draft.kind === 'points.redeemed' ? [draft.payload] : []))
const APPROVED = { reason: 'Regular customer, line is down', approver: { role: 'supervisor' } } as const
const decide = (right: RedeemRight, ask: SaleAsk, open = 5_000) =>
  decideSale('s'.repeat(32), ask, customerWith(open, right), contextWith(right))

describe('what is set aside for a till', () => {
  it('pays first, grant by grant, and the limits pay the rest: one event for each', () => {
    const decided = decide(FINE, askOf(1_200))
    if (!decided.ok) throw new Error(decided.refusal.sentence)
    expect(redeemed(decided.value.drafts)).toEqual([
      expect.objectContaining({ points: 300, right: 'lease', grant: FIRST, pays: 30_000 }),
      expect.objectContaining({ points: 700, right: 'lease', grant: SECOND, pays: 70_000 }),
      expect.objectContaining({ points: 200, right: 'unsecured', pays: 20_000 }),
    ])
    const numbers = decided.value.drafts.map(({ n }) => n)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(decided.value.drafts.at(-1)?.kind).toBe('points.earned')
  })

  it.each([
    [{ known: false }],
    [{ newer: true }],
    [{ ageMs: null }],
    [{ held: true }],
    [{ denied: true }],
  ] satisfies [Partial<Floor>][])('can be used whatever is not known of the account: %o', (change) => {
    const right = { ...FINE, ...change }
    expect(decide(right, askOf(1_000)).ok).toBe(true)
    const over = decide(right, askOf(1_100))
    if (over.ok) throw new Error('more than is set aside')
    expect(over.refusal.sentence).toMatch(
      /^Ada can use 1,000 points here now and not more, because .*redeem that or less, or .*\.$/,
    )
    expect(over.refusal.sentence.match(/\./g)).toHaveLength(1)
  })

  it('says what may be redeemed in all, why not more, and the ways out, in one sentence', () => {
    const over = decide(FINE, askOf(1_600))
    expect(over.ok ? '' : over.refusal.sentence).toBe(
      'Until head office answers, Ada can use at most 1,500 points here: redeem that or less, or try again when this till is connected, or ask a supervisor to approve it.',
    )
    const full = decide({ ...FINE, leases: [], usedByTill: 20_000, overrideMax: 0 }, askOf(100))
    expect(full.ok ? '' : full.refusal.sentence).toBe(
      'Until head office answers, this till can take no more points: try again when this till is connected.',
    )
  })
})

describe('a second person', () => {
  const beyond = (right: RedeemRight, override: SaleAsk['override'], points = 1_800) =>
    decide(right, askOf(points, override ? { override } : {}))
  const codeOf = (decided: ReturnType<typeof beyond>): string => (decided.ok ? '' : decided.refusal.code)

  it('lets go what is beyond the limits, apart from them, with the reason beside an event of its own', () => {
    const decided = beyond(FINE, APPROVED)
    if (!decided.ok) throw new Error(decided.refusal.sentence)
    expect(redeemed(decided.value.drafts).slice(2)).toEqual([
      expect.objectContaining({ points: 500, right: 'unsecured' }),
      expect.objectContaining({ points: 300, right: 'unsecured', override: true }),
    ])
    expect(redeemed(decided.value.drafts)[2]).not.toHaveProperty('override')
    const override = decided.value.drafts.find(({ kind }) => kind === 'override')
    expect(override).toMatchObject({
      customer: 'c'.repeat(32),
      payload: { what: 'Points beyond the limit', about: '300 points' },
      personal: { reason: APPROVED.reason },
    })
    expect(JSON.stringify(override?.payload)).not.toContain('Regular')
  })

  it('is not needed, and not named, where the limits are enough', () => {
    const decided = beyond(FINE, APPROVED, 1_500)
    expect(decided.ok && decided.value.drafts.some(({ kind }) => kind === 'override')).toBe(false)
  })

  it.each([
    ['approval_needed', FINE, { ...APPROVED, approver: null }],
    ['reason_missing', FINE, { ...APPROVED, reason: ' ' }],
    ['reason_too_long', FINE, { ...APPROVED, reason: 'x'.repeat(201) }],
    ['approver_not_allowed', FINE, { ...APPROVED, approver: { role: 'cashier' } }],
    ['override_limit', { ...FINE, overridden: 701 }, APPROVED],
    ['on_deny_list', { ...FINE, denied: true }, APPROVED],
    ['till_put_back', { ...FINE, putBack: true }, APPROVED],
    ['view_newer', { ...FINE, newer: true }, APPROVED],
    ['points_waiting', { ...FINE, held: true }, APPROVED],
    ['', { ...FINE, known: false }, APPROVED],
    ['', { ...FINE, ageMs: null }, APPROVED],
  ] as const)('%s', (code, right, override) => {
    expect(codeOf(beyond(right, override))).toBe(code)
  })

  it('is named in the refusal where their word is enough, and only there', () => {
    const [enough, tooMuch] = [beyond(FINE, undefined, 2_500), beyond(FINE, undefined, 2_600)]
    expect(enough.ok ? null : enough.refusal.params['who']).toBe('supervisor')
    expect(tooMuch.ok ? null : tooMuch.refusal.params['who']).toBeUndefined()
  })
})

describe('head office that is connected', () => {
  it('is asked for all that is not set aside, where limits alone stand in the way', () => {
    const asked = (right: RedeemRight, points: number, open = 5_000): number =>
      pointsToAskFor(askOf(points), customerWith(open, right), contextWith(right, true))
    expect(asked(FINE, 1_500)).toBe(0)
    expect(asked(FINE, 1_600)).toBe(600)
    expect(asked({ ...FINE, known: false }, 1_600)).toBe(600)
    expect(asked({ ...FINE, ageMs: null }, 1_600)).toBe(600)
    expect(asked({ ...FINE, denied: true }, 1_600)).toBe(0)
    expect(asked({ ...FINE, held: true }, 1_600)).toBe(0)
    expect(asked(FINE, 99)).toBe(0)
    expect(asked(FINE, 1_600, 599)).toBe(0)
    expect(asked({ kind: 'own' }, 1_600)).toBe(0)
  })

  it('does not have a quote refuse what it may allow, and the quote says so', () => {
    const quote = (canAsk: boolean, points = 1_600) =>
      quoteSale(askOf(points), customerWith(5_000), contextWith(FINE, canAsk))
    expect(quote(true)).toMatchObject({
      refusal: null,
      redeem: { points: 1_600, max_points: 1_500, may_ask: true },
    })
    expect(quote(true).redeem.why).toContain('1,500 points can be used at once')
    expect(quote(false)).toMatchObject({
      refusal: { code: 'offline_limit_customer', field: 'redeem' },
      redeem: { may_ask: false },
    })
    expect(quote(true, 99).refusal).toMatchObject({ code: 'redeem_below_minimum' })
    expect(quote(true, 6_100).refusal).toMatchObject({ code: 'balance_short' })
  })
})

const rights: fc.Arbitrary<Floor> = fc.record({
  kind: fc.constant('floor' as const),
  leases: fc
    .array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 4 })
    .map((all) => all.map((points, i) => ({ grant: `${i}`.repeat(32), points }))),
  known: fc.boolean(),
  newer: fc.boolean(),
  ageMs: fc.option(fc.integer({ min: 0, max: 30 * DAY })),
  ageMaxMs: fc.constant(14 * DAY),
  held: fc.boolean(),
  denied: fc.boolean(),
  putBack: fc.boolean(),
  usedByCustomer: fc.integer({ min: 0, max: 3_000 }),
  usedByTill: fc.integer({ min: 0, max: 30_000 }),
  customerMax: fc.integer({ min: 0, max: 3_000 }),
  tillMax: fc.integer({ min: 0, max: 30_000 }),
  overridden: fc.integer({ min: 0, max: 12_000 }),
  overrideMax: fc.integer({ min: 0, max: 12_000 }),
})

describe('whatever the right', () => {
  it('the parts are what was asked, and none is over its limit', () => {
    fc.assert(
      fc.property(rights, fc.integer({ min: 1, max: 30_000 }), fc.boolean(), (right, points, isOverride) => {
        const parts = redeemParts(right, points, 'Ada', isOverride ? APPROVED : null)
        const most = rightMax(right) + (isOverride ? overrideMax(right) : 0)
        expect(parts.ok).toBe(points <= most)
        if (!parts.ok) return
        const sum = (which: (part: RedeemPart) => boolean): number =>
          parts.value.filter(which).reduce((all, part) => all + part.points, 0)
        expect(sum(() => true)).toBe(points)
        for (const { grant, points: left } of right.leases)
          expect(sum((part) => part.grant === grant)).toBeLessThanOrEqual(left)
        expect(sum((part) => part.right === 'unsecured' && !part.override)).toBeLessThanOrEqual(
          floorMax(right),
        )
        expect(sum((part) => part.override === true)).toBeLessThanOrEqual(overrideMax(right))
        expect(parts.value.every((part) => part.points > 0)).toBe(true)
        // A promise is used up before anything is taken without one.
        if (sum((part) => part.right === 'unsecured') > 0)
          expect(sum((part) => part.grant !== undefined)).toBe(leaseSum(right))
      }),
    )
  })

  it('what the screen offers can be redeemed, not one step more, and no grant pays more than it holds (B5)', () => {
    const some = fc.record({
      right: rights,
      open: fc.integer({ min: 0, max: 20_000 }),
      kobo: fc.integer({ min: 1, max: 100_000_000 }),
    })
    fc.assert(
      fc.property(some, ({ right, open, kobo }) => {
        const [customer, context] = [customerWith(open, right), contextWith(right)]
        const { max_points } = quoteSale(
          { ...askOf(0), redeem: null, grossKobo: kobo },
          customer,
          context,
        ).redeem
        const decided = decideSale('s'.repeat(32), askOf(max_points, { grossKobo: kobo }), customer, context)
        if (max_points > 0) expect(decided.ok).toBe(true)
        const more = Math.max(
          max_points + DEFAULT_PROGRAM.redeem_step_points,
          DEFAULT_PROGRAM.redeem_min_points,
        )
        expect(decideSale('s'.repeat(32), askOf(more, { grossKobo: kobo }), customer, context).ok).toBe(false)
        if (!decided.ok) return
        let { account } = customer
        for (const { kind, payload, n } of decided.value.drafts) {
          const posting = postingOf({ id: `e${n}`, effective: NOW, kind, payload, holder: HOLDER })
          if (posting)
            account = post(account, posting, { lines: [], settledUntil: 0, saleReversed: false }).account
        }
        // Posted as head office will: what is leased is never owed.
        const lacking = right.known ? 0 : max_points
        expect(account.debts.reduce((sum, debt) => sum + debt.points, 0)).toBeLessThanOrEqual(lacking)
        if (right.known)
          expect(balanceOf(account, NOW)).toBe(
            balanceOf(customer.account, NOW) - max_points + (decided.value.terms.earns?.[0].points ?? 0),
          )
      }),
    )
  })

  it('head office is asked only where its answer could change something', () => {
    fc.assert(
      fc.property(rights, fc.integer({ min: 1, max: 30_000 }), (right, points) => {
        const customer = customerWith(20_000, right)
        const asked = pointsToAskFor(askOf(points), customer, contextWith(right, true))
        if (asked === 0) return
        expect(mayAskForMore(right)).toBe(true)
        expect(decideSale('s'.repeat(32), askOf(points), customer, contextWith(right)).ok).toBe(false)
        const granted = { ...right, leases: [...right.leases, { grant: 'f'.repeat(32), points: asked }] }
        expect(redeemParts(granted, points, 'Ada', null).ok).toBe(true)
      }),
    )
  })
})
