import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Problem } from '../../../shared/sync/wire.ts'

/** A refusal of a service that tills use too, in the codes of the console. */
export function refusalOf(problem: Problem): ConsoleRefusal {
  return consoleRefusal(problem.code === 'not_found' ? 'not_found' : 'refused', problem.detail)
}
