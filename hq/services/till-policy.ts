import { TillPolicy } from '../../shared/sync/rows.ts'
import type { Tx } from '../db/database.ts'

/** What the tills of stores are told. A row of all stores is called `*`. */

interface Told {
  readonly policy: TillPolicy
  /** Another one when what it is made of was changed. */
  readonly mark: string
  /** Said to this store alone. */
  readonly own: boolean
}

interface PolicyRow {
  readonly store: string
  readonly value: string
  readonly hq_epoch: number
  readonly version: number
}

/**
 * What the tills of a store are told, as they read it themselves: what is said to all stores first, and over it what is
 * said to this one. What no till can read counts as nothing said.
 */
export async function tillPolicy(tx: Tx, store: string | null): Promise<TillPolicy> {
  const rows = await tx.query<{ value: string }>(
    `SELECT value FROM hq.sync_policy_v1 WHERE key = 'till' AND store IN ('*', $1) ORDER BY store <> '*'`,
    [store ?? '*'],
  )
  return merged(rows)
}

/** The same of every store; `all`: what is said to all of them, with the mark of everything that is said. */
export async function readPolicies(
  tx: Tx,
  tenant: string,
): Promise<{ readonly all: Told; of(store: string): Told }> {
  const rows = await tx.query<PolicyRow>(
    `SELECT store, value, hq_epoch, version FROM hq.sync_policy_v1 WHERE tenant_id = $1 AND key = 'till'
     ORDER BY store <> '*', store`,
    [tenant],
  )
  const common = rows.filter(({ store }) => store === '*')
  return {
    all: { policy: merged(common), mark: markOf(rows), own: false },
    of(store) {
      const own = rows.filter((row) => row.store === store)
      const both = [...common, ...own]
      return { policy: merged(both), mark: markOf(both), own: own.length > 0 }
    },
  }
}

const merged = (rows: readonly Pick<PolicyRow, 'value'>[]): TillPolicy => {
  const said: object = Object.assign({}, ...rows.map(({ value }) => JSON.parse(value) as object))
  const read = TillPolicy.safeParse(said)
  return read.success ? read.data : TillPolicy.parse({})
}

/** How many rows, and the newest: a row that goes lowers the one, a row that changes raises the other. */
const markOf = (rows: readonly PolicyRow[]): string =>
  `${rows.length}/${Math.max(0, ...rows.map(({ hq_epoch }) => hq_epoch))}/${Math.max(0, ...rows.map(({ version }) => version))}`
