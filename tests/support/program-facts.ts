import type { Account } from '../../shared/domain/account.ts'
import type { PersonFacts, SaleCustomer } from '../../shared/domain/decide/sale-context.ts'
import type { CustomerFacts, SaleFacts } from '../../shared/domain/program/facts.ts'
import { DEFAULT_PROGRAM, type Program } from '../../shared/domain/program/program.ts'
import type { RatedLine } from '../../shared/domain/program/rated-line.ts'
import { readProgram } from '../../shared/domain/program/schema.ts'

/* Programs, sales and customers in as few words as a table of a test needs. */

export const LAGOS = 'Africa/Lagos'
/** 2026-11-21 14:30 -> the instant in Lagos, ms. */
export const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+01:00`)
export const naira = (amount: number): number => Math.round(amount * 100)

/** The default program with more in it, read as it would be stored. */
export function programWith(more: object = {}): Program {
  const read = readProgram({ ...DEFAULT_PROGRAM, ...more })
  if (!read.ok) throw new Error(read.refusal.sentence)
  return read.value
}

/** [item, category, pieces, naira] */
type Sold = readonly [item: string, category: string, pieces: number, amount: number]

interface SaleWords {
  readonly on?: string
  readonly paid?: number
  readonly channel?: string
  readonly lines?: readonly Sold[]
}

/** A bill in naira, on a Saturday afternoon unless said otherwise. */
export function saleOf(amount: number, { on, paid, channel, lines }: SaleWords = {}): SaleFacts {
  return {
    gross: naira(amount),
    pays: naira(paid ?? 0),
    lines: (lines ?? []).map(([item, category, quantity, kobo]) => ({
      item,
      category,
      quantity,
      kobo: naira(kobo),
    })),
    channel: channel ?? 'pos',
    occurred: at(on ?? '2026-11-21 14:30'),
    timeZone: LAGOS,
  }
}

/** A Bronze customer of last year who has bought before. */
export function customerOf(
  more: Partial<Omit<CustomerFacts, 'tier'>> & { tier?: string } = {},
): CustomerFacts {
  const { tier: name = 'Bronze', ...rest } = more
  const tier = DEFAULT_PROGRAM.tiers.find((one) => one.name === name)
  if (!tier) throw new Error(`no tier ${name}`)
  return {
    tier,
    joined: at('2025-03-04 09:00'),
    birth: '',
    sales: 3,
    segments: [],
    referrer: null,
    spend: null,
    once: {},
    ...rest,
  }
}

/** "base 100 on 10000", and what a cap known here leaves of it. */
export const linesInWords = (lines: readonly RatedLine[]): string[] =>
  lines.map(({ rule, points, on_kobo, counts }) => {
    const left = counts < points ? `, ${counts} left` : ''
    return `${rule} ${points} on ${on_kobo / 100}${left}`
  })

/** Ada, who was enrolled last year and has bought before, with this account. */
export const buyerOf = (account: Account, facts: Partial<PersonFacts> = {}): SaleCustomer => ({
  id: 'c'.repeat(32),
  name: 'Ada',
  account,
  others: new Map(),
  facts: { joined: at('2025-03-04 09:00'), birth: '', sales: 3, segments: [], referrer: null, ...facts },
})
