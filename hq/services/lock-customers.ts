import type { Applied } from '../../shared/sync/rows.ts'
import type { Tx } from '../db/database.ts'
import { aliasesIn, type IdKey } from '../ledger/aliases.ts'
import type { Arrival } from '../ledger/arrival.ts'
import type { Customer } from '../ledger/books.ts'
import type { TenantRow } from './load-books.ts'
import type { Parts } from './parts.ts'
import { publicIdOf } from './public-id.ts'

/** An id that became known as another one with this batch; `joins`: both were customers already. */
export interface NewAlias {
  readonly id: string
  readonly root: string
  readonly joins: boolean
}

/** Whom a batch may touch. */
interface Locked {
  /** By id: whom it means. */
  readonly aliases: Map<string, string>
  readonly customers: Map<string, Customer>
  readonly newAliases: readonly NewAlias[]
  /** Ids that are not made of the values beside them, or were told by others before. */
  readonly strangers: Set<string>
}

type Locking = Pick<Parts, 'digest'>
type Tenant = Pick<TenantRow, 'tenant_id' | 'identity_key' | 'signing_key'>

interface Named {
  readonly ids: ReadonlySet<string>
  /** What enrolments say that an id means. */
  readonly told: ReadonlyMap<string, string>
  /** By id: the first time it is named, ms. */
  readonly joined: ReadonlyMap<string, number>
  /** Whose events these are. */
  readonly devices: ReadonlySet<string>
}

/** Looks at who means whom, before a batch gives up: each one more needs a merge at that very moment. */
const LOOKS_MAX = 10

/**
 * Locks every customer whom a batch names, in the order of their ids, and makes those nobody has told of yet. An id
 * that becomes an alias is locked as a customer too: whoever books on it at this moment comes before or after.
 */
export async function lockCustomers(
  parts: Locking,
  tx: Tx,
  tenant: Tenant,
  arrivals: readonly Arrival[],
  more: readonly string[],
): Promise<Locked> {
  const { digest } = parts
  const own = { tenant: tenant.tenant_id, key: digest.fromHex(tenant.identity_key) }
  const told = aliasesIn(digest, own, await keysAlone(parts, tx, arrivals), arrivals)
  const ids = new Set(more)
  const joined = new Map<string, number>()
  for (const { customer, trusted } of arrivals) {
    if (customer === null) continue
    ids.add(customer)
    joined.set(customer, Math.min(joined.get(customer) ?? trusted, trusted))
  }
  const devices = new Set(arrivals.map(({ device }) => device))
  const named = { ids, told: told.aliases, joined, devices }
  for (let tried = 0; tried < LOOKS_MAX; tried += 1) {
    const { strangers, ...seen } = await look(tx, named)
    // Customers made for a look in vain must not stay.
    const mark = seen.newAliases.length > 0
    if (mark) await tx.query('SAVEPOINT looked')
    const customers = await lock(parts, tx, tenant, seen)
    if (customers) return { ...seen, customers, strangers: new Set([...strangers, ...told.unproven]) }
    if (mark) await tx.query('ROLLBACK TO SAVEPOINT looked')
  }
  throw new Error('customers are merged faster than they can be locked')
}

interface Seen {
  readonly aliases: Map<string, string>
  readonly newAliases: readonly NewAlias[]
  readonly strangers: ReadonlySet<string>
  /** To be locked, with the first time each one is named. */
  readonly roots: ReadonlyMap<string, number>
}

async function look(tx: Tx, { ids, told, joined, devices }: Named): Promise<Seen> {
  const aliases = await knownAliases(tx, [...ids, ...told.values()])
  const open = [...told].filter(([id]) => !aliases.has(id))
  const there = await known(
    tx,
    open.map(([id]) => id),
  )
  // Only a till that worked alone made ids of its own, and nobody else knows them.
  const strangers = new Set(
    [...there].filter(([, applied]) => isKnownToOthers(applied, devices)).map(([id]) => id),
  )
  const tellings = open.filter(([id]) => !strangers.has(id))
  const newAliases = tellings.map(([id, to]) => ({ id, root: aliases.get(to) ?? to, joins: there.has(id) }))
  for (const { id, root } of newAliases) aliases.set(id, root)
  const roots = new Map<string, number>()
  for (const id of [...ids, ...tellings.map(([, to]) => to)]) {
    const root = aliases.get(id) ?? id
    const at = joined.get(id)
    roots.set(root, Math.min(roots.get(root) ?? Number.MAX_SAFE_INTEGER, at ?? Number.MAX_SAFE_INTEGER))
  }
  return { aliases, newAliases, strangers, roots }
}

const isKnownToOthers = (applied: Applied, devices: ReadonlySet<string>): boolean =>
  Object.keys(applied).some((key) => !devices.has(key.slice(0, key.indexOf('/'))))

async function knownAliases(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; root: string }>(
    'SELECT id, root FROM hq.alias WHERE id = ANY($1)',
    [[...new Set(ids)]],
  )
  return new Map(rows.map(({ id, root }) => [id, root]))
}

/** Those that are customers here, and which chains have told of them. */
async function known(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Applied>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<{ id: string; applied: Applied }>(
    'SELECT id, applied FROM hq.customer WHERE id = ANY($1)',
    [ids],
  )
  return new Map(rows.map(({ id, applied }) => [id, applied]))
}

/** The customers, and of new aliases those that are to be joined. Null: what was seen of them no longer holds. */
async function lock(
  parts: Locking,
  tx: Tx,
  tenant: Tenant,
  { roots, newAliases }: Pick<Seen, 'roots' | 'newAliases'>,
): Promise<Map<string, Customer> | null> {
  const wanted = new Map([...roots, ...newAliases.map(({ id }): [string, number] => [id, 0])])
  if (wanted.size === 0) return new Map()
  const ids = [...wanted.keys()]
  // One statement locks what is there and makes what is not, in the order of ids: the update never takes place, its
  // lock does.
  const making = tx.query<{ id: string }>(
    `INSERT INTO hq.customer (tenant_id, id, public_id, joined)
     SELECT $1, n.id, n.public_id, n.joined FROM unnest($2::text[], $3::text[], $4::bigint[]) AS n (id, public_id, joined)
     ORDER BY n.id
     ON CONFLICT (tenant_id, id) DO UPDATE SET joined = excluded.joined WHERE false RETURNING id`,
    [tenant.tenant_id, ids, ids.map((id) => publicIdOf(parts.digest, tenant, id)), [...wanted.values()]],
  )
  const alone = new Set(newAliases.flatMap(({ id, joins }) => (joins ? [] : [id])))
  const reading = tx.query<Customer & { merged_into: string | null }>(
    `SELECT id, public_id, generation, name, phone, phone_typed, email, card, birth, note, marketing, consent_at,
            consent_wording, joined, sale_count, spend_kobo, last_sale, applied, seen, merged_into
     FROM hq.customer WHERE id = ANY($1)`,
    [ids.filter((id) => !alone.has(id))],
  )
  const [made, rows] = await Promise.all([making, reading])
  const fresh = new Set(made.map(({ id }) => id))
  // Somebody booked on an id that nobody knew at the look.
  if (newAliases.some(({ id, joins }) => !joins && !fresh.has(id))) return null
  // A merge may have ended between the look and the lock; now it cannot any more.
  if (rows.some(({ merged_into }) => merged_into !== null)) return null
  return new Map(rows.map(({ merged_into: _, ...row }) => [row.id, row]))
}

/** Under what the tills of a batch made ids while they worked alone, when it enrols anybody. */
async function keysAlone(
  { digest }: Locking,
  tx: Tx,
  arrivals: readonly Arrival[],
): Promise<ReadonlyMap<string, IdKey>> {
  const devices = arrivals.flatMap(({ kind, device }) => (kind === 'customer.enrolled' ? [device] : []))
  if (devices.length === 0) return new Map()
  const rows = await tx.query<{ id: string; tenant: string; key: string }>(
    `SELECT id, alone_tenant AS tenant, alone_key AS key FROM hq.device
     WHERE id = ANY($1) AND alone_key IS NOT NULL AND alone_tenant IS NOT NULL`,
    [[...new Set(devices)]],
  )
  return new Map(rows.map(({ id, tenant, key }) => [id, { tenant, key: digest.fromHex(key) }]))
}
