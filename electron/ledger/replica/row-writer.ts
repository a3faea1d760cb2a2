import { compareVersions, type RowVersion, SHAPE_ROWS, type ShapeName } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'
import type { Projector } from '../projector.ts'
import { customerRows } from './customer-rows.ts'
import type { Overlay } from './overlay.ts'
import type { OwnEvents } from './own-events.ts'
import { ReplicaRefused } from './replica.ts'

/** A row as it crosses: Postgres text by column. */
export type SentRow = Readonly<Record<string, string | null>>

/** Where a row belongs, and how it came. */
interface Arrival {
  readonly generation: number
  /** Trusted time, ms. */
  readonly at: number
  readonly fetched: boolean
  /** Rows of older loads are written over whatever their version: they were found to be wrong. */
  readonly anew: boolean
}

/** Whether a row that stands is as good as the one that came. */
export const stands = (came: RowVersion, before: RowVersion, generation: number, arrival: Arrival): boolean =>
  compareVersions(came, before) <= 0 && !(arrival.anew && generation < arrival.generation)

export interface RowParts {
  readonly db: Database
  readonly projector: Projector
  readonly overlay: Overlay
  readonly own: OwnEvents
  /** Rows more or less in the table of a list. */
  readonly count: (shape: ShapeName, by: number) => void
}

/** One list's way into its table. Both obey the version of the row that stands: an older one changes nothing. */
export interface RowTable {
  put(row: SentRow, arrival: Arrival): void
  remove(row: SentRow): void
  /**
   * Removes what is of an older generation among the rows numbered from `after` on, at most so many looked at. Answers
   * where to go on; null: that was all.
   */
  sweep(generation: number, after: number, rows: number): number | null
}

interface Standing extends RowVersion {
  readonly row: number
  readonly generation: number
}

/** Every list's table. */
export function rowTables(parts: RowParts): Readonly<Record<ShapeName, RowTable>> {
  return {
    deny: denyRows(parts),
    policy: settingRows(parts, 'policy'),
    grant: grantRows(parts),
    program: settingRows(parts, 'program'),
    account: accountRows(parts),
    customer: customerRows(parts),
  }
}

/** A row by its schema. Refuses what cannot be read, without telling anything personal. */
export function readRow<S extends ShapeName>(shape: S, row: SentRow) {
  const read = SHAPE_ROWS[shape].safeParse(row)
  if (read.success) return read.data as ReturnType<(typeof SHAPE_ROWS)[S]['parse']>
  const fields = read.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new ReplicaRefused(
    `Head office sent a row of "${shape}" that this app cannot read (${fields}). What is here stays. Update the app.`,
  )
}

/** Looks at rows of a table by number, a stretch at a time: a list of a million must not hold up a sale. */
export function sweeper(
  db: Database,
  table: string,
  generation: string,
  listed: string,
  gone: (row: number) => void,
): RowTable['sweep'] {
  const last = db
    .prepare<[number, number], number | null>(
      `SELECT max(row) FROM (SELECT row FROM ${table} WHERE row > ? ORDER BY row LIMIT ?)`,
    )
    .pluck()
  const old = db
    .prepare<[number, number, number], number>(
      `SELECT row FROM ${table} WHERE row > ? AND row <= ? AND ${generation} < ? AND ${listed}`,
    )
    .pluck()
  return (now, after, rows) => {
    const end = last.get(after, rows) ?? null
    if (end === null) return null
    for (const row of old.all(after, end, now)) gone(row)
    return end
  }
}

function denyRows({ db, count }: RowParts): RowTable {
  const standing = db.prepare<[string], Standing>(
    'SELECT row, hq_epoch, version, generation FROM replica_deny WHERE customer = ?',
  )
  const put = db.prepare(
    `INSERT INTO replica_deny (customer, reason, since, hq_epoch, version, generation) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (customer) DO UPDATE SET reason = excluded.reason, since = excluded.since,
       hq_epoch = excluded.hq_epoch, version = excluded.version, generation = excluded.generation`,
  )
  const renew = db.prepare('UPDATE replica_deny SET generation = ? WHERE row = ?')
  const drop = db.prepare('DELETE FROM replica_deny WHERE row = ?')
  const remove = (row: number): void => {
    drop.run(row)
    count('deny', -1)
  }
  return {
    put(sent, arrival) {
      const { generation } = arrival
      const row = readRow('deny', sent)
      const before = standing.get(row.customer)
      if (before && stands(row, before, before.generation, arrival)) {
        renew.run(generation, before.row)
        return
      }
      put.run(row.customer, row.reason, row.since, row.hq_epoch, row.version, generation)
      if (!before) count('deny', 1)
    },
    remove(sent) {
      const row = readRow('deny', sent)
      const before = standing.get(row.customer)
      if (before && compareVersions(row, before) >= 0) remove(before.row)
    },
    sweep: sweeper(db, 'replica_deny', 'generation', 'true', remove),
  }
}

/** What head office set aside for this till. A package brings those of the other tills of the store too: not kept. */
function grantRows({ db, count }: RowParts): RowTable {
  const ownDevice = db.prepare<[], string>('SELECT device FROM connection').pluck()
  const standing = db.prepare<[string], Standing>(
    'SELECT row, hq_epoch, version, generation FROM replica_grant WHERE id = ?',
  )
  const put = db.prepare(
    `INSERT INTO replica_grant (id, customer, program, points, body, signature, open, hq_epoch, version, generation)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, program = excluded.program,
       points = excluded.points, body = excluded.body, signature = excluded.signature, open = excluded.open,
       hq_epoch = excluded.hq_epoch, version = excluded.version, generation = excluded.generation`,
  )
  const renew = db.prepare('UPDATE replica_grant SET generation = ? WHERE row = ?')
  const drop = db.prepare('DELETE FROM replica_grant WHERE row = ?')
  const remove = (row: number): void => {
    drop.run(row)
    count('grant', -1)
  }
  return {
    put(sent, arrival) {
      const { generation } = arrival
      const row = readRow('grant', sent)
      if (row.device !== ownDevice.get()) return
      const before = standing.get(row.id)
      if (before && stands(row, before, before.generation, arrival)) {
        renew.run(generation, before.row)
        return
      }
      const { id, customer, program, points, body, signature, state, hq_epoch, version } = row
      const open = state === 'open' ? 1 : 0
      put.run(id, customer, program, points, body, signature, open, hq_epoch, version, generation)
      if (!before) count('grant', 1)
    },
    remove(sent) {
      const row = readRow('grant', sent)
      const before = standing.get(row.id)
      if (before && compareVersions(row, before) >= 0) remove(before.row)
    },
    sweep: sweeper(db, 'replica_grant', 'generation', 'true', remove),
  }
}

function settingRows({ db, count, projector }: RowParts, kind: 'program' | 'policy'): RowTable {
  const standing = db.prepare<[string, string, string], Standing>(
    'SELECT row, hq_epoch, version, generation FROM replica_setting WHERE kind = ? AND scope = ? AND key = ?',
  )
  const put = db.prepare(
    `INSERT INTO replica_setting (kind, scope, key, value, hq_epoch, version, generation) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, scope, key) DO UPDATE SET value = excluded.value, hq_epoch = excluded.hq_epoch,
       version = excluded.version, generation = excluded.generation`,
  )
  const renew = db.prepare('UPDATE replica_setting SET generation = ? WHERE row = ?')
  const drop = db.prepare('DELETE FROM replica_setting WHERE row = ?')
  const remove = (row: number): void => {
    drop.run(row)
    count(kind, -1)
    projector.forget()
  }
  const keyed = (sent: SentRow) => {
    if (kind === 'policy') {
      const { store, key, value, hq_epoch, version } = readRow('policy', sent)
      return { scope: store, key, value: JSON.stringify(value), hq_epoch, version }
    }
    const { id, settings, hq_epoch, version } = readRow('program', sent)
    return { scope: '', key: id, value: JSON.stringify(settings), hq_epoch, version }
  }
  return {
    put(sent, arrival) {
      const { generation } = arrival
      const row = keyed(sent)
      const before = standing.get(kind, row.scope, row.key)
      if (before && stands(row, before, before.generation, arrival)) {
        renew.run(generation, before.row)
        return
      }
      put.run(kind, row.scope, row.key, row.value, row.hq_epoch, row.version, generation)
      if (!before) count(kind, 1)
      projector.forget()
    },
    remove(sent) {
      const row = keyed(sent)
      const before = standing.get(kind, row.scope, row.key)
      if (before && compareVersions(row, before) >= 0) remove(before.row)
    },
    sweep: sweeper(db, 'replica_setting', 'generation', `kind = '${kind}'`, remove),
  }
}

function accountRows({ db, count, overlay, own, projector }: RowParts): RowTable {
  const { replica } = projector.accounts
  const standing = db.prepare<[string, string], Standing & { gone: number; fetched: number }>(
    `SELECT row, hq_epoch, version, generation, gone, fetched FROM replica_account
     WHERE customer = ? AND program = ?`,
  )
  const insert = db.prepare(
    `INSERT INTO replica_account (fn, applied, held, state, lines, hq_epoch, version, generation, fetched, seen, customer, program)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare(
    `UPDATE replica_account SET fn = ?, applied = ?, held = ?, state = ?, lines = ?, hq_epoch = ?, version = ?,
       generation = ?, fetched = ?, seen = ?, gone = 0 WHERE row = ?`,
  )
  const renew = db.prepare(
    'UPDATE replica_account SET generation = max(generation, ?), fetched = min(fetched, ?), seen = max(seen, ?) WHERE row = ?',
  )
  const leave = db.prepare(
    `UPDATE replica_account SET gone = 1, fn = 0, state = '{}', lines = '[]', held = '[]' WHERE row = ?`,
  )
  const drop = db.prepare('DELETE FROM replica_account WHERE row = ?')
  const keyOf = db.prepare<[number], { customer: string; program: string }>(
    'SELECT customer, program FROM replica_account WHERE row = ?',
  )
  const aliasOf = db.prepare<[string], string>('SELECT root FROM alias WHERE id = ?').pluck()

  /** Whether an id leads to another one hangs on its own account: see `rootOf`. */
  const meet = (customer: string): void => {
    const root = aliasOf.get(customer)
    if (root === undefined) return
    count('customer', -overlay.identity(customer))
    count('customer', -overlay.identity(root))
  }
  const remove = (row: number): void => {
    const key = keyOf.get(row)
    if (!key) return
    if (own.any(replica.idsOf(replica.rootOf(key.customer)))) leave.run(row)
    else {
      drop.run(row)
      count('account', -1)
    }
    overlay.account(key.customer, key.program)
    meet(key.customer)
  }
  return {
    put(sent, arrival) {
      const { generation, fetched, at } = arrival
      const row = readRow('account', sent)
      const before = standing.get(row.customer, row.program)
      const asked = fetched ? 1 : 0
      const older = before ? compareVersions(row, before) : 1
      const goes = before && !stands(row, before, before.generation, arrival)
      if (before && !goes && (older < 0 || before.gone === 0)) {
        // The same row again, or one that a faster way has overtaken: it is on the list, that is all it says.
        renew.run(generation, asked, older === 0 ? at : 0, before.row)
        return
      }
      const text = (column: string): string => sent[column] ?? ''
      const values = [row.fn, text('applied'), text('held'), text('state'), text('lines')]
      const came = [
        row.hq_epoch,
        row.version,
        generation,
        before ? Math.min(asked, before.fetched) : asked,
        at,
      ]
      if (before) update.run(...values, ...came, before.row)
      else {
        insert.run(...values, ...came, row.customer, row.program)
        count('account', 1)
      }
      overlay.account(row.customer, row.program)
      if (!before || before.gone === 1) meet(row.customer)
    },
    remove(sent) {
      const row = readRow('account', sent)
      const before = standing.get(row.customer, row.program)
      if (before && before.gone === 0 && compareVersions(row, before) >= 0) remove(before.row)
    },
    sweep: sweeper(db, 'replica_account', 'generation', 'gone = 0', remove),
  }
}
