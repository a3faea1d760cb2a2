import { z } from 'zod'
import type { Tx } from '../../db/database.ts'

const PAGE_ROWS = 100
/** Entries that are looked at; who is in none of them is shown by id. */
const LOOKED_AT_MAX = 2_000

const About = z.object({ payload: z.object({ staff: z.string() }) })
const Named = z.object({ name: z.string() })

interface StaffRow {
  readonly received_at: number
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly bytes: Buffer
  readonly json: string
}

/** What staff of a till are called, by their ids, from the newest entry about each. */
export async function staffNames(
  tx: Tx,
  tenant: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const open = new Set(ids.filter((id) => /^[0-9a-f]{32}$/.test(id)))
  const names = new Map<string, string>()
  let before: StaffRow | undefined
  for (let looked = 0; open.size > 0 && looked < LOOKED_AT_MAX; looked += PAGE_ROWS) {
    const rows = await entriesAbout(tx, tenant, [...open], before)
    for (const { bytes, json } of rows) {
      const staff = About.safeParse(parsed(bytes.toString('utf8'))).data?.payload.staff ?? ''
      const name = Named.safeParse(parsed(json)).data?.name ?? ''
      if (open.delete(staff) && name !== '') names.set(staff, name)
    }
    before = rows.at(-1)
    if (rows.length < PAGE_ROWS) break
  }
  return names
}

/** Newest first. By bytes and not as JSON: what a till wrote may be text that Postgres does not take for any. */
function entriesAbout(
  tx: Tx,
  tenant: string,
  ids: readonly string[],
  before: StaffRow | undefined,
): Promise<StaffRow[]> {
  const behind = before ? 'AND (e.received_at, e.device, e.epoch, e.seq) < ($3, $4, $5, $6)' : ''
  const place = before ? [before.received_at, before.device, before.epoch, before.seq] : []
  return tx.query<StaffRow>(
    `SELECT e.received_at, e.device, e.epoch, e.seq, e.bytes, p.json
     FROM hq.event e JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
     WHERE e.tenant_id = $1 AND e.kind = 'staff.changed' AND e.outcome IN ('posted', 'repeated') AND p.json IS NOT NULL
       AND EXISTS (SELECT FROM unnest($2::text[]) AS wanted (id) WHERE position(convert_to(id, 'UTF8') IN e.bytes) > 0)
       ${behind}
     ORDER BY e.received_at DESC, e.device DESC, e.epoch DESC, e.seq DESC LIMIT ${PAGE_ROWS}`,
    [tenant, ids, ...place],
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Nobody is named in it.
    return null
  }
}
