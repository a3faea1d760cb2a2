import { POINTS_MAX, parseMajor } from '../../../shared/base/money.ts'

export type Direction = 'give' | 'take'

/** Points as typed, made signed by the direction; undefined when it is no whole number from 1. */
export function adjustPoints(typed: string, direction: Direction): number | undefined {
  const points = parseMajor(typed, 0)
  if (points === undefined || points < 1 || points > POINTS_MAX) return undefined
  return direction === 'give' ? points : -points
}
