import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import type { Caller } from './tokens.ts'

/**
 * Accounts of other stores that one till may ask for in a day. A till serves some hundreds of customers a day, and few
 * of them come to its store for the first time; whoever copies with a stolen one needs a year for 100,000.
 */
const ASKED_MAX = 300
const DAY_MS = 86_400_000

/** Counts one more. False: it is too many; the first of them is a line in the audit. */
export async function mayAskElsewhere(tx: Tx, { tenant, device }: Caller, now: number): Promise<boolean> {
  const [row] = await tx.query<{ times: number }>(
    `INSERT INTO hq.account_asked AS a (tenant_id, device, since, times) VALUES ($1, $2, $3, 1)
     ON CONFLICT (tenant_id, device) DO UPDATE
     SET since = CASE WHEN a.since <= $4 THEN excluded.since ELSE a.since END,
       times = CASE WHEN a.since <= $4 THEN 1 ELSE least(a.times, $5) + 1 END
     RETURNING times`,
    [tenant, device, now, now - DAY_MS, ASKED_MAX + 1],
  )
  const times = row?.times ?? 0
  if (times === ASKED_MAX + 1) {
    const line = { tenant, at: now, who: 'head office', about: device, detail: { accounts: ASKED_MAX } }
    await writeAudit(tx, { ...line, what: 'till.asked_much' })
  }
  return times <= ASKED_MAX
}
