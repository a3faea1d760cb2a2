import { isDate } from '../../../shared/base/business-date.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { Input } from '../../../shared/ipc/contract.ts'

/** What the list of entries is narrowed to, and which entry is open. Kept in the address. */
export interface EventFilter {
  /** First and last day, both included; null: no bound. */
  readonly from: string | null
  readonly to: string | null
  readonly kinds: readonly string[]
  readonly staffId: string | null
  readonly customerId: string | null
  readonly text: string
  /** The entry whose details are shown. */
  readonly open: string | null
}

export const NO_FILTER: EventFilter = {
  from: null,
  to: null,
  kinds: [],
  staffId: null,
  customerId: null,
  text: '',
  open: null,
}

const KINDS_MAX = 40
const isId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)
const isKind = (text: string): boolean => /^[a-z][a-z0-9_.]{0,39}$/.test(text)

/** Reads the query of an address. What is not understood is left out: a link typed by hand still opens a list. */
export function readFilter(query: string): EventFilter {
  const params = new URLSearchParams(query)
  const from = checked(params.get('from'), isDate)
  const to = checked(params.get('to'), isDate)
  const turned = from !== null && to !== null && from > to
  return {
    from: turned ? to : from,
    to: turned ? from : to,
    kinds: [...new Set((params.get('kind') ?? '').split(',').filter(isKind))].slice(0, KINDS_MAX),
    staffId: checked(params.get('staff'), isId),
    customerId: checked(params.get('customer'), isId),
    text: firstCharacters(params.get('text') ?? '', LIMITS.searchTextCharsMax),
    open: checked(params.get('open'), isId),
  }
}

/** The shortest query that `readFilter` reads back to the same filter. */
export function writeFilter(filter: EventFilter): string {
  const params = new URLSearchParams()
  if (filter.from) params.set('from', filter.from)
  if (filter.to) params.set('to', filter.to)
  if (filter.kinds.length > 0) params.set('kind', filter.kinds.join(','))
  if (filter.staffId) params.set('staff', filter.staffId)
  if (filter.customerId) params.set('customer', filter.customerId)
  if (filter.text !== '') params.set('text', filter.text)
  if (filter.open) params.set('open', filter.open)
  // A comma is allowed in a fragment and keeps the address readable.
  return params.toString().replaceAll('%2C', ',')
}

/** What is asked of the ledger for a page of this list. The open entry is not part of the question. */
export function pageInput(
  filter: EventFilter,
  cursor: string | null,
  limit: number,
): Input<'manager.events'> {
  return {
    from: filter.from,
    to: filter.to,
    kinds: [...filter.kinds],
    staff_id: filter.staffId,
    customer_id: filter.customerId,
    text: filter.text.trim(),
    cursor,
    limit,
  }
}

/** True when two filters ask for the same list, whatever entry is open. */
export const sameList = (a: EventFilter, b: EventFilter): boolean =>
  writeFilter({ ...a, open: null }) === writeFilter({ ...b, open: null })

export const isNarrowed = (filter: EventFilter): boolean => !sameList(filter, NO_FILTER)

/** Cut between characters, never inside one. */
const firstCharacters = (text: string, most: number): string => [...text].slice(0, most).join('')

function checked(text: string | null, good: (text: string) => boolean): string | null {
  return text !== null && good(text) ? text : null
}
