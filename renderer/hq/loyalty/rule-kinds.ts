import type { Condition, Rule } from '../../../shared/domain/program/rule.ts'

/** The rules a person can choose from, in the order in which they are offered. */
export const RULE_KINDS = [
  'earn_amount',
  'earn_item',
  'earn_category',
  'earn_visit',
  'bonus_sale',
  'bonus_threshold',
  'bonus_first_purchase',
  'bonus_birthday',
  'bonus_anniversary',
  'bonus_sign_up',
  'bonus_referral_new',
  'bonus_referral_by',
  'redeem',
] as const
export type RuleKind = (typeof RULE_KINDS)[number]

/** What a person would call a rule. */
export function kindOf(rule: Rule): RuleKind {
  if (rule.kind === 'redeem') return 'redeem'
  return rule.kind === 'earn' ? `earn_${rule.gives.per}` : `bonus_${rule.gives.on}`
}

/** A new rule with everything that its kind must have, to be changed. */
export function newRule(kind: RuleKind, id: string, name: string): Rule {
  const parts = {
    id,
    name,
    active: true,
    for_tills: true,
    stack: 'add',
    caps: {},
    tier_counts: true,
  } as const
  switch (kind) {
    case 'earn_amount':
      return { ...parts, kind: 'earn', when: [], gives: { per: 'amount', kobo_per_point: 10_000 } }
    case 'earn_item':
      return {
        ...parts,
        kind: 'earn',
        when: [{ field: 'items', in: [] }],
        gives: { per: 'item', points: 10 },
      }
    case 'earn_category':
      return {
        ...parts,
        kind: 'earn',
        when: [{ field: 'categories', in: [] }],
        gives: { per: 'category', kobo_per_point: 5_000 },
      }
    case 'earn_visit':
      return { ...parts, kind: 'earn', when: [], gives: { per: 'visit', points: 5 } }
    case 'bonus_sale':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'sale', multiplier_bp: 20_000 } }
    case 'bonus_threshold':
      return {
        ...parts,
        kind: 'bonus',
        when: [],
        gives: { on: 'threshold', points: 100, min_kobo: 1_000_000 },
      }
    case 'bonus_first_purchase':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'first_purchase', points: 100 } }
    case 'bonus_birthday':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'birthday', points: 100 } }
    case 'bonus_anniversary':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'anniversary', points: 100 } }
    case 'bonus_sign_up':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'sign_up', points: 100 } }
    case 'bonus_referral_new':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'referral_new', points: 100 } }
    case 'bonus_referral_by':
      return { ...parts, kind: 'bonus', when: [], gives: { on: 'referral_by', points: 100 } }
    case 'redeem':
      return { ...parts, kind: 'redeem', when: [], gives: { max_share_bp: 10_000 } }
  }
}

/** Conditions in the order in which they are offered. */
export const CONDITION_FIELDS = [
  'dates',
  'weekdays',
  'hours',
  'tier',
  'bill',
  'categories',
  'items',
  'channel',
  'segment',
  'spend',
] as const satisfies readonly Condition['field'][]
export type ConditionField = (typeof CONDITION_FIELDS)[number]

/** A new condition, to be filled in. `today`: yyyy-mm-dd. */
export function newCondition(field: ConditionField, today: string): Condition {
  switch (field) {
    case 'dates':
      return { field, from: today, to: today }
    case 'hours':
      return { field, from: '16:00', to: '18:00' }
    case 'bill':
      return { field, min_kobo: 500_000 }
    case 'spend':
      return { field, days: 30, min_kobo: 5_000_000 }
    case 'weekdays':
      return { field, in: [6] }
    case 'tier':
    case 'categories':
    case 'items':
    case 'channel':
    case 'segment':
      return { field, in: [] }
  }
}
