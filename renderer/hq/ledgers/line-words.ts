const KINDS = ['earn', 'redeem', 'adjust', 'reverse', 'expire', 'lease', 'lease_end'] as const

/** The word of a line of an account; one of a newer head office is shown as an adjustment. */
export const lineWord = (kind: string): (typeof KINDS)[number] =>
  KINDS.find((one) => one === kind) ?? 'adjust'
