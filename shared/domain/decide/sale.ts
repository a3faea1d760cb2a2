import { LIMITS } from '../../base/limits.ts'
import { type Kobo, POINTS_MAX, type Points, pointsInWords } from '../../base/money.ts'
import { firstRefusal, type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import type { Account } from '../account.ts'
import { leased, open } from '../post.ts'
import { amountRefusal } from '../program/amount.ts'
import { extendTo } from '../program/expiry.ts'
import { BASE_RULE } from '../program/rate.ts'
import { earnedDraft, earnedPayload } from './earn-drafts.ts'
import { leaseSum } from './floor.ts'
import { type ProgramEarns, rateReferrer, rateSale, saleFacts } from './rating.ts'
import { mayAskForMore, rightMax } from './redeem-right.ts'
import { type Redemption, redemption } from './redemption.ts'
import type { SaleAsk, SaleContext, SaleCustomer } from './sale-context.ts'

interface Blame {
  readonly refusal: Refusal
  readonly field: 'amount' | 'redeem' | 'receipt'
}

export interface SaleTerms {
  readonly gross: Kobo
  readonly net: Kobo
  readonly redeem: Redemption
  /** By program, the one that is redeemed from first; null: there is no customer. */
  readonly earns: ProgramEarns | null
}

/** All the customer has at `asOf` (ms), what is set aside for tills among it. */
export const balanceOf = (account: Account, asOf: number): Points => open(account, asOf) + leased(account)

const NOTHING: Redemption = { points: 0, pays: 0, reward: null, parts: [] }

/** The terms of a sale as typed, or everything that stands in its way. */
export function saleTerms(
  ask: SaleAsk,
  customer: SaleCustomer | null,
  context: SaleContext,
  isAsked = false,
): Result<SaleTerms, readonly Blame[]> {
  const blames: Blame[] = []
  const amount = amountRefusal(ask.grossKobo)
  if (amount) blames.push({ refusal: amount, field: 'amount' })
  if (!isReceipt(ask.receipt)) {
    blames.push({ refusal: refusal('receipt_invalid', { max: LIMITS.receiptCharsMax }), field: 'receipt' })
  }
  const redeems = customer && ask.redeem && !amount
  const redeemed = redeems ? redemption(ask, ask.redeem, customer, context, isAsked) : ok(NOTHING)
  if (!redeemed.ok) blames.push({ refusal: redeemed.refusal, field: 'redeem' })
  if (!customer && ask.redeem) {
    const nobody = refusal('invalid', { what: 'Paying with points', why: 'choose the customer first' })
    blames.push({ refusal: nobody, field: 'redeem' })
  }
  if (blames.length > 0 || !redeemed.ok) return refuse(blames)
  const { points, pays } = redeemed.value
  const net = ask.grossKobo - pays
  const earns = customer ? rateSale(saleFacts(ask, pays, context), customer, context) : null
  if (earns?.some((one, at) => isTooMuch(one, at === 0 ? points : 0, context.trusted))) {
    return refuse([{ refusal: refusal('balance_over_limit', { max: POINTS_MAX }), field: 'amount' }])
  }
  return ok({ gross: ask.grossKobo, net, redeem: redeemed.value, earns })
}

/** The points would bring the account over what a till can count. */
const isTooMuch = ({ account, points }: ProgramEarns[number], redeemed: Points, trusted: number): boolean =>
  points > POINTS_MAX || balanceOf(account, trusted) - redeemed + points > POINTS_MAX

/**
 * How many points head office is to be asked for before this sale is decided: what of the redemption is not set aside
 * here yet, where limits alone stand in its way. 0: nothing is to be asked.
 */
export function pointsToAskFor(ask: SaleAsk, customer: SaleCustomer | null, context: SaleContext): Points {
  if (!customer || !ask.redeem || !mayAskForMore(context.right)) return 0
  const terms = saleTerms(ask, customer, context, true)
  if (!terms.ok) return 0
  const { points } = terms.value.redeem
  return points <= rightMax(context.right) ? 0 : points - leaseSum(context.right)
}

const RECEIPT = /^[\p{L}\p{N}][\p{L}\p{N} ./#_-]*$/u
const isReceipt = (receipt: string): boolean => {
  const text = receipt.trim()
  return text === '' || (text.length <= LIMITS.receiptCharsMax && RECEIPT.test(text))
}

interface SaleEvents {
  readonly drafts: readonly AnyDraft[]
  readonly terms: SaleTerms
}

/**
 * The events of a sale: recorded, redeemed, earned, in this order, so that points of a sale never pay for itself.
 * `saleId` is the id of the first event. Refuses with the first refusal of the registry's order.
 */
export function decideSale(
  saleId: string,
  ask: SaleAsk,
  customer: SaleCustomer | null,
  context: SaleContext,
): Result<SaleEvents, Refusal> {
  const terms = saleTerms(ask, customer, context)
  if (!terms.ok) return refuse(firstRefusal(terms.refusal.map((b) => b.refusal)) ?? refusal('invalid'))
  const { gross, net } = terms.value
  const drafts: AnyDraft[] = [
    {
      kind: 'sale.recorded',
      n: 0,
      ...(customer ? { customer: customer.id } : {}),
      payload: {
        sale: saleId,
        gross,
        net,
        currency: context.currency,
        channel: ask.channel,
        receipt: ask.receipt.trim(),
        lines: ask.lines ?? [],
        occurred_at: context.trusted,
        imported: false,
      },
    },
  ]
  if (customer) {
    drafts.push(...redeemDrafts(saleId, terms.value, customer, context, ask))
    drafts.push(...earnDrafts(saleId, terms.value, customer, ask.channel, context))
  }
  return ok({ drafts, terms: terms.value })
}

/**
 * Numbers of the events of a command. A redemption of several parts goes on behind all others, and what is earned
 * beside the program's own rate behind that.
 */
const NUMBER = { redeemed: 1, earned: 2, override: 4, otherParts: 10, otherLines: 100 } as const

/** One event for each part of a redemption, and one that names who let it go beyond the limits. */
function redeemDrafts(
  saleId: string,
  { redeem: { parts, reward } }: SaleTerms,
  customer: SaleCustomer,
  { program, trusted, timeZone }: SaleContext,
  ask: SaleAsk,
): readonly AnyDraft[] {
  const until = extendTo(program, trusted, timeZone)
  const drafts = parts.map(
    ({ points, pays, ...by }, i): AnyDraft => ({
      kind: 'points.redeemed',
      n: i === 0 ? NUMBER.redeemed : NUMBER.otherParts + i,
      customer: customer.id,
      program: program.id,
      payload: {
        sale: saleId,
        points,
        pays,
        ...by,
        program_version: program.version,
        ...(until === null ? {} : { extend_to: until }),
        // One thing was taken, however many rights paid for it.
        ...(reward === null || i > 0 ? {} : { reward: { id: reward.id, name: reward.name } }),
      },
    }),
  )
  const beyond = parts.find((part) => part.override)
  if (!beyond || !ask.override) return drafts
  const about = pointsInWords(beyond.points)
  return [
    ...drafts,
    {
      kind: 'override',
      n: NUMBER.override,
      customer: customer.id,
      payload: { what: 'Points beyond the limit', about },
      personal: { reason: ask.override.reason.trim() },
    },
  ]
}

/**
 * One event for each line that gives points, the own rate of the first program under its usual number. What who brought
 * the customer gets stands on their own account, and goes back with the sale.
 */
function earnDrafts(
  saleId: string,
  { net, earns }: SaleTerms,
  customer: SaleCustomer,
  channel: string,
  context: SaleContext,
): readonly AnyDraft[] {
  const { trusted, timeZone } = context
  const times = { effective: trusted, occurred: trusted, timeZone }
  const drafts: AnyDraft[] = []
  let n: number = NUMBER.otherLines
  for (const [at, { program, lines }] of (earns ?? []).entries()) {
    for (const line of lines) {
      if (line.points === 0) continue
      const isFirst = at === 0 && line.rule === BASE_RULE
      const payload = earnedPayload(saleId, line, program, net, times)
      drafts.push(earnedDraft(isFirst ? NUMBER.earned : n++, customer.id, program, payload))
    }
  }
  const { referrer } = customer.facts
  if (referrer === null) return drafts
  for (const { program, lines } of rateReferrer(customer, channel, context)) {
    for (const line of lines) {
      const payload = earnedPayload(saleId, line, program, net, times)
      drafts.push(earnedDraft(n++, referrer.id, program, payload))
    }
  }
  return drafts
}
