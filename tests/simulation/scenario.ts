import type { PostgresPlace } from './head-office.ts'
import { Story } from './story.ts'

/**
 * Cases 9, 26 and 32 need real concurrency and stand with the change log (`tests/integration/shapes`, and the real
 * processes of `tests/integration/processes`). 18 waits for proof, 7b and 7c for erasure and for
 * numbers that are given out anew.
 */

/** A named life in a small world; at its end everything is compared at rest. */
export interface Scenario {
  /** Begins with the numbers of its cases. */
  readonly what: string
  /** Tills that work alone at first. */
  readonly tills: number
  readonly tell: (story: Story) => Promise<void>
}

/** A list of scenarios that belong together, and how to add to it. */
export function scenarioList(): {
  readonly all: readonly Scenario[]
  scenario(what: string, tills: number, tell: Scenario['tell']): void
} {
  const all: Scenario[] = []
  return { all, scenario: (what, tills, tell) => void all.push({ what, tills, tell }) }
}

/** Throws with the end of the story when it did not come out as told. */
export async function playScenario(place: PostgresPlace, { what, tills, tell }: Scenario): Promise<void> {
  const story = await Story.begin(place, tills)
  try {
    await tell(story)
    await story.rest()
  } catch (error) {
    const lines = story.run.world.schedule.story(40).join('\n  ')
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new Error(`${what}\n  ${lines}\n${why}`, { cause: error })
  } finally {
    await story.end()
  }
}
