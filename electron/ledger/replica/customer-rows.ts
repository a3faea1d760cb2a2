import { compareVersions, type RowVersion, type ShapeRow } from '../../../shared/sync/rows.ts'
import { phoneReversed } from '../customer-table.ts'
import { type RowParts, type RowTable, readRow, stands, sweeper } from './row-writer.ts'

interface Standing {
  readonly row: number
  readonly name: string
  readonly hq_epoch: number
  readonly hq_version: number
  readonly hq_generation: number
  readonly own: number
}

/** The directory: people, and other ids of them. */
export function customerRows(parts: RowParts): RowTable {
  const { db, count, overlay, projector } = parts
  const { people } = projector
  const standing = db.prepare<[string], Standing>(
    'SELECT row, name, hq_epoch, hq_version, hq_generation, own FROM customer WHERE id = ?',
  )
  const renew = db.prepare('UPDATE customer SET hq_generation = ? WHERE row = ?')
  const write = customerWrites(parts)
  const aliases = aliasRows(parts)
  const idOf = db.prepare<[number], string>('SELECT id FROM customer WHERE row = ?').pluck()

  const leave = (id: string): void => {
    people.asSent(id)
    if (people.remove(id)) count('customer', -1)
    // What this till did itself goes on being known.
    overlay.customer(id)
  }
  const sweepPeople = sweeper(db, 'customer', 'hq_generation', 'hq_version > 0', (row) => {
    const id = idOf.get(row)
    if (id !== undefined) leave(id)
  })
  /** Of a row or of the alias that took its place: whichever is the later word. */
  const versionOf = (id: string, row: Standing | undefined): RowVersion & { generation: number } => {
    const alias = aliases.version(id)
    const known = {
      hq_epoch: row?.hq_epoch ?? 0,
      version: row?.hq_version ?? 0,
      generation: row?.hq_generation ?? 0,
    }
    return alias && compareVersions(alias, known) > 0 ? alias : known
  }

  return {
    put(sent, arrival) {
      const { generation } = arrival
      const row = readRow('customer', sent)
      const before = standing.get(row.id)
      const known = versionOf(row.id, before)
      if (stands(row, known, known.generation, arrival)) {
        if (before) renew.run(generation, before.row)
        aliases.renew(row.id, generation)
        return
      }
      if (row.merged_into !== null) {
        aliases.put(row.id, row.merged_into, row, generation)
        return
      }
      const root = aliases.remove(row.id)
      write(row, sent['applied'] ?? '{}', generation, before)
      if (root === null) overlay.customer(row.id)
      else for (const id of [row.id, root]) count('customer', -overlay.identity(id))
    },
    remove(sent) {
      const row = readRow('customer', sent)
      const before = standing.get(row.id)
      if (compareVersions(row, versionOf(row.id, before)) < 0) return
      const root = aliases.remove(row.id)
      if (before && before.hq_version > 0) leave(row.id)
      if (root !== null) for (const id of [row.id, root]) count('customer', -overlay.identity(id))
    },
    sweep(generation, after, rows) {
      // Aliases are few beside people: they go with the first stretch.
      if (after === 0) aliases.sweep(generation)
      return sweepPeople(generation, after, rows)
    },
  }
}

/** Writes a row as it was sent; the index of names follows. */
function customerWrites({ db, count, projector }: RowParts) {
  const { people } = projector
  const insert = db.prepare(
    `INSERT INTO customer (generation, name, phone, phone_reversed, phone_typed, email, card, birth, note, marketing,
       consent_at, consent_wording, joined, version, sale_count, spend_kobo, last_sale, applied, hq_epoch, hq_version,
       hq_generation, own, id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
  )
  const update = db.prepare(
    `UPDATE customer SET generation = ?, name = ?, phone = ?, phone_reversed = ?, phone_typed = ?, email = ?, card = ?,
       birth = ?, note = ?, marketing = ?, consent_at = ?, consent_wording = ?, joined = ?, version = ?, sale_count = ?,
       spend_kobo = ?, last_sale = ?, applied = ?, hq_epoch = ?, hq_version = ?, hq_generation = ?, own = 0
     WHERE row = ?`,
  )
  const forget = db.prepare('DELETE FROM customer_as_sent WHERE id = ?')
  return (
    row: ShapeRow<'customer'>,
    applied: string,
    generation: number,
    before: Standing | undefined,
  ): void => {
    const { name, phone, marketing, joined, version } = row
    const who = [row.generation, name, phone, phoneReversed(phone), row.phone_typed, row.email, row.card]
    const more = [row.birth, row.note, marketing, row.consent_at, row.consent_wording, joined, version]
    const sums = [row.sale_count, row.spend_kobo, row.last_sale, applied, row.hq_epoch, version, generation]
    if (before) {
      update.run(...who, ...more, ...sums, before.row)
      people.index(before.row, before.name, name)
      if (before.own === 1) forget.run(row.id)
      if (before.hq_version === 0) count('customer', 1)
      return
    }
    const { lastInsertRowid } = insert.run(...who, ...more, ...sums, row.id)
    people.index(Number(lastInsertRowid), '', name)
    count('customer', 1)
  }
}

function aliasRows({ db, count, overlay, projector }: RowParts) {
  const find = db.prepare<[string], RowVersion & { root: string; generation: number }>(
    'SELECT root, hq_epoch, version, generation FROM alias WHERE id = ?',
  )
  const put = db.prepare(
    `INSERT INTO alias (id, root, hq_epoch, version, generation) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET root = excluded.root, hq_epoch = excluded.hq_epoch, version = excluded.version,
       generation = excluded.generation`,
  )
  const renew = db.prepare('UPDATE alias SET generation = ? WHERE id = ? AND version > 0')
  const drop = db.prepare('DELETE FROM alias WHERE id = ?')
  const old = db
    .prepare<[number], string>('SELECT id FROM alias WHERE version > 0 AND generation < ?')
    .pluck()
  const meet = (...ids: readonly string[]): void => {
    for (const id of ids) count('customer', -overlay.identity(id))
  }
  const remove = (id: string): string | null => {
    const before = find.get(id)
    if (!before) return null
    drop.run(id)
    projector.accounts.forget()
    if (before.version > 0) count('customer', -1)
    return before.root
  }
  return {
    version: (id: string) => find.get(id),
    renew: (id: string, generation: number): void => {
      renew.run(generation, id)
    },
    put(id: string, root: string, version: RowVersion, generation: number): void {
      const before = find.get(id)
      put.run(id, root, version.hq_epoch, version.version, generation)
      if (!before || before.version === 0) count('customer', 1)
      meet(id, ...(before && before.root !== root ? [before.root] : []))
    },
    /** The root it led to; null where it was none. */
    remove,
    sweep(generation: number): void {
      for (const id of old.all(generation)) {
        const root = remove(id)
        if (root !== null) meet(id, root)
      }
    },
  }
}
