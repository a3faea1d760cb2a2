import { LIMITS } from '../../../shared/base/limits.ts'
import { readDay } from './day-text.ts'

export interface Answers {
  readonly store: string
  readonly till: string
  readonly admin: string
  readonly pin: string
  readonly pinAgain: string
  /** Today as typed: any form that `readDay` reads. */
  readonly date: string
}

const PIN_SHAPE = new RegExp(`^\\d{${LIMITS.pinDigitsManagerMin},${LIMITS.pinDigitsMax}}$`)

/** What can be said before the ledger is asked: empty fields, PINs that differ. Words are translation keys. */
export function problemsOf(
  answers: Answers,
): Partial<
  Record<keyof Answers, 'setup.empty' | 'setup.pin_length' | 'setup.pin_differs' | 'setup.date_missing'>
> {
  const problems: ReturnType<typeof problemsOf> = {}
  for (const field of ['store', 'till', 'admin'] as const) {
    if (answers[field].trim() === '') problems[field] = 'setup.empty'
  }
  if (!PIN_SHAPE.test(answers.pin)) problems.pin = 'setup.pin_length'
  else if (answers.pin !== answers.pinAgain) problems.pinAgain = 'setup.pin_differs'
  if (readDay(answers.date) === undefined) problems.date = 'setup.date_missing'
  return problems
}

/** Two different words out of `count`, the earlier first. */
export function twoOf(count: number, randomBelow: (below: number) => number): readonly [number, number] {
  const first = randomBelow(count)
  const second = (first + 1 + randomBelow(count - 1)) % count
  return first < second ? [first, second] : [second, first]
}
