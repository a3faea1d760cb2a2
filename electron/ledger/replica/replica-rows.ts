import type { Line } from '../../../shared/domain/account.ts'
import type { Applied } from '../../../shared/sync/rows.ts'
import type { HeldEvent } from '../../../shared/sync/wire.ts'
import type { Database } from '../database.ts'

/** An account as head office sent it. */
interface ReplicaAccount {
  readonly hq_epoch: number
  readonly version: number
  /** It left the list: only `applied` counts. */
  readonly gone: boolean
  readonly fetched: boolean
  readonly seen: number
  readonly fn: number
  readonly applied: Applied
  readonly held: readonly HeldEvent[]
  /** JSON of an Account. */
  readonly state: string
  readonly lines: readonly Line[]
}

interface Row {
  readonly hq_epoch: number
  readonly version: number
  readonly gone: number
  readonly fetched: number
  readonly seen: number
  readonly fn: number
  readonly applied: string
  readonly held: string
  readonly state: string
  readonly lines: string
}

export interface ReplicaRows {
  account(customer: string, program: string): ReplicaAccount | null
  programsOf(customer: string): readonly string[]
  /** The customer behind an id: an alias leads to its root. */
  rootOf(id: string): string
  /** Every id that leads to this root, the root first. */
  idsOf(root: string): readonly string[]
  /** After rows or aliases changed: what was remembered may not be so. */
  forget(): void
}

/** No merge is followed further than this: head office keeps roots that are no aliases themselves. */
const ALIAS_STEPS_MAX = 8

/** Reads of what head office sent. The last customer asked for is remembered: a sale asks twenty times. */
export function replicaRows(db: Database): ReplicaRows {
  const one = db.prepare<[string, string], Row>(
    `SELECT hq_epoch, version, gone, fetched, seen, fn, applied, held, state, lines FROM replica_account
     WHERE customer = ? AND program = ?`,
  )
  const programs = db
    .prepare<[string], string>('SELECT program FROM replica_account WHERE customer = ? ORDER BY program')
    .pluck()
  // Lists come one by one. Until the list of accounts has done the merge too, the other id keeps its own account.
  const leadsTo = db
    .prepare<[string], string>(
      `SELECT root FROM alias a WHERE id = ?
         AND NOT EXISTS (SELECT 1 FROM replica_account r WHERE r.customer = a.id AND r.gone = 0)`,
    )
    .pluck()
  // By name: figures gathered while there were few aliases would have all of them read, in the order of their ids.
  const namedBy = db
    .prepare<[string], string>(
      `SELECT id FROM alias a INDEXED BY alias_root WHERE root = ?
         AND NOT EXISTS (SELECT 1 FROM replica_account r WHERE r.customer = a.id AND r.gone = 0) ORDER BY id`,
    )
    .pluck()
  let last: { customer: string; program: string; row: ReplicaAccount | null } | null = null
  let lastRoot: { readonly id: string; readonly root: string } | null = null
  let lastIds: readonly string[] = []

  const findRoot = (id: string): string => {
    let root = id
    for (let step = 0; step < ALIAS_STEPS_MAX; step++) {
      const next = leadsTo.get(root)
      if (next === undefined) break
      root = next
    }
    return root
  }
  const findIds = (root: string): readonly string[] => {
    const ids = [root]
    for (const id of ids) {
      for (const alias of namedBy.all(id)) if (!ids.includes(alias)) ids.push(alias)
    }
    return ids
  }

  return {
    account(customer, program) {
      if (last?.customer === customer && last.program === program) return last.row
      const found = one.get(customer, program)
      const row = found ? parsed(found) : null
      last = { customer, program, row }
      return row
    },
    programsOf: (customer) => programs.all(customer),
    rootOf(id) {
      if (lastRoot && (lastRoot.id === id || lastRoot.root === id)) return lastRoot.root
      const root = findRoot(id)
      // Beside a running till somebody else writes.
      if (!db.readonly) lastRoot = { id, root }
      return root
    },
    idsOf(root) {
      if (lastIds[0] === root) return lastIds
      const ids = findIds(root)
      if (!db.readonly) lastIds = ids
      return ids
    },
    forget() {
      lastRoot = null
      lastIds = []
      last = null
    },
  }
}

/** Most rows hold nothing, and most readers want the state alone: lines are read when somebody asks for them. */
function parsed(row: Row): ReplicaAccount {
  let lines: readonly Line[] | undefined
  return {
    hq_epoch: row.hq_epoch,
    version: row.version,
    gone: row.gone === 1,
    fetched: row.fetched === 1,
    seen: row.seen,
    fn: row.fn,
    applied: JSON.parse(row.applied) as Applied,
    held: row.held === '[]' ? [] : (JSON.parse(row.held) as HeldEvent[]),
    state: row.state,
    get lines() {
      lines ??= JSON.parse(row.lines) as Line[]
      return lines
    },
  }
}
