import { addDays, addMonths, startOfDate } from '../../base/business-date.ts'
import type { Points } from '../../base/money.ts'
import type { OnceTerm } from '../../protocol/payload.ts'
import type { CustomerFacts, Moment } from './facts.ts'
import type { BonusOn, Rule } from './rule.ts'

/** Keys of a rule: what is given once, or up to a cap, over all tills. Head office counts them in what it posts. */
export function onceTerms(rule: Rule, deed: Deed, moment: Moment, timeZone: string): readonly OnceTerm[] {
  const terms: OnceTerm[] = []
  const { day, month, customer } = rule.caps
  const once = onceOf(rule.id, deed, moment, timeZone)
  if (once) terms.push(once)
  if (day !== undefined) {
    terms.push({ key: `day:${rule.id}:${moment.date}`, cap: day, until: endOfDay(moment, timeZone) })
  }
  if (month !== undefined) {
    const name = moment.date.slice(0, 7)
    const until = startOfDate(addMonths(`${name}-01`, 1), timeZone)
    terms.push({ key: `month:${rule.id}:${name}`, cap: month, until })
  }
  if (customer !== undefined) terms.push({ key: `all:${rule.id}`, cap: customer, until: null })
  return terms
}

/** What a rule gives for. `whom`: of `referral_by`, the customer who was brought. */
interface Deed {
  readonly on: BonusOn | 'earn' | 'visit'
  readonly whom?: string
}

function onceOf(rule: string, { on, whom }: Deed, moment: Moment, timeZone: string): OnceTerm | null {
  switch (on) {
    case 'visit':
      return { key: `visit:${rule}:${moment.date}`, cap: 'once', until: endOfDay(moment, timeZone) }
    case 'birthday':
    case 'anniversary': {
      const year = moment.date.slice(0, 4)
      const until = startOfDate(`${Number(year) + 1}-01-01`, timeZone)
      return { key: `${on}:${rule}:${year}`, cap: 'once', until }
    }
    case 'sign_up':
    case 'first_purchase':
    case 'referral_new':
      return { key: `${on}:${rule}`, cap: 'once', until: null }
    case 'referral_by':
      return { key: `${on}:${rule}:${whom ?? ''}`, cap: 'once', until: null }
    default:
      return null
  }
}

const endOfDay = (moment: Moment, timeZone: string): number => startOfDate(addDays(moment.date, 1), timeZone)

/** What the keys leave of so many points, as far as this account has counted; null: it was given already. */
export function leftOf(terms: readonly OnceTerm[], points: Points, customer: CustomerFacts): Points | null {
  let left = points
  for (const { key, cap } of terms) {
    const counted = Object.hasOwn(customer.once, key) ? customer.once[key] : undefined
    if (cap === 'once') {
      if (counted && counted.lines > 0) return null
    } else left = Math.min(left, Math.max(0, cap - (counted?.used ?? 0)))
  }
  return left
}
