import { startOfDate } from '../../../shared/base/business-date.ts'
import type { Kobo } from '../../../shared/base/money.ts'
import { explainLine } from '../../../shared/domain/program/explain.ts'
import type { CustomerFacts, SaleFacts } from '../../../shared/domain/program/facts.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { rate } from '../../../shared/domain/program/rate.ts'

/** A sale to be tried out, as a person describes it. */
export interface Trial {
  readonly kobo: Kobo
  /** Tier id. */
  readonly tier: string
  /** yyyy-mm-dd and HH:MM on the shop's wall. */
  readonly day: string
  readonly time: string
  readonly channel: string
  /** The whole bill is of it; empty: only the sum is known. */
  readonly item: string
  readonly category: string
  readonly first: boolean
  readonly birthday: boolean
  readonly referred: boolean
}

interface TrialLine {
  readonly rule: string
  readonly points: number
  readonly sentence: string
}

/** What a sale earns, line by line, by the same function that rates it at a till; null while the sale is not described. */
export function tryOut(program: Program, trial: Trial, timeZone: string): readonly TrialLine[] | null {
  const tier = program.tiers.find(({ id }) => id === trial.tier) ?? program.tiers[0]
  if (!tier || !Number.isSafeInteger(trial.kobo) || trial.kobo <= 0) return null
  const [hours = 0, minutes = 0] = trial.time.split(':').map(Number)
  const { item, category } = trial
  const sale: SaleFacts = {
    gross: trial.kobo,
    pays: 0,
    lines: item === '' && category === '' ? [] : [{ item, category, quantity: 1, kobo: trial.kobo }],
    channel: trial.channel,
    occurred: startOfDate(trial.day, timeZone) + (hours * 60 + minutes) * 60_000,
    timeZone,
  }
  const customer: CustomerFacts = {
    tier,
    joined: null,
    birth: trial.birthday ? trial.day.slice(5) : '',
    sales: trial.first ? 0 : 1,
    segments: program.members,
    referrer: trial.referred ? 'somebody' : null,
    spend: null,
    once: {},
  }
  return rate(program, sale, customer, 'till').map((line) => ({
    rule: line.rule,
    points: line.counts,
    sentence: explainLine(line, { points: line.counts, why: '' }, program),
  }))
}
