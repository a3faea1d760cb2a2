import { businessDate } from '../../base/business-date.ts'
import { LIMITS } from '../../base/limits.ts'
import { type Kobo, POINTS_MAX, type Points, pointsInWords } from '../../base/money.ts'
import { firstRefusal, type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import type { Account } from '../account.ts'
import { expiringWithin, leased, open } from '../post.ts'
import { amountRefusal } from '../program/amount.ts'
import { type EarnQuote, earnFor, earnText } from '../program/base-earn.ts'
import { lastDayOf, lotExpiry } from '../program/expiry.ts'
import type { BaseProgram } from '../program/program.ts'
import { type RedeemAsk, redeemLimits, redeemPoints, whyNotMore } from '../program/redeem.ts'
import { tierOf } from '../program/tier.ts'
import { floorBar, floorRefusal, leaseSum, type RedeemRight } from './floor.ts'
import { mayAskForMore, type OverrideAsk, type RedeemPart, redeemParts, rightMax } from './redeem-right.ts'

/** Points that lapse within this many days are told to the customer. */
const EXPIRING_SOON_DAYS = 60

export interface SaleAsk {
  readonly grossKobo: number
  readonly redeem: RedeemAsk | null
  readonly receipt: string
  readonly channel: string
  /** A person wants what is beyond the limits taken by a second person's word. */
  readonly override?: OverrideAsk
}

/** Who the sale is for, as the till knows them now. */
export interface SaleCustomer {
  readonly id: string
  /** How a sentence calls this person: name, or the number. */
  readonly name: string
  readonly account: Account
}

export interface SaleContext {
  readonly trusted: number
  readonly timeZone: string
  readonly currency: string
  readonly program: BaseProgram
  /** By what points are taken from the customer's account. */
  readonly right: RedeemRight
  /** Head office is connected: for more than this till may take, it is asked first. */
  readonly canAsk?: boolean
}

interface Blame {
  readonly refusal: Refusal
  readonly field: 'amount' | 'redeem' | 'receipt'
}

interface SaleTerms {
  readonly gross: Kobo
  readonly net: Kobo
  readonly redeem: Points
  /** The same by what each part is taken by. */
  readonly parts: readonly RedeemPart[]
  readonly pays: Kobo
  readonly earn: EarnQuote | null
}

/** All the customer has at `asOf` (ms), what is set aside for tills among it. */
export const balanceOf = (account: Account, asOf: number): Points => open(account, asOf) + leased(account)

/** What a redemption here can be taken from: the open points, and what is set aside for this till. */
const usableOf = ({ account }: SaleCustomer, { right, trusted }: SaleContext): Points =>
  isKnown(right) ? open(account, trusted) + leaseSum(right) : POINTS_MAX

interface Redemption {
  readonly points: Points
  readonly parts: readonly RedeemPart[]
}

/** How many points are taken, or why not. `isAsked`: head office is asked for what is beyond the limits. */
function redemption(
  ask: SaleAsk,
  redeem: RedeemAsk,
  customer: SaleCustomer,
  context: SaleContext,
  isAsked: boolean,
): Result<Redemption, Refusal> {
  const { program, right } = context
  const { name } = customer
  const lenient = isAsked && mayAskForMore(right)
  const hasNoRight = !isKnown(right) && leaseSum(right) === 0 && !lenient && !ask.override
  const bar = hasNoRight ? floorBar(right, name) : null
  if (bar) return refuse(bar)
  const asked = redeemPoints(program, redeem, ask.grossKobo, usableOf(customer, context), name)
  if ('refusal' in asked) return refuse(isKnown(right) ? asked.refusal : unseen(asked.refusal))
  if (lenient) return ok({ points: asked.points, parts: [] })
  const parts = redeemParts(right, asked.points, name, ask.override ?? null)
  return parts.ok ? ok({ points: asked.points, parts: parts.value }) : parts
}

/** Of an account that is not known here no figure is told. */
function unseen(said: Refusal): Refusal {
  const { available: _unknown, ...params } = said.params
  return said.code === 'redeem_below_minimum' ? refusal(said.code, params) : said
}

const NOTHING: Redemption = { points: 0, parts: [] }

/** The terms of a sale as typed, or everything that stands in its way. */
function saleTerms(
  ask: SaleAsk,
  customer: SaleCustomer | null,
  context: SaleContext,
  isAsked = false,
): Result<SaleTerms, readonly Blame[]> {
  const { program } = context
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
  const { points, parts } = redeemed.value
  const pays = points * program.point_worth_kobo
  const net = ask.grossKobo - pays
  const earn = customer ? earnFor(program, tierOf(program, customer.account.lifetime).tier, net) : null
  if (earn && customer) {
    const after = balanceOf(customer.account, context.trusted) - points + earn.points
    if (earn.points > POINTS_MAX || after > POINTS_MAX) {
      return refuse([{ refusal: refusal('balance_over_limit', { max: POINTS_MAX }), field: 'amount' }])
    }
  }
  return ok({ gross: ask.grossKobo, net, redeem: points, parts, pays, earn })
}

/**
 * How many points head office is to be asked for before this sale is decided: what of the redemption is not set aside
 * here yet, where limits alone stand in its way. 0: nothing is to be asked.
 */
export function pointsToAskFor(ask: SaleAsk, customer: SaleCustomer | null, context: SaleContext): Points {
  if (!customer || !ask.redeem || !mayAskForMore(context.right)) return 0
  const terms = saleTerms(ask, customer, context, true)
  if (!terms.ok || terms.value.redeem <= rightMax(context.right)) return 0
  return terms.value.redeem - leaseSum(context.right)
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
  const { gross, net, earn } = terms.value
  const { program, trusted, timeZone } = context
  const whose = customer ? { customer: customer.id, program: program.id } : {}
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
        lines: [],
        occurred_at: trusted,
        imported: false,
      },
    },
  ]
  if (customer) drafts.push(...redeemDrafts(saleId, terms.value, customer, context, ask))
  if (customer && earn && earn.points > 0) {
    drafts.push({
      kind: 'points.earned',
      n: NUMBER.earned,
      ...whose,
      payload: earnedPayload(saleId, earn, program, trusted, trusted, timeZone),
    })
  }
  return ok({ drafts, terms: terms.value })
}

/** Numbers of the events of a command. A redemption of several parts goes on behind all others. */
const NUMBER = { redeemed: 1, earned: 2, override: 4, otherParts: 10 } as const

/** One event for each part of a redemption, and one that names who let it go beyond the limits. */
function redeemDrafts(
  saleId: string,
  { parts }: SaleTerms,
  customer: SaleCustomer,
  { program }: SaleContext,
  ask: SaleAsk,
): readonly AnyDraft[] {
  const drafts = parts.map(
    ({ points, ...by }, i): AnyDraft => ({
      kind: 'points.redeemed',
      n: i === 0 ? NUMBER.redeemed : NUMBER.otherParts + i,
      customer: customer.id,
      program: program.id,
      payload: {
        sale: saleId,
        points,
        pays: points * program.point_worth_kobo,
        ...by,
        program_version: program.version,
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

/** An earn of the base rule. `occurredMs` is the purchase's own date: what tier windows look at. */
export function earnedPayload(
  saleId: string,
  earn: EarnQuote,
  program: BaseProgram,
  effectiveMs: number,
  occurredMs: number,
  timeZone: string,
) {
  return {
    sale: saleId,
    points: earn.points,
    base: earn.base,
    multiplier_bp: earn.multiplier_bp,
    tier: earn.tier.name,
    rule: 'base',
    program_version: program.version,
    expiry: lotExpiry(program, effectiveMs, timeZone),
    month: businessDate(occurredMs, timeZone).slice(0, 7),
  } as const
}

/** False: what is counted here of the account is not all there is, and nothing may be said of it. */
const isKnown = (right: RedeemRight): boolean => right.kind === 'own' || right.known

/** The most of a bill that points may pay, within what this till may take. */
function maxOf(program: BaseProgram, max: Points, right: RedeemRight): Points {
  const most = rightMax(right)
  if (most >= max) return max
  const left = most - (most % program.redeem_step_points)
  return left < program.redeem_min_points ? 0 : left
}

/** One sentence: why nothing may be redeemed, or why not more. Empty when there is nothing to say. */
function whyNot(
  context: SaleContext,
  gross: Kobo,
  customer: SaleCustomer,
  max: Points,
  most: Points,
): string {
  const { program, right } = context
  const { name } = customer
  const usable = usableOf(customer, context)
  if (usable > 0 && mayAsk(context, max, most)) {
    return most > 0
      ? `${pointsInWords(most)} can be used at once; for more, head office is asked when the sale is booked.`
      : 'Head office is asked for these points when the sale is booked.'
  }
  const bar = usable > 0 && leaseSum(right) === 0 ? floorBar(right, name, max) : null
  if (bar) return bar.sentence
  if (usable > 0 && most < max) {
    return floorRefusal(right, max - leaseSum(right), name)?.sentence ?? ''
  }
  return isKnown(right) || gross > 0 ? whyNotMore(program, gross, usable, name) : ''
}

/** Head office may let the customer have more of this bill than this till can by itself. */
const mayAsk = ({ canAsk, right }: SaleContext, max: Points, most: Points): boolean =>
  canAsk === true && most < max && mayAskForMore(right)

/** What the screen shows while an amount is typed. Nothing is refused here: `refusal` says what stands in the way. */
export function quoteSale(ask: SaleAsk, customer: SaleCustomer | null, context: SaleContext) {
  const { program, trusted } = context
  const grossOk = amountRefusal(ask.grossKobo) === null
  const gross = grossOk ? ask.grossKobo : 0
  const terms = saleTerms(ask, customer, context, context.canAsk)
  const available = customer ? balanceOf(customer.account, trusted) : 0
  const limits = redeemLimits(program, gross, customer ? usableOf(customer, context) : 0)
  const most = customer ? maxOf(program, limits.max, context.right) : 0
  const tier = customer ? tierOf(program, customer.account.lifetime).tier : null
  const redeem = terms.ok ? terms.value.redeem : 0
  const net = gross - redeem * program.point_worth_kobo
  const earn = tier ? earnFor(program, tier, net) : null
  const first = terms.ok ? undefined : firstRefusal(terms.refusal.map((b) => b.refusal))
  const blame = terms.ok ? undefined : terms.refusal.find((b) => b.refusal === first)
  return {
    gross_kobo: gross,
    net_kobo: net,
    earn: {
      points: earn?.points ?? 0,
      base: earn?.base ?? 0,
      multiplier_bp: earn?.multiplier_bp ?? 0,
      // The tier of an account that is not known here is nothing to tell a customer.
      tier: earn && isKnown(context.right) ? earn.tier.name : '',
      text: earn ? earnText(earn) : '',
    },
    redeem: {
      points: redeem,
      pays_kobo: redeem * program.point_worth_kobo,
      max_points: most,
      max_pays_kobo: most * program.point_worth_kobo,
      why: customer ? whyNot(context, gross, customer, limits.max, most) : '',
      may_ask: mayAsk(context, limits.max, most),
    },
    balance_after: isKnown(context.right) ? available - redeem + (earn?.points ?? 0) : null,
    refusal: blame
      ? { code: blame.refusal.code, sentence: blame.refusal.sentence, field: blame.field }
      : null,
  }
}

/** The next points to lapse within 60 days, summed by day; null when none. */
export function expiringSoon(
  account: Account,
  trusted: number,
  timeZone: string,
): { points: Points; last_day: string } | null {
  const first = expiringList(account, trusted, timeZone)[0]
  return first ?? null
}

/** Points that lapse within 60 days, summed by their last day, soonest first. `trusted`: ms. */
export function expiringList(
  account: Account,
  trusted: number,
  timeZone: string,
): { points: Points; last_day: string }[] {
  const byDay = new Map<string, Points>()
  for (const lot of expiringWithin(account, trusted, trusted + EXPIRING_SOON_DAYS * 86_400_000)) {
    const day = lastDayOf(lot.expiry, timeZone)
    byDay.set(day, (byDay.get(day) ?? 0) + lot.points)
  }
  return [...byDay]
    .map(([last_day, points]) => ({ points, last_day }))
    .sort((a, b) => (a.last_day < b.last_day ? -1 : 1))
}
