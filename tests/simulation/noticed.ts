import type { PostgresPlace } from './head-office.ts'
import { asMutant, type Mutant } from './mutants.ts'
import { playScenario, type Scenario } from './scenario.ts'
import { ACCOUNTS } from './scenarios/accounts.ts'
import { CHAINS } from './scenarios/chains.ts'
import { DAMAGE } from './scenarios/damage.ts'
import { FILES } from './scenarios/files.ts'
import { LEASES } from './scenarios/leases.ts'
import { LINES } from './scenarios/lines.ts'
import { LISTS } from './scenarios/lists.ts'
import { LOST_LEASES } from './scenarios/lost-leases.ts'
import { OFFICE } from './scenarios/office.ts'
import { PEOPLE } from './scenarios/people.ts'
import { RESTORES } from './scenarios/restores.ts'
import { RISK } from './scenarios/risk.ts'

const ALL: readonly Scenario[] = [
  CHAINS,
  DAMAGE,
  PEOPLE,
  OFFICE,
  LINES,
  LISTS,
  FILES,
  ACCOUNTS,
  RISK,
  RESTORES,
  LEASES,
  LOST_LEASES,
].flatMap(({ all }) => all)

/** Whether one of these scenarios, by their first words and in turn, fails while a guard is switched off. */
export async function noticedBy(
  place: PostgresPlace,
  mutant: Mutant,
  names: readonly string[],
): Promise<boolean> {
  for (const name of names) {
    const scenario = ALL.find(({ what }) => what.startsWith(name))
    if (!scenario) throw new Error(`no scenario begins with "${name}"`)
    if (await fails(place, mutant, scenario)) return true
  }
  return false
}

async function fails(place: PostgresPlace, mutant: Mutant, scenario: Scenario): Promise<boolean> {
  try {
    await asMutant(mutant, () => playScenario(place, scenario))
    return false
  } catch {
    // Whatever it is that was noticed.
    return true
  }
}
