import { type Kobo, mulDivFloor } from '../../base/money.ts'
import type { SoldLine } from '../../protocol/payload.ts'
import { isListed } from './conditions.ts'
import type { SaleFacts } from './facts.ts'
import type { Program } from './program.ts'

/** The part of a bill that may earn. */
export interface EarningBill {
  readonly kobo: Kobo
  /** Their sum is `kobo`; empty where only the sum is known. */
  readonly lines: readonly SoldLine[]
}

/** What no line accounts for: it earns by the base. */
const UNNAMED = { item: '', category: '', quantity: 1 } as const

/**
 * The part of a bill that may earn: of the net, or of the gross as the program says, without what it excludes. Lines
 * are reduced in proportion, by the largest remainder, so that they sum to what earns: a discount or points on the
 * bill as a whole fall on each of them. What the lines leave of the bill is a line without a name.
 */
export function earningBill(program: Program, sale: SaleFacts): EarningBill {
  const earns = program.earn_on === 'net' ? sale.gross - sale.pays : sale.gross
  if (sale.lines.length === 0) return { kobo: earns, lines: [] }
  const named = sale.lines.reduce((sum, line) => sum + line.kobo, 0)
  const rest = sale.gross - named
  const all = rest > 0 ? [...sale.lines, { ...UNNAMED, kobo: rest }] : sale.lines
  const parts = named + Math.max(0, rest) === earns ? all : reduced(all, earns)
  const { items, categories } = program.excludes
  if (items.length + categories.length === 0) return { kobo: earns, lines: parts }
  const lines = parts.filter((line) => !isListed(items, line.item) && !isListed(categories, line.category))
  return { kobo: lines.reduce((sum, line) => sum + line.kobo, 0), lines }
}

function reduced(lines: readonly SoldLine[], total: Kobo): readonly SoldLine[] {
  const parts = shareOut(
    lines.map((line) => line.kobo),
    total,
  )
  return lines.map((line, at) => ({ ...line, kobo: parts[at] ?? 0 }))
}

/**
 * Whole parts of `total` in proportion to the weights: each rounded down, and what that leaves goes, one each, to
 * those that lost most, the earlier one where two lost the same (largest remainder, Hamilton). Weights that are all 0
 * have no parts.
 */
export function shareOut(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((all, one) => all + one, 0)
  if (sum === 0) return weights.map(() => 0)
  const parts = weights.map((weight) => mulDivFloor(weight, total, sum))
  const left = total - parts.reduce((all, one) => all + one, 0)
  const lost = weights.map((weight, at) => ({ at, kobo: remainder(weight, total, sum) }))
  for (const { at } of lost.toSorted((a, b) => b.kobo - a.kobo || a.at - b.at).slice(0, left)) {
    parts[at] = (parts[at] ?? 0) + 1
  }
  return parts
}

function remainder(a: number, b: number, divisor: number): number {
  const product = a * b
  return Number.isSafeInteger(product) ? product % divisor : Number((BigInt(a) * BigInt(b)) % BigInt(divisor))
}
