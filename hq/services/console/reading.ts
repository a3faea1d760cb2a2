import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'

/**
 * Different entries and customers that one person may see in an hour before it is written down: fifty full pages. Whoever
 * looks for somebody sees a few rows each time; whoever copies sees many pages.
 */
const ROWS_MAX = 5_000
const HOUR_MS = 3_600_000
/** People who are watched at once; whoever has not read for longest is forgotten first. */
const PEOPLE_MAX = 1_000

interface Hour {
  readonly hour: number
  readonly seen: Set<string>
  written: boolean
}

type Watch = (who: Person, rows: readonly string[]) => Promise<void>

/** Leaves one line in the audit for each person and hour in which somebody reads very much. Of this process. */
export function watchReading(parts: Parts): Watch {
  const people = new Map<string, Hour>()
  const hourOf = ({ tenant, id }: Person, at: number): Hour => {
    const key = `${tenant} ${id}`
    const hour = Math.floor(at / HOUR_MS)
    const there = people.get(key)
    const now = there?.hour === hour ? there : { hour, seen: new Set<string>(), written: false }
    people.delete(key)
    people.set(key, now)
    const oldest = people.keys().next()
    if (people.size > PEOPLE_MAX && !oldest.done) people.delete(oldest.value)
    return now
  }
  return async (who, rows) => {
    const at = nowOf(parts)
    const hour = hourOf(who, at)
    if (hour.written) return
    for (const row of rows) hour.seen.add(row)
    if (hour.seen.size <= ROWS_MAX) return
    hour.written = true
    hour.seen.clear()
    const { tenant, id, name } = who
    await parts.db.tenant(tenant, (tx) =>
      writeAudit(tx, { tenant, at, who: name, what: 'read.much', about: id, detail: { rows: ROWS_MAX } }),
    )
  }
}
