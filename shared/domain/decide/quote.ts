import { SALE_LIMITS } from '../../base/limits.ts'
import { groupThousands, type Kobo, type Points, pointsInWords } from '../../base/money.ts'
import { firstRefusal } from '../../base/refusal.ts'
import { utf8Length } from '../../base/utf8-length.ts'
import { amountRefusal } from '../program/amount.ts'
import { earnText } from '../program/base-earn.ts'
import { explainLine } from '../program/explain.ts'
import type { Program, RedeemTerms } from '../program/program.ts'
import { BASE_RULE } from '../program/rate.ts'
import type { RatedLine } from '../program/rated-line.ts'
import { redeemLimits, whyNotMore } from '../program/redeem.ts'
import { floorBar, floorRefusal, leaseSum, type RedeemRight } from './floor.ts'
import { type ProgramEarn, type ProgramEarns, rateSale, saleFacts } from './rating.ts'
import { mayAskForMore, rightMax } from './redeem-right.ts'
import { isKnown, redemption, termsFor, usableOf } from './redemption.ts'
import { balanceOf, saleTerms } from './sale.ts'
import type { SaleAsk, SaleContext, SaleCustomer } from './sale-context.ts'

/** The most of a bill that points may pay, within what this till may take. */
function maxOf(terms: RedeemTerms, max: Points, right: RedeemRight): Points {
  const most = rightMax(right)
  if (most >= max) return max
  const left = most - (most % terms.redeem_step_points)
  return left < terms.redeem_min_points ? 0 : left
}

/** Head office may let the customer have more of this bill than this till can by itself. */
const mayAsk = ({ canAsk, right }: SaleContext, max: Points, most: Points): boolean =>
  canAsk === true && most < max && mayAskForMore(right)

/** One sentence: why nothing may be redeemed, or why not more. Empty when there is nothing to say. */
function whyNot(
  context: SaleContext,
  terms: RedeemTerms,
  gross: Kobo,
  customer: SaleCustomer,
  max: Points,
  most: Points,
): string {
  const { right } = context
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
  return isKnown(right) || gross > 0 ? whyNotMore(terms, gross, usable, name) : ''
}

interface RedeemOffer {
  readonly max_points: Points
  readonly max_pays_kobo: Kobo
  readonly why: string
  readonly may_ask: boolean
}

const NO_OFFER: RedeemOffer = { max_points: 0, max_pays_kobo: 0, why: '', may_ask: false }

/** The most that points may pay of this bill, and what stands in the way of more. */
function offerTo(ask: SaleAsk, gross: Kobo, customer: SaleCustomer, context: SaleContext): RedeemOffer {
  const terms = termsFor({ ...ask, grossKobo: gross }, customer, context)
  if (!terms.ok) return { ...NO_OFFER, why: terms.refusal.sentence }
  const limits = redeemLimits(terms.value, gross, usableOf(customer, context))
  const most = maxOf(terms.value, limits.max, context.right)
  return {
    max_points: most,
    max_pays_kobo: most * terms.value.point_worth_kobo,
    why: whyNot(context, terms.value, gross, customer, limits.max, most),
    may_ask: mayAsk(context, limits.max, most),
  }
}

/** What the screen shows while an amount is typed. Nothing is refused here: `refusal` says what stands in the way. */
export function quoteSale(ask: SaleAsk, customer: SaleCustomer | null, context: SaleContext) {
  const { trusted } = context
  const gross = amountRefusal(ask.grossKobo) === null ? ask.grossKobo : 0
  const terms = saleTerms(ask, customer, context, context.canAsk)
  const redeem = terms.ok ? terms.value.redeem : { points: 0, pays: 0 }
  const first = terms.ok ? undefined : firstRefusal(terms.refusal.map((b) => b.refusal))
  const blame = terms.ok ? undefined : terms.refusal.find((b) => b.refusal === first)
  const earns =
    customer && earnsOf(terms.ok ? terms.value.earns : null, { ...ask, grossKobo: gross }, customer, context)
  const available = customer ? balanceOf(customer.account, trusted) : 0
  const offer = customer ? offerTo(ask, gross, customer, context) : NO_OFFER
  return {
    gross_kobo: gross,
    net_kobo: gross - redeem.pays,
    earn: earnView(earns, isKnown(context.right)),
    rewards: customer && gross > 0 ? rewardViews(ask, customer, context) : [],
    redeem: { points: redeem.points, pays_kobo: redeem.pays, ...offer },
    balance_after: isKnown(context.right) ? available - redeem.points + (earns?.[0].points ?? 0) : null,
    refusal: blame
      ? { code: blame.refusal.code, sentence: blame.refusal.sentence, field: blame.field }
      : null,
  }
}

/** The catalogue as this customer may take of it with this bill. */
function rewardViews(ask: SaleAsk, customer: SaleCustomer, context: SaleContext) {
  return context.program.rewards
    .filter(({ active }) => active)
    .map(({ id, name, points, gives }) => {
      const isAsked = context.canAsk === true
      const asked = redemption(ask, { unit: 'reward', id }, customer, context, isAsked)
      const pays_kobo = gives.kind === 'amount' ? gives.kobo : gives.worth_kobo
      return { id, name, points, pays_kobo, why: asked.ok ? '' : asked.refusal.sentence }
    })
}

/** What the sale would earn; where something stands in its way, what it would without points that pay. */
const earnsOf = (
  earns: ProgramEarns | null,
  ask: SaleAsk,
  customer: SaleCustomer,
  context: SaleContext,
): ProgramEarns => earns ?? rateSale(saleFacts(ask, 0, context), customer, context)

/** `tellsTier`: the tier of an account that is not known here is nothing to tell a customer. */
function earnView(earns: ProgramEarns | null, tellsTier: boolean) {
  if (!earns) return { points: 0, base: 0, multiplier_bp: 0, tier: '', text: '', lines: [], others: [] }
  const [main] = earns
  const own = main.lines.find((line) => line.rule === BASE_RULE)
  return {
    points: main.points,
    base: own?.base ?? 0,
    multiplier_bp: own?.multiplier_bp ?? 0,
    tier: tellsTier ? main.tier.name : '',
    text: textOf(main, own),
    ...earnLines(earns),
  }
}

/** Each line of points with why in words, and the sums of the other programs. */
function earnLines([main, ...others]: ProgramEarns) {
  return {
    lines: main.lines.filter((line) => line.points > 0).map((line) => lineView(line, main.program)),
    others: others
      .filter((one) => one.points > 0)
      .map(({ program, points }) => ({ program: program.name, points })),
  }
}

type EarnView = ReturnType<typeof lineView>

/**
 * The same as it stands in the answer to a sale, which is kept in its event: as many lines as have room there, and the
 * sum of the others.
 */
export function keptLines(earns: ProgramEarns): ReturnType<typeof earnLines> {
  const { lines, others } = earnLines(earns)
  const kept: EarnView[] = []
  let bytes = 0
  for (const line of lines) {
    bytes += utf8Length(JSON.stringify(line))
    if (bytes > SALE_LIMITS.toldBytesMax) break
    kept.push(line)
  }
  const rest = lines.slice(kept.length)
  if (rest.length === 0) return { lines, others }
  const points = rest.reduce((sum, line) => sum + line.points, 0)
  const name = rest.length === 1 ? 'One more rule' : `${rest.length} more rules`
  return { lines: [...kept, { rule: '', name, points, text: `${pointsInWords(points)}: ${name}.` }], others }
}

/** "100 base x 1.25 Silver + 50 Books twice". */
function textOf({ lines, tier }: ProgramEarn, own: RatedLine | undefined): string {
  const base = own ? [earnText({ ...own, tier })] : []
  const rules = lines.filter((line) => line !== own && line.points > 0)
  return [...base, ...rules.map((line) => `${groupThousands(line.counts)} ${line.rule_name}`)].join(' + ')
}

function lineView(line: RatedLine, program: Program) {
  const counted = { points: line.counts, why: line.counts < line.points ? 'cap' : '' }
  return {
    rule: line.rule,
    name: line.rule_name,
    points: line.counts,
    text: explainLine(line, counted, program),
  }
}
