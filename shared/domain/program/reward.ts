import type { Kobo, Points } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { ok, type Result, refuse } from '../../base/result.ts'
import type { Program, Reward } from './program.ts'

/** Who asks for a reward, and on what. */
interface RewardAsk {
  readonly reward: string
  /** The bill that the reward goes on, before it pays; null: it is handed over without one. */
  readonly gross: Kobo | null
  readonly available: Points
  /** How a sentence calls the customer. */
  readonly name: string
  /** How many were given out before, as far as that is known here. */
  readonly given: number
}

/** A reward as a redemption: points at a fixed price, and what they pay. The limits of other redemptions do not hold. */
interface RewardTerms {
  readonly reward: Reward
  readonly points: Points
  readonly pays: Kobo
}

/**
 * What a reward takes and pays. Refuses points_pay_nothing, reward_unknown, reward_inactive, reward_out_of_stock,
 * reward_over_bill, reward_short, in the order of the registry.
 */
export function rewardTerms(program: Program, ask: RewardAsk): Result<RewardTerms, Refusal> {
  if (program.type === 'tier') return refuse(refusal('points_pay_nothing', { program: program.name }))
  const reward = program.rewards.find((one) => one.id === ask.reward)
  if (!reward) return refuse(refusal('reward_unknown'))
  if (!reward.active) return refuse(refusal('reward_inactive', { reward: reward.name }))
  if (reward.stock !== null && ask.given >= reward.stock)
    return refuse(refusal('reward_out_of_stock', { reward: reward.name }))
  const pays = worthOf(reward)
  if (ask.gross !== null && pays > ask.gross)
    return refuse(refusal('reward_over_bill', { reward: reward.name, worth: pays }))
  if (reward.points > ask.available) {
    const { name, available } = ask
    return refuse(refusal('reward_short', { reward: reward.name, cost: reward.points, name, available }))
  }
  return ok({ reward, points: reward.points, pays })
}

/** What a reward is worth, kobo. */
const worthOf = ({ gives }: Reward): Kobo => (gives.kind === 'amount' ? gives.kobo : gives.worth_kobo)
