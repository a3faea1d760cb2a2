import type { Database } from './database.ts'

/**
 * What `verify` looks at beside events and projections: whether the file still has the tables, triggers and indexes
 * that this app makes, whether every epoch was opened by an event and every personal value belongs to one, whose
 * ledger it is, and whether the last event is still there. `fresh` is an empty ledger made by this app. Whoever holds
 * the key of the file may forge most of this; SPEC.md says what is proved.
 */
export function fileFindings(db: Database, fresh: Database): string[] {
  return [
    ...schemaFindings(db, fresh),
    ...epochFindings(db),
    ...personalFindings(db),
    ...ownerFindings(db),
    ...endFindings(db),
  ]
}

const REMEDY = 'Restore the latest backup.'

/** Without its triggers a ledger takes changes to events; with one more, each booking may do more than it says. */
function schemaFindings(db: Database, fresh: Database): string[] {
  const read = (of: Database): Map<string, string> =>
    new Map(
      of
        .prepare<[], readonly [type: string, name: string, sql: string | null]>(
          `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
        )
        .raw()
        .all()
        .map(([type, name, sql]) => [`${type} "${name}"`, sql ?? '']),
    )
  const [standing, made] = [read(db), read(fresh)]
  return [
    ...[...made.keys()]
      .filter((what) => standing.get(what) !== made.get(what))
      .map((what) => `The ${what} of the file is missing or not as this app makes it. ${REMEDY}`),
    ...[...standing.keys()]
      .filter((what) => !made.has(what))
      .map((what) => `The ${what} in the file was not made by this app. ${REMEDY}`),
  ]
}

/** An epoch that no event opened could hide the events behind the end of the one before it. */
function epochFindings(db: Database): string[] {
  return db
    .prepare<[], number>(
      `SELECT epoch FROM epoch p WHERE p.last_place IS NULL AND NOT EXISTS (SELECT 1 FROM event e
         WHERE e.place = p.first_place AND e.epoch = p.epoch AND e.kind = 'epoch.opened')`,
    )
    .pluck()
    .all()
    .map((epoch) => `Epoch ${epoch} was never opened by an event. ${REMEDY}`)
}

/** Personal values beside an event that promised none would be shown as its reason, and no commitment covers them. */
function personalFindings(db: Database): string[] {
  // A repair keeps what belonged to events that could not be read, whatever they were.
  const repaired = db.prepare('SELECT 1 FROM epoch WHERE last_place IS NOT NULL').get() !== undefined
  if (repaired) return []
  const strange = db
    .prepare<[], string>(
      `SELECT p.event FROM personal p LEFT JOIN event e ON e.id = p.event
       WHERE p.json IS NOT NULL AND CAST(e.bytes AS TEXT) ->> '$.payload.personal' IS NULL LIMIT 1`,
    )
    .pluck()
    .get()
  return strange === undefined
    ? []
    : [`Personal values stand beside event ${strange}, which promised none. ${REMEDY}`]
}

/** Ids of customers and events are made from these. */
function ownerFindings(db: Database): string[] {
  const opened = db
    .prepare<[], readonly [tenant: string, device: string]>(
      `SELECT CAST(bytes AS TEXT) ->> '$.tenant', CAST(bytes AS TEXT) ->> '$.device' FROM event
       WHERE place = (SELECT first_place FROM epoch ORDER BY epoch DESC LIMIT 1)`,
    )
    .raw()
    .get()
  const now = db.prepare<[string], string>('SELECT value FROM till WHERE key = ?').pluck()
  const [tenant, device] = opened ?? []
  return now.get('tenant') === tenant && now.get('device') === device
    ? []
    : [`The file names another store or till than its events do. ${REMEDY}`]
}

/** The clock keeps the stamp of the last event: with that event cut off, nothing bears it. */
function endFindings(db: Database): string[] {
  const there = db
    .prepare(
      `SELECT 1 FROM event e, clock c
       WHERE e.place >= (SELECT first_place FROM epoch ORDER BY epoch DESC LIMIT 1)
         AND CAST(e.bytes AS TEXT) ->> '$.hlc' = c.hlc ORDER BY e.place DESC LIMIT 1`,
    )
    .get()
  return there === undefined ? [`The last events of this till are not in the file any more. ${REMEDY}`] : []
}
