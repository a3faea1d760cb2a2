import { nameIndexText } from '../../shared/domain/name-search.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import type { Applied } from '../../shared/sync/rows.ts'
import type { Database } from './database.ts'
import type { ProjectedEvent } from './projector.ts'
import type { AppliedCheck } from './replica/applied.ts'

/** What of a customer an event may change, and head office's row has. */
const VALUES = `generation, name, phone, phone_reversed, phone_typed, email, card, birth, note, marketing, consent_at,
  consent_wording, joined, version, sale_count, spend_kobo, last_sale`

const reversed = (digits: string): string => [...digits].reverse().join('')
/** As the index of last digits has it; null for nobody's number. */
export const phoneReversed = (phone: string | null): string | null =>
  phone ? reversed(phone.slice(1)) : null

interface Standing {
  readonly row: number
  readonly name: string
  readonly own: number
  readonly applied: string
}

type Change = Record<'id', string> & Record<string, string | null>

/** People, as their events and head office's rows make them. Ids are roots. */
export interface CustomerTable {
  enrol(id: string, event: ProjectedEvent): void
  update(id: string, event: ProjectedEvent): void
  consent(id: string, event: ProjectedEvent): void
  visit(id: string, event: ProjectedEvent, netKobo: number, at: number): void
  unvisit(id: string, event: ProjectedEvent, netKobo: number): void
  /** A part of a purchase was given back. */
  spendLess(id: string, event: ProjectedEvent, kobo: number): void
  setPoints(id: string, available: number, until: number | null, lifetime: number): void
  /** The row as head office sent it, without what own events made of it; gone where there is no such row. */
  asSent(id: string): void
  /** Every row as head office sent it, the index of names anew. */
  allAsSent(): void
  /** Leaves nothing of this id; true when head office's list had it. */
  remove(id: string): boolean
  index(row: number, before: string, name: string): void
}

/** The one table of customers: those of head office's directory, and those this till knows from its own events. */
export function customerTable(db: Database, applied: AppliedCheck): CustomerTable {
  const standing = db.prepare<[string], Standing>('SELECT row, name, own, applied FROM customer WHERE id = ?')
  const keep = db.prepare(
    `INSERT INTO customer_as_sent (id, ${VALUES}) SELECT id, ${VALUES} FROM customer WHERE id = ?`,
  )
  const markOwn = db.prepare('UPDATE customer SET own = 1 WHERE id = ?')
  const names = nameIndex(db)
  const writes = eventWrites(db)
  const back = sentBack(db, names)

  /** The row an event is to change, kept as it was sent; null: there is none, or the event is in it. */
  const touch = (id: string, event: ProjectedEvent): Standing | null => {
    const row = standing.get(id)
    if (!row) return null
    if (row.applied !== '{}' && applied.isIn(JSON.parse(row.applied) as Applied, event)) return null
    if (row.own === 0) {
      keep.run(id)
      markOwn.run(id)
    }
    return row
  }
  const change = (row: Standing, values: Change): void => {
    writes.change.run(values)
    const name = values['name'] ?? null
    if (name !== null) names.put(row.row, row.name, name)
  }

  return {
    enrol(id, e) {
      const p = e.payload as Payloads['customer.enrolled']
      const v = e.personal as PersonalValues['customer.enrolled'] | null
      const phone = v?.phone || null
      if (!standing.get(id)) {
        const { lastInsertRowid } = writes.insert.run({
          id,
          generation: p.generation,
          name: v?.name ?? '',
          phone,
          reversed: phoneReversed(phone),
          typed: v?.phone_typed ?? '',
          email: v?.email || null,
          card: v?.card || null,
          birth: v?.birth ?? '',
          joined: e.trusted,
        })
        names.put(Number(lastInsertRowid), '', v?.name ?? '')
        return
      }
      // Known already: an update of the fields typed, an empty one overwrites nothing.
      const row = touch(id, e)
      if (!row) return
      const typed = { name: v?.name || null, birth: v?.birth || null, email: v?.email || null }
      change(row, { id, ...typed, card: v?.card || null, note: null })
      writes.joined.run({
        id,
        phone,
        reversed: phoneReversed(phone),
        typed: v?.phone_typed ?? '',
        at: e.trusted,
      })
    },
    update(id, e) {
      const row = touch(id, e)
      if (!row) return
      const v = (e.personal ?? {}) as PersonalValues['customer.updated']
      const { name = null, birth = null, note = null, email = null, card = null } = v
      change(row, { id, name, birth, note, email, card })
    },
    consent(id, e) {
      const p = e.payload as Payloads['customer.consent']
      const { marketing, wording } = p
      if (touch(id, e)) writes.consent.run({ id, marketing, wording, at: e.trusted })
    },
    visit(id, e, net, at) {
      if (touch(id, e)) writes.seen.run({ id, net, at })
    },
    unvisit(id, e, net) {
      if (touch(id, e)) writes.unseen.run(net, id)
    },
    spendLess(id, e, kobo) {
      if (touch(id, e)) writes.less.run(kobo, id)
    },
    setPoints: (id, available, until, lifetime) => {
      writes.points.run(available, until, lifetime, id)
    },
    ...back,
    index: names.put,
  }
}

function eventWrites(db: Database) {
  return {
    insert: db.prepare(
      `INSERT INTO customer (id, generation, name, phone, phone_reversed, phone_typed, email, card, birth, note,
         marketing, consent_at, consent_wording, joined, version, own)
       VALUES (@id, @generation, @name, @phone, @reversed, @typed, @email, @card, @birth, '', 'not_asked', NULL, '', @joined, 1, 1)`,
    ),
    change: db.prepare(
      `UPDATE customer SET name = coalesce(@name, name), birth = coalesce(@birth, birth), note = coalesce(@note, note),
         email = CASE WHEN @email IS NULL THEN email ELSE nullif(@email, '') END,
         card = CASE WHEN @card IS NULL THEN card ELSE nullif(@card, '') END,
         version = version + 1 WHERE id = @id`,
    ),
    joined: db.prepare(
      `UPDATE customer SET joined = min(joined, @at), phone = coalesce(phone, @phone),
         phone_typed = CASE WHEN phone IS NULL AND @phone IS NOT NULL THEN @typed ELSE phone_typed END,
         phone_reversed = coalesce(phone_reversed, @reversed) WHERE id = @id`,
    ),
    consent: db.prepare(
      // Not having asked is no answer: it takes nothing away.
      `UPDATE customer SET marketing = @marketing, consent_at = @at, consent_wording = @wording, version = version + 1
       WHERE id = @id AND (@marketing <> 'not_asked' OR marketing = 'not_asked')`,
    ),
    seen: db.prepare(
      `UPDATE customer SET sale_count = sale_count + 1, spend_kobo = spend_kobo + @net,
         last_sale = max(coalesce(last_sale, @at), @at), joined = min(joined, @at) WHERE id = @id`,
    ),
    unseen: db.prepare(
      'UPDATE customer SET sale_count = sale_count - 1, spend_kobo = spend_kobo - ? WHERE id = ?',
    ),
    less: db.prepare('UPDATE customer SET spend_kobo = spend_kobo - ? WHERE id = ?'),
    points: db.prepare('UPDATE customer SET points = ?, points_until = ?, lifetime = ? WHERE id = ?'),
  }
}

interface NameIndex {
  /** `before`: the name that stands in the index; empty where there is none. */
  put(row: number, before: string, name: string): void
  empty(): void
}

function nameIndex(db: Database): NameIndex {
  const add = db.prepare('INSERT INTO customer_name (rowid, words) VALUES (?, ?)')
  const drop = db.prepare('DELETE FROM customer_name WHERE rowid = ?')
  return {
    put(row, before, name) {
      if (before === name) return
      if (before) drop.run(row)
      if (name) add.run(row, nameIndexText(name))
    },
    empty: () => db.exec(`INSERT INTO customer_name (customer_name) VALUES ('delete-all')`),
  }
}

/** Rows go back to what head office sent. */
function sentBack(db: Database, names: NameIndex): Pick<CustomerTable, 'asSent' | 'allAsSent' | 'remove'> {
  const found = db.prepare<[string], { row: number; name: string; hq_version: number; own: number }>(
    'SELECT row, name, hq_version, own FROM customer WHERE id = ?',
  )
  const restore = `UPDATE customer SET (${VALUES}, own) = (SELECT ${VALUES}, 0 FROM customer_as_sent s WHERE s.id = customer.id)`
  const one = db.prepare<[string], string>(`${restore} WHERE id = ? RETURNING name`).pluck()
  const remove = db.prepare('DELETE FROM customer WHERE row = ?')
  const forget = db.prepare('DELETE FROM customer_as_sent WHERE id = ?')
  const drop = (id: string): boolean => {
    const row = found.get(id)
    if (!row) return false
    names.put(row.row, row.name, '')
    remove.run(row.row)
    forget.run(id)
    return row.hq_version > 0
  }
  return {
    remove: drop,
    asSent(id) {
      const row = found.get(id)
      if (!row || row.own === 0) return
      if (row.hq_version === 0) {
        drop(id)
        return
      }
      names.put(row.row, row.name, one.get(id) ?? '')
      forget.run(id)
    },
    allAsSent() {
      db.exec(`DELETE FROM customer WHERE own = 1 AND hq_version = 0;
        ${restore} WHERE own = 1;
        UPDATE customer SET points = 0, points_until = NULL, lifetime = 0
          WHERE points <> 0 OR points_until IS NOT NULL OR lifetime <> 0;
        DELETE FROM customer_as_sent;`)
      names.empty()
      const rows = db.prepare<[number], { row: number; name: string }>(
        'SELECT row, name FROM customer WHERE row > ? ORDER BY row LIMIT 1000',
      )
      for (let page = rows.all(0); page.length > 0; page = rows.all(page.at(-1)?.row ?? 0)) {
        for (const { row, name } of page) names.put(row, '', name)
      }
    },
  }
}
