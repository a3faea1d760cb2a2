import { isDate } from '../../../shared/base/business-date.ts'
import type { Asking } from '../../../shared/hq/contract.ts'

export const OUTCOMES = ['posted', 'repeated', 'quarantined', 'withheld'] as const

const isId = (text: string | undefined): text is string => text !== undefined && /^[0-9a-f]{32}$/.test(text)

/** Reads the filters of an address. What is not understood is left out: a link typed by hand still opens a list. */
export function readEventFilter(query: Readonly<Record<string, string>>): Asking<'events.list'> {
  const { till, store, customer, kind, outcome, from, to } = query
  const known = OUTCOMES.find((one) => one === outcome)
  return {
    ...(isId(till) ? { till } : {}),
    ...(store && /^[\w-]{1,64}$/.test(store) ? { store } : {}),
    ...(isId(customer) ? { customer } : {}),
    ...(kind && /^[a-z_.,]{1,200}$/.test(kind) ? { kind } : {}),
    ...(known ? { outcome: known } : {}),
    ...(from && isDate(from) ? { from } : {}),
    ...(to && isDate(to) ? { to } : {}),
  }
}
