import type { Kobo, Points } from '../../base/money.ts'
import type { Account } from '../account.ts'
import { emptyAccount } from '../post.ts'
import { bonusesFor } from '../program/bonus.ts'
import type { CustomerFacts, SaleFacts } from '../program/facts.ts'
import type { Program, ProgramTier } from '../program/program.ts'
import { rate } from '../program/rate.ts'
import type { RatedLine } from '../program/rated-line.ts'
import { tierStanding } from '../program/tier.ts'
import type { PersonFacts, SaleAsk, SaleContext, SaleCustomer } from './sale-context.ts'

/** What one program gives for a sale. */
export interface ProgramEarn {
  readonly program: Program
  /** Before the sale. */
  readonly tier: ProgramTier
  readonly account: Account
  readonly lines: readonly RatedLine[]
  /** What of the lines counts, as far as it is known here. */
  readonly points: Points
}

/** A customer as the rules of a program look at them, with the account there. */
export function factsIn(
  program: Program,
  account: Account,
  person: Omit<PersonFacts, 'referrer'> & { readonly referrer: { readonly id: string } | null },
  { trusted, timeZone }: Pick<SaleContext, 'trusted' | 'timeZone'>,
): CustomerFacts & { readonly tier: ProgramTier } {
  const { joined, birth, sales, segments, referrer } = person
  const { tier } = tierStanding(program, account, trusted, timeZone)
  return {
    tier,
    joined,
    birth,
    sales,
    segments,
    referrer: referrer?.id ?? null,
    spend: null,
    once: account.once,
  }
}

/** A sale as programs look at it. `pays`: what of it is paid with points. */
export const saleFacts = (ask: SaleAsk, pays: Kobo, { trusted, timeZone }: SaleContext): SaleFacts => ({
  gross: ask.grossKobo,
  pays,
  lines: ask.lines ?? [],
  channel: ask.channel,
  occurred: trusted,
  timeZone,
})

/** What all programs of the shop give for a sale, the one that is redeemed from first. */
export function rateSale(sale: SaleFacts, customer: SaleCustomer, context: SaleContext): ProgramEarns {
  const others = context.others.map((program) =>
    rateIn(program, customer.others.get(program.id) ?? emptyAccount(), sale, customer, context),
  )
  return [rateIn(context.program, customer.account, sale, customer, context), ...others]
}
export type ProgramEarns = readonly [ProgramEarn, ...(readonly ProgramEarn[])]

function rateIn(
  program: Program,
  account: Account,
  sale: SaleFacts,
  customer: SaleCustomer,
  context: SaleContext,
): ProgramEarn {
  const facts = factsIn(program, account, customer.facts, context)
  const lines = rate(program, sale, facts, 'till')
  const points = lines.reduce((sum, line) => sum + line.counts, 0)
  return { program, tier: facts.tier, account, lines, points }
}

/** What one program gives to somebody else than who buys, or for what is no purchase. */
interface BonusEarn {
  readonly program: Program
  readonly lines: readonly RatedLine[]
}

/** What all programs give to who brought this customer, whose first purchase it is. */
export function rateReferrer(
  customer: SaleCustomer,
  channel: string,
  context: SaleContext,
): readonly BonusEarn[] {
  const { referrer, sales } = customer.facts
  if (referrer === null || sales > 0) return []
  const deed = { on: 'referral_by', whom: customer.id, at: context.trusted, channel } as const
  return [context.program, ...context.others].map((program) => {
    const account = referrer.accounts.get(program.id) ?? emptyAccount()
    const facts = factsIn(program, account, { ...referrer.facts, referrer: null }, context)
    return { program, lines: bonusesFor(program, { ...deed, timeZone: context.timeZone }, facts, 'till') }
  })
}

/** Somebody who is no customer yet. */
export type Newcomer = PersonFacts & { readonly referrer: null }

/** What all programs give to who signs up just now. */
export function rateSignUp(person: Newcomer, channel: string, context: SaleContext): readonly BonusEarn[] {
  const { trusted: at, timeZone } = context
  return [context.program, ...context.others].map((program) => {
    const facts = factsIn(program, emptyAccount(), person, context)
    return { program, lines: bonusesFor(program, { on: 'sign_up', at, timeZone, channel }, facts, 'till') }
  })
}
