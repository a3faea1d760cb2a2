/** What a program may hold beside its base. */
export const RULE_LIMITS = {
  rulesMax: 100,
  conditionsMax: 12,
  rewardsMax: 100,
  benefitsMax: 20,
  benefitCharsMax: 120,
  /** Entries of one list of items, categories, channels or segments. */
  listMax: 500,
  wordCharsMax: 100,
  graceDaysMax: 400,
  rollingMonthsMax: 36,
  spendDaysMax: 400,
  /** A bonus multiplies by this at most. */
  multiplierBpMax: 100_000,
} as const
