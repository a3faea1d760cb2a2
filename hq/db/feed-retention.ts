import { invariant } from '../../shared/base/result.ts'
import type { Database } from './database.ts'

/** What is kept of the change log. A till that comes back behind it loads its tables anew, and loses nothing. */
interface LogKept {
  readonly keepMs: number
  /** Of all tenants together. */
  readonly keepRows: number
  /** Taken out in one transaction. */
  readonly stepRows: number
}

/** Weeks without a connection are the rule, not the exception. */
export const LOG_KEPT: LogKept = { keepMs: 35 * 86_400_000, keepRows: 5_000_000, stepRows: 5_000 }

/**
 * Shortens the change log in small transactions, oldest first, and moves the floor with it. Several instances
 * may do it at once. Answers where the log begins and ends then.
 */
export async function trimLog(
  db: Database,
  kept: LogKept = LOG_KEPT,
): Promise<{ readonly floor: number; readonly head: number }> {
  const [log] = await db.global((tx) =>
    tx.query<{ floor: number; head: number; old: number }>(
      `SELECT f.floor, hq.sync_head() AS head, hq.sync_head_at(now() - $1 * interval '1 ms') AS old
       FROM hq.sync_log_floor f`,
      [kept.keepMs],
    ),
  )
  invariant(log, 'the change log has a floor')
  const target = Math.max(log.old, log.head - kept.keepRows)
  let { floor } = log
  while (floor < target) {
    const upTo = Math.min(floor + kept.stepRows, target)
    const [done] = await db.global((tx) =>
      tx.query<{ floor: number }>('SELECT hq.sync_trim($1) AS floor', [upTo]),
    )
    invariant(done && done.floor >= upTo, 'the floor moves')
    floor = done.floor
  }
  return { floor, head: log.head }
}
