import { businessDate } from '../../base/business-date.ts'
import type { Kobo } from '../../base/money.ts'
import type { AnyDraft, Payloads } from '../../protocol/payload.ts'
import { extendTo, lotExpiry } from '../program/expiry.ts'
import type { Program } from '../program/program.ts'
import { BASE_RULE } from '../program/rate.ts'
import type { RatedLine } from '../program/rated-line.ts'

/** When points are earned, ms: `occurred` is the purchase's own time, which tier windows look at. */
interface EarnTimes {
  readonly effective: number
  readonly occurred: number
  readonly timeZone: string
}

/**
 * An earn as its event says it. `netKobo`: what the bill came to after points paid. A line of the base for just that
 * says what an earlier version said too; every other line names its rule and what of the bill it looked at.
 */
export function earnedPayload(
  saleId: string | null,
  line: Omit<RatedLine, 'counts'>,
  program: Program,
  netKobo: Kobo,
  { effective, occurred, timeZone }: EarnTimes,
): Payloads['points.earned'] {
  const isBase = line.rule === BASE_RULE
  const until = extendTo(program, effective, timeZone)
  return {
    sale: saleId,
    points: line.points,
    base: line.base,
    multiplier_bp: line.multiplier_bp,
    tier: line.tier,
    rule: line.rule,
    program_version: program.version,
    expiry: lotExpiry(program, effective, timeZone),
    month: businessDate(occurred, timeZone).slice(0, 7),
    ...(line.once.length > 0 ? { once: line.once } : {}),
    ...(isBase ? {} : { rule_name: line.rule_name }),
    ...(isBase && line.on_kobo === netKobo ? {} : { on_kobo: line.on_kobo }),
    ...(line.tier_counts ? {} : { tier_counts: false }),
    ...(until === null ? {} : { extend_to: until }),
  }
}

export type EarnedDraft = Extract<AnyDraft, { readonly kind: 'points.earned' }>

/** The event of one line. `n`: its number among the events of the command. */
export const earnedDraft = (
  n: number,
  customer: string,
  program: Program,
  payload: Payloads['points.earned'],
): EarnedDraft => ({ kind: 'points.earned', n, customer, program: program.id, payload })
