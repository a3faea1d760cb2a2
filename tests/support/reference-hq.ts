import type { Database } from '../../electron/ledger/database.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import type { Account, Line, Posting } from '../../shared/domain/account.ts'
import { changeLine, joinLine, linesFor } from '../../shared/domain/line.ts'
import { linesForMerge, mergeAccounts } from '../../shared/domain/merge-accounts.ts'
import { emptyAccount, post } from '../../shared/domain/post.ts'
import { postingOf } from '../../shared/domain/posting-of.ts'
import { decodeEnvelope, type Envelope } from '../../shared/protocol/event.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import type { ShapeCursor, ShapeName } from '../../shared/sync/rows.ts'
import type { HeldEvent } from '../../shared/sync/wire.ts'

type SentRow = Readonly<Record<string, string | null>>
interface LogEntry {
  readonly operation: 'insert' | 'update' | 'delete'
  readonly row: SentRow
}

interface HqAccount {
  account: Account
  lines: Line[]
  applied: Record<string, number>
  held: HeldEvent[]
  version: number
  fn: number
}

interface HqCustomer {
  name: string
  phone: string | null
  email: string | null
  card: string | null
  joined: number
  sales: number
  spend: number
  last: number | null
  applied: Record<string, number>
  version: number
}

const PROGRAM = 'default'

/**
 * Head office as simple as it can be: plain maps and the same `post`. It takes a till's events in order, posts them,
 * and tells of every row that changed in the order of the changes.
 */
export class ReferenceHq {
  readonly accounts = new Map<string, HqAccount>()
  readonly customers = new Map<string, HqCustomer>()
  readonly aliases = new Map<string, string>()
  readonly log: Record<'account' | 'customer', LogEntry[]> = { account: [], customer: [] }
  /** Accounts that are not on the till's list. */
  readonly hidden = new Set<string>()
  /** Kinds of the till's events that it cannot read. */
  readonly unreadable = new Set<string>()
  /** Events it has taken, by id. */
  readonly taken = new Set<string>()
  /** Of a till that works alone any will do. */
  tenant = 't'
  cursor = 0
  hqEpoch = 1
  #version = 0
  #events = 0

  /** Takes up to so many events that the till wrote next. */
  take(db: Database, events: number): void {
    const rows = db
      .prepare<[number, number], { place: number; bytes: Uint8Array; json: string | null }>(
        `SELECT e.place, e.bytes, p.json FROM event e LEFT JOIN personal p ON p.event = e.id
         WHERE e.place > ? ORDER BY e.place LIMIT ?`,
      )
      .all(this.cursor, events)
    for (const { place, bytes, json } of rows) {
      this.#accept(decodeEnvelope(nodeDigest, bytes), json === null ? null : JSON.parse(json))
      this.cursor = place
    }
  }

  /** Another till of the same business was here. */
  elsewhere(customer: string, posting: Omit<Extract<Posting, { kind: 'earn' }>, 'event'>): void {
    this.#events += 1
    const root = this.root(customer)
    this.#post(root, { ...posting, event: `${'e'.repeat(24)}${String(this.#events).padStart(8, '0')}` })
    this.#tell('account', 'update', this.accountRow(root))
  }

  /** The rows of a customer once more, as they stand. */
  tell(customer: string): void {
    const root = this.root(customer)
    this.#tell('account', 'update', this.accountRow(root))
    this.#tell('customer', 'update', this.customerRow(root))
  }

  /** A person of the directory whom no till here has seen. */
  knows(id: string, values: Partial<HqCustomer>, points = 0, expiry = 4e12): void {
    this.customers.set(id, { ...NOBODY, version: this.#next(), ...values, applied: {} })
    this.#tell('customer', 'insert', this.customerRow(id))
    if (points === 0) return
    const effective = values.joined ?? 1
    this.elsewhere(id, {
      kind: 'earn',
      effective,
      points,
      expiry,
      rule: 'base',
      sale: null,
      month: '2026-11',
    })
  }

  /** Two ids are one person. */
  merge(from: string, into: string): void {
    const [x, r] = [this.root(from), this.root(into)]
    if (x === r) return
    const [gone, stays] = [this.accounts.get(x), this.#account(r)]
    if (gone) {
      const find = (event: string) => [...stays.lines, ...gone.lines].find((line) => line.event === event)
      const joined = mergeAccounts(
        stays.account,
        gone.account,
        linesForMerge(stays.account, gone.account, find),
      )
      stays.lines = [...stays.lines, ...gone.lines]
      this.#put(stays, joined)
      stays.applied = greater(stays.applied, gone.applied)
      stays.held = [...stays.held, ...gone.held]
      this.#tell('account', 'delete', this.accountRow(x))
      this.accounts.delete(x)
    }
    stays.version = this.#next()
    this.#tell('account', 'update', this.accountRow(r))
    const [person, other] = [this.customers.get(r), this.customers.get(x)]
    this.aliases.set(x, r)
    for (const [id, root] of this.aliases) if (root === x) this.aliases.set(id, r)
    if (person && other) {
      person.sales += other.sales
      person.spend += other.spend
      person.last = Math.max(person.last ?? 0, other.last ?? 0) || null
      person.joined = Math.min(person.joined, other.joined)
      person.applied = greater(person.applied, other.applied)
      person.version = this.#next()
    }
    for (const [id, root] of this.aliases)
      if (root === r) this.#tell('customer', 'update', this.aliasRow(id, this.#next()))
    if (person) this.#tell('customer', 'update', this.customerRow(r))
  }

  /** The account leaves the till's list, or comes back. */
  hide(customer: string, hidden: boolean): void {
    const root = this.root(customer)
    if (!this.accounts.has(root) || this.hidden.has(root) === hidden) return
    if (hidden) {
      this.#tell('account', 'delete', this.accountRow(root))
      this.hidden.add(root)
    } else {
      this.hidden.delete(root)
      this.#tell('account', 'insert', this.accountRow(root))
    }
  }

  root(id: string): string {
    return this.aliases.get(id) ?? id
  }

  /** The next chunk after a cursor, as a shape would send it; at most so many changes. */
  chunk(cursor: ShapeCursor, changes: number) {
    const shape = cursor.shape
    if (shape !== 'account' && shape !== 'customer') throw new Error(`nothing is kept of ${shape}`)
    const fromStart = cursor.offset === '-1'
    const log = this.log[shape]
    const at = fromStart ? 0 : Number(cursor.offset.split('_')[0])
    const entries = fromStart ? this.#snapshot(shape) : log.slice(at, at + changes)
    const next = fromStart ? log.length : at + entries.length
    const messages: unknown[] = entries.map(({ operation, row }) => ({
      key: 'k',
      value: row,
      headers: { operation },
    }))
    if (next === log.length) messages.push({ headers: { control: 'up-to-date', global_last_seen_lsn: '1' } })
    return {
      shape: shape satisfies ShapeName,
      from: { handle: cursor.handle, offset: cursor.offset },
      handle: cursor.handle ?? `${shape}-h`,
      offset: `${next}_0`,
      messages: JSON.stringify(messages),
    }
  }

  accountRow(customer: string): SentRow {
    const { account, lines, applied, held, version, fn } = this.#account(customer)
    return {
      tenant_id: this.tenant,
      scope: '*',
      customer,
      program: PROGRAM,
      fn: String(fn),
      state: JSON.stringify(account),
      lines: JSON.stringify(lines),
      applied: JSON.stringify(applied),
      held: JSON.stringify(held),
      hq_epoch: String(this.hqEpoch),
      version: String(version),
    }
  }

  customerRow(id: string): SentRow {
    const one = this.customers.get(id) ?? NOBODY
    return {
      tenant_id: this.tenant,
      id,
      merged_into: null,
      generation: '0',
      name: one.name,
      phone: one.phone,
      phone_typed: one.phone ?? '',
      email: one.email,
      card: one.card,
      birth: '',
      note: '',
      marketing: 'not_asked',
      consent_at: null,
      consent_wording: '',
      joined: String(one.joined),
      sale_count: String(one.sales),
      spend_kobo: String(one.spend),
      last_sale: one.last === null ? null : String(one.last),
      applied: JSON.stringify(one.applied),
      hq_epoch: String(this.hqEpoch),
      version: String(one.version),
    }
  }

  aliasRow(id: string, version: number): SentRow {
    return { ...this.customerRow(id), merged_into: this.root(id), version: String(version) }
  }

  #snapshot(shape: 'account' | 'customer'): LogEntry[] {
    const rows =
      shape === 'account'
        ? [...this.accounts.keys()].filter((id) => !this.hidden.has(id)).map((id) => this.accountRow(id))
        : [
            ...[...this.customers.keys()]
              .filter((id) => !this.aliases.has(id))
              .map((id) => this.customerRow(id)),
            ...[...this.aliases.keys()].map((id) => this.aliasRow(id, this.#version)),
          ]
    return rows.map((row) => ({ operation: 'insert', row }))
  }

  #accept(e: Envelope, personal: unknown): void {
    if (e.customer === undefined) return
    const root = this.root(e.customer)
    const key = `${e.device}/${e.epoch}`
    if (this.taken.has(e.id)) {
      this.#repeat(root, e, key)
      return
    }
    this.taken.add(e.id)
    const unreadable = this.unreadable.has(e.kind)
    if (!unreadable && (!e.kind.startsWith('points.') || e.kind === 'points.reversed'))
      this.#person(root, e, personal, key)
    if (e.program !== PROGRAM) return
    const one = this.#account(root)
    one.applied = { ...one.applied, [key]: e.seq }
    one.version = this.#next()
    if (unreadable) one.held = [...one.held, heldEvent(e)]
    else {
      const holder = key
      const posting = postingOf({ id: e.id, kind: e.kind, payload: e.payload, effective: e.trusted, holder })
      if (posting) this.#post(root, posting)
    }
    this.#tell('account', 'update', this.accountRow(root))
  }

  /** Written again in a later epoch: its place is counted, and nothing else. */
  #repeat(root: string, e: Envelope, key: string): void {
    const person = this.customers.get(root)
    if (person) {
      person.applied = { ...person.applied, [key]: e.seq }
      person.version = this.#next()
      this.#tell('customer', 'update', this.customerRow(root))
    }
    if (e.program !== PROGRAM) return
    const one = this.#account(root)
    one.applied = { ...one.applied, [key]: e.seq }
    one.version = this.#next()
    this.#tell('account', 'update', this.accountRow(root))
  }

  #person(root: string, e: Envelope, personal: unknown, key: string): void {
    const one = this.customers.get(root) ?? { ...NOBODY, joined: e.trusted }
    this.customers.set(root, one)
    if (e.kind === 'customer.enrolled') {
      const v = personal as PersonalValues['customer.enrolled']
      Object.assign(one, filled({ name: v.name, email: v.email, card: v.card, phone: one.phone ?? v.phone }))
      one.joined = Math.min(one.joined, e.trusted)
    }
    if (e.kind === 'customer.updated')
      Object.assign(one, filled({ ...(personal as PersonalValues['customer.updated']) }))
    if (e.kind === 'sale.recorded') {
      const p = e.payload as Payloads['sale.recorded']
      one.sales += 1
      one.spend += p.net
      one.last = Math.max(one.last ?? p.occurred_at, p.occurred_at)
      this.#sales.set(p.sale, p.net)
    }
    if (e.kind === 'points.reversed') {
      const p = e.payload as Payloads['points.reversed']
      const net = p.sale === null ? undefined : this.#sales.get(p.sale)
      if (net !== undefined) {
        one.sales -= 1
        one.spend -= net
      }
    }
    one.applied = { ...one.applied, [key]: e.seq }
    one.version = this.#next()
    this.#tell('customer', 'update', this.customerRow(root))
  }
  readonly #sales = new Map<string, number>()

  #post(root: string, posting: Posting): void {
    const one = this.#account(root)
    const find = (event: string) => one.lines.find((line) => line.event === event)
    const context = { lines: linesFor(posting, find), settledUntil: 0, saleReversed: false }
    this.#put(one, post(one.account, posting, context))
    one.version = this.#next()
  }

  #put(one: HqAccount, posted: Pick<ReturnType<typeof post>, 'account' | 'added' | 'changed'>): void {
    one.account = posted.account
    for (const line of posted.added) {
      const at = one.lines.findIndex((standing) => standing.event === line.event)
      if (at === -1) one.lines = [...one.lines, line]
      else one.lines = one.lines.with(at, joinLine(one.lines[at], line))
    }
    for (const change of posted.changed) {
      one.lines = one.lines.map((line) => (line.event === change.event ? changeLine(line, change) : line))
    }
  }

  #account(root: string): HqAccount {
    const known = this.accounts.get(root)
    if (known) return known
    const made: HqAccount = { account: emptyAccount(), lines: [], applied: {}, held: [], version: 0, fn: 1 }
    this.accounts.set(root, made)
    return made
  }

  #tell(shape: 'account' | 'customer', operation: LogEntry['operation'], row: SentRow): void {
    const hidden = shape === 'account' && this.hidden.has(row['customer'] ?? '')
    if (!hidden) this.log[shape].push({ operation, row })
  }

  #next(): number {
    this.#version += 1
    return this.#version
  }
}

const NOBODY: HqCustomer = {
  name: '',
  phone: null,
  email: null,
  card: null,
  joined: 1,
  sales: 0,
  spend: 0,
  last: null,
  applied: {},
  version: 0,
}

const filled = (values: Record<string, string | null | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])))

const greater = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => {
  const all = { ...a }
  for (const [key, seq] of Object.entries(b)) all[key] = Math.max(seq, all[key] ?? 0)
  return all
}

const heldEvent = (e: Envelope): HeldEvent => ({
  device: e.device,
  epoch: e.epoch,
  seq: e.seq,
  event: e.id,
  kind: e.kind,
  outcome: 'quarantined',
  why: 'newer_version',
  points: (e.payload as { points?: number }).points ?? null,
})
