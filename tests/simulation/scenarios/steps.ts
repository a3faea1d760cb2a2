import { ok } from '../../../shared/base/result.ts'
import type { AnyDraft } from '../../../shared/protocol/payload.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import type { Story } from '../story.ts'

/** Joins at this till and buys there for the first time, for so many naira. */
export async function newCustomer(
  s: Story,
  till: SimulatedTill,
  person: string,
  naira: number,
): ReturnType<Story['sell']> {
  await s.join(till, person)
  return s.sell(till, person, naira)
}

/** Tills that see neither head office nor one another. */
export function apart(s: Story, ...tills: readonly SimulatedTill[]): void {
  for (const till of tills) s.offline(till)
}

/** They are connected again. */
export function together(s: Story, ...tills: readonly SimulatedTill[]): void {
  for (const till of tills) s.online(till)
}

/** Head office finds that this chain went two ways. */
export function toldToEnrol(s: Story, till: SimulatedTill): Promise<void> {
  return s.run.until(() => till.stopped !== null, `${till.name} is told to enrol again`)
}

/** The same, and a person does so. */
export async function enrolAnew(s: Story, till: SimulatedTill): Promise<void> {
  await toldToEnrol(s, till)
  await s.enrol(till)
}

/** What each of these tills shows of a person. */
export async function pointsAt(
  s: Story,
  person: string,
  ...tills: readonly SimulatedTill[]
): Promise<readonly number[]> {
  const points: number[] = []
  for (const till of tills) points.push(await s.points(till, person))
  return points
}

/** Events that no command of this version writes: another version, or a till that somebody has changed, does. Answers its id. */
export function write(s: Story, till: SimulatedTill, drafts: readonly AnyDraft[]): string {
  const id = s.run.world.workload.newCommand()
  const actor = { staff: till.admin }
  const done = till.open.ledger.writer.run({
    id,
    actor,
    request: id,
    decide: () => ok({ drafts, answer: () => null }),
  })
  if (!done.ok) throw new Error(done.refusal.sentence)
  return id
}
