import { type Kobo, POINTS_MAX, type Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import { open } from '../post.ts'
import { shareOut } from '../program/bill.ts'
import type { RedeemTerms, Reward } from '../program/program.ts'
import { type RedeemAsk, redeemPoints } from '../program/redeem.ts'
import { redeemTerms } from '../program/redeem-terms.ts'
import { rewardTerms } from '../program/reward.ts'
import { floorBar, leaseSum, type RedeemRight } from './floor.ts'
import { factsIn, saleFacts } from './rating.ts'
import { mayAskForMore, type RedeemPart, redeemParts } from './redeem-right.ts'
import type { SaleAsk, SaleContext, SaleCustomer, SaleRedeem } from './sale-context.ts'

/** False: what is counted here of the account is not all there is, and nothing may be said of it. */
export const isKnown = (right: RedeemRight): boolean => right.kind === 'own' || right.known

/** What a redemption here can be taken from: the open points, and what is set aside for this till. */
export const usableOf = ({ account }: SaleCustomer, { right, trusted }: SaleContext): Points =>
  isKnown(right) ? open(account, trusted) + leaseSum(right) : POINTS_MAX

/** One part of a redemption, and what of the bill it pays. */
type PaidPart = RedeemPart & { readonly pays: Kobo }

export interface Redemption {
  readonly points: Points
  readonly pays: Kobo
  readonly reward: Reward | null
  /** Empty where head office is to be asked first. */
  readonly parts: readonly PaidPart[]
}

/** What a redemption of this customer is held to on this bill. Refuses points_pay_nothing. */
export const termsFor = (
  ask: SaleAsk,
  customer: SaleCustomer,
  context: SaleContext,
): Result<RedeemTerms, Refusal> =>
  redeemTerms(
    context.program,
    saleFacts(ask, 0, context),
    factsIn(context.program, customer.account, customer.facts, context),
    'till',
  )

/** How many points are taken, or why not. `isAsked`: head office is asked for what is beyond the limits. */
export function redemption(
  ask: SaleAsk,
  redeem: SaleRedeem,
  customer: SaleCustomer,
  context: SaleContext,
  isAsked: boolean,
): Result<Redemption, Refusal> {
  const { right } = context
  const { name } = customer
  const lenient = isAsked && mayAskForMore(right)
  const hasNoRight = !isKnown(right) && leaseSum(right) === 0 && !lenient && !ask.override
  const bar = hasNoRight ? floorBar(right, name) : null
  if (bar) return refuse(bar)
  const asked =
    redeem.unit === 'reward'
      ? rewardAsked(ask, redeem.id, customer, context)
      : pointsAsked(ask, redeem, customer, context)
  if (!asked.ok) return refuse(isKnown(right) ? asked.refusal : unseen(asked.refusal))
  const { points, pays } = asked.value
  if (lenient) return ok({ ...asked.value, parts: [] })
  const parts = redeemParts(right, points, name, ask.override ?? null)
  if (!parts.ok) return parts
  const shares = shareOut(
    parts.value.map((part) => part.points),
    pays,
  )
  return ok({ ...asked.value, parts: parts.value.map((part, at) => ({ ...part, pays: shares[at] ?? 0 })) })
}

type Asked = Omit<Redemption, 'parts'>

function pointsAsked(
  ask: SaleAsk,
  redeem: RedeemAsk,
  customer: SaleCustomer,
  context: SaleContext,
): Result<Asked, Refusal> {
  const terms = termsFor(ask, customer, context)
  if (!terms.ok) return terms
  const usable = usableOf(customer, context)
  const asked = redeemPoints(terms.value, redeem, ask.grossKobo, usable, customer.name)
  if ('refusal' in asked) return refuse(asked.refusal)
  const { points } = asked
  return ok({ points, pays: points * terms.value.point_worth_kobo, reward: null })
}

function rewardAsked(
  ask: SaleAsk,
  reward: string,
  customer: SaleCustomer,
  context: SaleContext,
): Result<Asked, Refusal> {
  const available = usableOf(customer, context)
  const { stock } = context.program.rewards.find(({ id }) => id === reward) ?? { stock: null }
  const given = stock === null ? 0 : (context.given?.(reward) ?? 0)
  return rewardTerms(context.program, { reward, gross: ask.grossKobo, available, name: customer.name, given })
}

/** Of an account that is not known here no figure is told. */
function unseen(said: Refusal): Refusal {
  const { available: _unknown, ...params } = said.params
  return said.code === 'redeem_below_minimum' ? refusal(said.code, params) : said
}
