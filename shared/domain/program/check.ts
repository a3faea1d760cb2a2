import { PROGRAM_LIMITS } from '../../base/limits.ts'
import { POINTS_MAX, pointsInWords } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'
import { baseProgramRefusal, isLabel } from './check-base.ts'
import { ruleFault, sharedBy } from './check-rule.ts'
import { RULE_LIMITS } from './limits.ts'
import type { Program, Reward } from './program.ts'
import { BASE_RULE } from './rate.ts'

/** What a program is checked against. `segments`: ids of all there are; null: nobody can say here. */
interface Surroundings {
  readonly segments: readonly string[] | null
}

/**
 * What is wrong with a program as edited, or null. Refuses setting_invalid with the place and the way out: a base that
 * is none, tiers that do not rise, empty lists, windows that end before they start, multipliers and caps of nothing,
 * points beyond what one event may move, unknown tiers and segments, rules that nothing can meet or that contradict
 * each other, rewards without a price.
 */
export function programRefusal(
  program: Program,
  { segments }: Surroundings = { segments: null },
): Refusal | null {
  return (
    baseProgramRefusal(program) ??
    membersRefusal(program, segments) ??
    rulesRefusal(program, segments) ??
    rewardsRefusal(program.rewards)
  )
}

const bad = (field: string, why: string): Refusal => refusal('setting_invalid', { field, why })
/** How a refusal points at a rule. */
export const placeOfRule = (rule: { readonly name: string }): string => `Rule "${rule.name}"`

function membersRefusal({ type, members }: Program, segments: readonly string[] | null): Refusal | null {
  if (type !== 'vip') return null
  if (members.length === 0)
    return bad('Members', 'a vip program needs a segment whose customers earn; choose one')
  const unknown = members.find((id) => segments !== null && !segments.includes(id))
  return unknown === undefined
    ? null
    : bad('Members', `there is no segment "${unknown}"; choose one there is`)
}

function rulesRefusal(program: Program, segments: readonly string[] | null): Refusal | null {
  const { rules } = program
  if (rules.length > RULE_LIMITS.rulesMax)
    return bad('Rules', `have at most ${RULE_LIMITS.rulesMax}; take away those that are over`)
  const named = namesFault(rules, 'rule')
  if (named) return bad('Rules', named)
  if (rules.some((rule) => rule.id === BASE_RULE))
    return bad('Rules', `"${BASE_RULE}" is the program's own id; use another`)
  for (const rule of rules) {
    const fault = ruleFault(rule, program, segments)
    if (fault !== null) return bad(placeOfRule(rule), fault)
  }
  for (const [n, rule] of rules.entries()) {
    for (const earlier of rules.slice(0, n)) {
      const shared = sharedBy(earlier, rule)
      if (shared === null) continue
      const why = `it and "${earlier.name}" both give points for ${shared} at the same time; change one of them`
      return bad(placeOfRule(rule), why)
    }
  }
  return null
}

function rewardsRefusal(rewards: readonly Reward[]): Refusal | null {
  if (rewards.length > RULE_LIMITS.rewardsMax)
    return bad('Rewards', `have at most ${RULE_LIMITS.rewardsMax}; take away those that are over`)
  const named = namesFault(rewards, 'reward')
  if (named) return bad('Rewards', named)
  for (const { name, points, gives, stock } of rewards) {
    const place = `Reward "${name}"`
    if (!(Number.isSafeInteger(points) && points >= 1 && points <= POINTS_MAX))
      return bad(place, `it must take from 1 to ${pointsInWords(POINTS_MAX)}`)
    if ((gives.kind === 'amount' ? gives.kobo : gives.worth_kobo) < 1)
      return bad(place, 'say what it is worth, above zero')
    if (gives.kind === 'item' && gives.item.trim() === '')
      return bad(place, 'say what thing it gives, in the word that stands on the bill')
    if (stock !== null && !(Number.isSafeInteger(stock) && stock >= 0))
      return bad(place, 'the stock is a whole number from 0, or left empty for any number')
  }
  return null
}

function namesFault(
  all: readonly { readonly id: string; readonly name: string }[],
  what: 'rule' | 'reward',
): string | null {
  const { nameCharsMax } = PROGRAM_LIMITS
  if (all.some(({ name }) => !isLabel(name, nameCharsMax)))
    return `give each ${what} a name of at most ${nameCharsMax} characters`
  if (new Set(all.map(({ id }) => id)).size !== all.length)
    return 'two have the same id; make one of them anew'
  const names = new Set(all.map(({ name }) => name.trim().toLowerCase()))
  return names.size === all.length ? null : 'two have the same name; rename one of them'
}
