import { businessDate } from '../../base/business-date.ts'
import { LIMITS } from '../../base/limits.ts'
import { type Kobo, POINTS_MAX, type Points } from '../../base/money.ts'
import { firstRefusal, type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { AnyDraft } from '../../protocol/payload.ts'
import type { Account } from '../account.ts'
import { expiringWithin, open } from '../post.ts'
import { amountRefusal } from '../program/amount.ts'
import { type EarnQuote, earnFor, earnText } from '../program/base-earn.ts'
import { lastDayOf, lotExpiry } from '../program/expiry.ts'
import type { BaseProgram } from '../program/program.ts'
import { type RedeemAsk, redeemLimits, redeemPoints, whyNotMore } from '../program/redeem.ts'
import { tierOf } from '../program/tier.ts'
import { floorBar, floorMax, floorRefusal, type RedeemRight } from './floor.ts'

/** Points that lapse within this many days are told to the customer. */
const EXPIRING_SOON_DAYS = 60

export interface SaleAsk {
  readonly grossKobo: number
  readonly redeem: RedeemAsk | null
  readonly receipt: string
  readonly channel: string
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
}

interface Blame {
  readonly refusal: Refusal
  readonly field: 'amount' | 'redeem' | 'receipt'
}

interface SaleTerms {
  readonly gross: Kobo
  readonly net: Kobo
  readonly redeem: Points
  readonly pays: Kobo
  readonly earn: EarnQuote | null
}

/** The terms of a sale as typed, or everything that stands in its way. */
function saleTerms(
  ask: SaleAsk,
  customer: SaleCustomer | null,
  context: SaleContext,
): Result<SaleTerms, readonly Blame[]> {
  const { program } = context
  const blames: Blame[] = []
  const amount = amountRefusal(ask.grossKobo)
  if (amount) blames.push({ refusal: amount, field: 'amount' })
  if (!isReceipt(ask.receipt)) {
    blames.push({ refusal: refusal('receipt_invalid', { max: LIMITS.receiptCharsMax }), field: 'receipt' })
  }
  let points = 0
  if (customer && ask.redeem && !amount) {
    const available = open(customer.account, context.trusted)
    const unknown = isKnown(context.right) ? null : floorBar(context.right, customer.name)
    const asked = unknown
      ? { refusal: unknown }
      : redeemPoints(program, ask.redeem, ask.grossKobo, available, customer.name)
    const barred = 'refusal' in asked ? null : floorRefusal(context.right, asked.points, customer.name)
    if ('refusal' in asked) blames.push({ refusal: asked.refusal, field: 'redeem' })
    else if (barred) blames.push({ refusal: barred, field: 'redeem' })
    else points = asked.points
  }
  if (!customer && ask.redeem) {
    const nobody = refusal('invalid', { what: 'Paying with points', why: 'choose the customer first' })
    blames.push({ refusal: nobody, field: 'redeem' })
  }
  if (blames.length > 0) return refuse(blames)
  const pays = points * program.point_worth_kobo
  const net = ask.grossKobo - pays
  const earn = customer ? earnFor(program, tierOf(program, customer.account.lifetime).tier, net) : null
  if (earn && customer) {
    const after = open(customer.account, context.trusted) - points + earn.points
    if (earn.points > POINTS_MAX || after > POINTS_MAX) {
      return refuse([{ refusal: refusal('balance_over_limit', { max: POINTS_MAX }), field: 'amount' }])
    }
  }
  return ok({ gross: ask.grossKobo, net, redeem: points, pays, earn })
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
  const { gross, net, redeem, pays, earn } = terms.value
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
  if (customer && redeem > 0) {
    drafts.push({
      kind: 'points.redeemed',
      n: 1,
      ...whose,
      payload: {
        sale: saleId,
        points: redeem,
        pays,
        right: context.right.kind === 'own' ? 'own' : 'unsecured',
        program_version: program.version,
      },
    })
  }
  if (customer && earn && earn.points > 0) {
    drafts.push({
      kind: 'points.earned',
      n: 2,
      ...whose,
      payload: earnedPayload(saleId, earn, program, trusted, trusted, timeZone),
    })
  }
  return ok({ drafts, terms: terms.value })
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
  if (floorMax(right) >= max) return max
  const left = floorMax(right) - (floorMax(right) % program.redeem_step_points)
  return left < program.redeem_min_points ? 0 : left
}

/** One sentence: why nothing may be redeemed, or why not more. Empty when there is nothing to say. */
function whyNot(
  { program, right }: SaleContext,
  gross: Kobo,
  available: Points,
  name: string,
  max: Points,
): string {
  const bar = available > 0 || !isKnown(right) ? floorBar(right, name) : null
  if (bar) return bar.sentence
  if (available > 0) {
    if (maxOf(program, max, right) < max) return floorRefusal(right, max, name)?.sentence ?? ''
  }
  return whyNotMore(program, gross, available, name)
}

/** What the screen shows while an amount is typed. Nothing is refused here: `refusal` says what stands in the way. */
export function quoteSale(ask: SaleAsk, customer: SaleCustomer | null, context: SaleContext) {
  const { program, trusted } = context
  const grossOk = amountRefusal(ask.grossKobo) === null
  const gross = grossOk ? ask.grossKobo : 0
  const terms = saleTerms(ask, customer, context)
  const available = customer ? open(customer.account, trusted) : 0
  const limits = redeemLimits(program, gross, available)
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
      why: customer ? whyNot(context, gross, available, customer.name, limits.max) : '',
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
