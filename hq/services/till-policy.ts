import { TillPolicy } from '../../shared/sync/rows.ts'
import type { Tx } from '../db/database.ts'

/**
 * What the tills of a store are told, as they read it themselves: what is said to all stores first, and over it what is
 * said to this one. What no till can read counts as nothing said.
 */
export async function tillPolicy(tx: Tx, store: string | null): Promise<TillPolicy> {
  const rows = await tx.query<{ value: string }>(
    `SELECT value FROM hq.sync_policy_v1 WHERE key = 'till' AND store IN ('*', $1) ORDER BY store <> '*'`,
    [store ?? '*'],
  )
  return mergePolicy(rows.map(({ value }) => value))
}

/** Texts of rows, those for all stores first. */
export function mergePolicy(values: readonly string[]): TillPolicy {
  const said: object = Object.assign({}, ...values.map((text) => JSON.parse(text) as object))
  const read = TillPolicy.safeParse(said)
  return read.success ? read.data : TillPolicy.parse({})
}
