import type { Output } from '../../../shared/ipc/contract.ts'

export type SearchAnswer = Output<'customer.search'>
export type CustomerLine = SearchAnswer['results'][number]

/** The search box and its list. Pure: each function gives the next state. */
export interface Find {
  readonly text: string
  /** Counts the questions; only the answer to the last one is shown. */
  readonly asked: number
  /** The last answer shown and the text it belongs to; null before the first. */
  readonly shown: { readonly text: string; readonly answer: SearchAnswer } | null
  /** Row that Enter takes. The row after the last result is "New customer" where it is offered. */
  readonly at: number
  /** Enter was pressed before the answer came: take the first row when it does. */
  readonly takeWhenShown: boolean
  readonly problem: string
}

export const FIND_EMPTY: Find = { text: '', asked: 0, shown: null, at: 0, takeWhenShown: false, problem: '' }

/** The box now says `text`. An empty box shows nothing and asks nothing. */
export function typed(find: Find, text: string): Find {
  const asked = find.asked + 1
  if (text.trim() === '') return { ...FIND_EMPTY, asked, text }
  return { ...find, text, asked, at: 0, takeWhenShown: false, problem: '' }
}

/** An answer to question number `asked`; a late answer to an earlier question changes nothing. */
export function answered(find: Find, asked: number, answer: SearchAnswer): Find {
  if (asked !== find.asked) return find
  return { ...find, shown: { text: find.text, answer }, at: 0, problem: '' }
}

/** The line of one customer as it is now, without asking again. */
export function refreshed(
  find: Find,
  id: string,
  now: Pick<CustomerLine, 'name' | 'tier' | 'points' | 'known'>,
): Find {
  if (!find.shown) return find
  const { answer } = find.shown
  const results = answer.results.map((line) => (line.id === id ? { ...line, ...now } : line))
  return { ...find, shown: { ...find.shown, answer: { ...answer, results } } }
}

export function searchFailed(find: Find, asked: number, problem: string): Find {
  return asked === find.asked ? { ...find, problem, shown: null, takeWhenShown: false } : find
}

/** True when what is listed belongs to what is in the box. */
export function isCurrent(find: Find): boolean {
  return find.shown !== null && find.shown.text === find.text
}

/** How many rows the arrows can reach. */
export function rowCount(find: Find): number {
  if (!find.shown) return 0
  return find.shown.answer.results.length + (find.shown.answer.can_enrol ? 1 : 0)
}

/** Down (+1) or up (-1), stopping at the ends. */
export function moved(find: Find, by: number): Find {
  const rows = rowCount(find)
  return rows === 0 ? find : { ...find, at: Math.max(0, Math.min(rows - 1, find.at + by)) }
}

type Taken =
  | { readonly take: 'customer'; readonly line: CustomerLine }
  | { readonly take: 'enrol' }
  | { readonly take: 'wait' }
  | { readonly take: 'nothing' }

/** What Enter does now. `wait`: the answer is on its way, call `waiting` and look again when it is there. */
export function taken(find: Find): Taken {
  if (find.text.trim() === '') return { take: 'nothing' }
  if (!isCurrent(find)) return { take: find.problem ? 'nothing' : 'wait' }
  const line = find.shown?.answer.results[find.at]
  if (line) return { take: 'customer', line }
  return { take: find.shown?.answer.can_enrol ? 'enrol' : 'nothing' }
}

export function waiting(find: Find): Find {
  return { ...find, takeWhenShown: true }
}
