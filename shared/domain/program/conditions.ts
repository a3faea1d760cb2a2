import type { SoldLine } from '../../protocol/payload.ts'
import type { CustomerFacts, Moment, SaleFacts } from './facts.ts'
import type { Program } from './program.ts'
import type { Condition, Rule } from './rule.ts'
import { isWithin } from './windows.ts'

/** What conditions are held against. `lines`: those of the bill that the rule may look at. */
export interface Circumstances {
  readonly sale: SaleFacts
  readonly customer: CustomerFacts
  readonly moment: Moment
  readonly lines: readonly SoldLine[]
}

/**
 * Whether all conditions of a rule hold. What costs a comparison is asked first, lists and lines last; a rule that does
 * not hold leaves nothing behind.
 */
export function holds(rule: Rule, about: Circumstances): boolean {
  let ofLines = false
  let ofSegments = false
  for (const condition of rule.when) {
    if (condition.field === 'items' || condition.field === 'categories') ofLines = true
    else if (condition.field === 'segment') ofSegments = true
    else if (!isMet(condition, about)) return false
  }
  if (
    ofSegments &&
    !rule.when.every((one) => one.field !== 'segment' || isIn(one.in, about.customer.segments))
  )
    return false
  return !ofLines || about.lines.some((line) => isOf(rule, line))
}

type Plain = Exclude<Condition, { field: 'items' | 'categories' | 'segment' }>

function isMet(condition: Plain, { sale, customer, moment }: Circumstances): boolean {
  switch (condition.field) {
    case 'dates':
      return moment.date >= condition.from && moment.date <= condition.to
    case 'weekdays':
      return condition.in.includes(moment.weekday)
    case 'hours':
      return isWithin(moment.time, condition.from, condition.to)
    case 'channel':
      return isListed(condition.in, sale.channel)
    case 'tier':
      return condition.in.includes(customer.tier.id)
    case 'bill':
      return sale.gross >= condition.min_kobo && sale.gross <= (condition.max_kobo ?? Infinity)
    case 'spend':
      return (customer.spend?.[condition.days] ?? -1) >= condition.min_kobo
  }
}

const isIn = (list: readonly string[], ones: readonly string[]): boolean =>
  ones.some((one) => isListed(list, one))

/** Whether a program gives this customer anything. */
export const isMember = (program: Program, customer: CustomerFacts): boolean =>
  program.type !== 'vip' || program.members.some((segment) => customer.segments.includes(segment))

/** Whether a rule looks at some lines of a bill only. */
export const isOfLines = (rule: Rule): boolean =>
  rule.when.some(({ field }) => field === 'items' || field === 'categories')

/** Whether a line is one that a rule looks at: of its items, and of its categories. */
export function isOf(rule: Rule, line: SoldLine): boolean {
  for (const condition of rule.when) {
    if (condition.field === 'items' && !isListed(condition.in, line.item)) return false
    if (condition.field === 'categories' && !isListed(condition.in, line.category)) return false
  }
  return true
}

/** Lists longer than this are looked up, not walked through. */
const WALKED_MAX = 8
const lookUps = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Whether a word stands in a list of a program. Programs are never changed in place. */
export function isListed(list: readonly string[], word: string): boolean {
  if (list.length <= WALKED_MAX) return list.includes(word)
  let words = lookUps.get(list)
  if (!words) {
    words = new Set(list)
    lookUps.set(list, words)
  }
  return words.has(word)
}
