import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'

/**
 * Different entries and customers that one person may see in an hour before it is written down: fifty full pages. Whoever
 * looks for somebody sees a few rows each time; whoever copies sees many pages.
 */
const ROWS_MAX = 5_000
/** As many new ones are counted together, so that most reading writes nothing. */
const COUNTED_AT_ONCE = 200
const HOUR_MS = 3_600_000
/** People who are watched at once; whoever has not read for longest is forgotten first. */
const PEOPLE_MAX = 1_000

interface Hour {
  readonly hour: number
  readonly seen: Set<string>
  /** Of `seen`: how many are counted already. */
  counted: number
  /** In this hour, by every instance, when this one last counted. */
  all: number
  written: boolean
}

type Watch = (who: Person, rows: readonly string[]) => Promise<void>

/**
 * Leaves one line in the audit for each person and hour in which somebody reads very much, through however many
 * instances: they count in the database. What somebody reads again counts once in an instance, and again in another one.
 */
export function watchReading(parts: Parts): Watch {
  const people = new Map<string, Hour>()
  const hourOf = ({ tenant, id }: Person, at: number): Hour => {
    const key = `${tenant} ${id}`
    const hour = Math.floor(at / HOUR_MS)
    const there = people.get(key)
    const now =
      there?.hour === hour ? there : { hour, seen: new Set<string>(), counted: 0, all: 0, written: false }
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
    const more = hour.seen.size - hour.counted
    if (more < COUNTED_AT_ONCE && hour.all + more <= ROWS_MAX) return
    hour.counted += more
    hour.all = await count(parts, who, { at, hour: hour.hour, more })
    if (hour.all <= ROWS_MAX) return
    hour.written = true
    hour.seen.clear()
  }
}

interface Counted {
  readonly at: number
  readonly hour: number
  readonly more: number
}

/** Answers how many it are in the hour. Whoever counts beyond the bound writes it down, in the same transaction. */
function count(parts: Parts, who: Person, { at, hour, more }: Counted): Promise<number> {
  const { tenant, id, name } = who
  return parts.db.tenant(tenant, async (tx) => {
    const [row] = await tx.query<{ seen: number }>(
      `INSERT INTO hq.reading AS r (tenant_id, person, hour, seen) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, person) DO UPDATE
       SET hour = greatest(r.hour, excluded.hour),
         seen = CASE WHEN r.hour < excluded.hour THEN excluded.seen ELSE r.seen + excluded.seen END
       RETURNING seen`,
      [tenant, id, hour, more],
    )
    const all = row?.seen ?? more
    if (all > ROWS_MAX && all - more <= ROWS_MAX) {
      await writeAudit(tx, {
        tenant,
        at,
        who: name,
        what: 'read.much',
        about: id,
        detail: { rows: ROWS_MAX },
      })
    }
    return all
  })
}
