const LIST_NAMES = ['deny', 'policy', 'grant', 'program', 'account', 'customer'] as const

/** True for a list that has words; a newer till may know more. */
export const isListName = (name: string): name is (typeof LIST_NAMES)[number] =>
  LIST_NAMES.some((one) => one === name)
