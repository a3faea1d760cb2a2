import { invariant } from '../../shared/base/result.ts'
import type { Account, Line, LineChange, Slice } from '../../shared/domain/account.ts'
import { changeLine, joinLine } from '../../shared/domain/line.ts'
import { emptyAccount } from '../../shared/domain/post.ts'
import type { Database } from './database.ts'
import { type AppliedCheck, appliedCheck } from './replica/applied.ts'
import { type ReplicaRows, replicaRows } from './replica/replica-rows.ts'

interface LineRow {
  readonly event: string
  readonly post_no: number
  readonly kind: Line['kind']
  readonly points: number
  readonly reversed: number
  readonly slices: string
  readonly lot: string | null
  readonly sale: string | null
  readonly rule: string
  readonly effective: number
  readonly why: string
  readonly once_key: string | null
  readonly month: string | null
  readonly refund: number | null
}

/** A line with its number on the account. */
interface NumberedLine {
  readonly no: number
  readonly line: Line
}

/**
 * Accounts as this till shows them: head office's row with the own events that are not in it, or the row alone, or
 * the own events alone. Every id of a customer leads to the same account.
 */
export interface AccountStore {
  readonly replica: ReplicaRows
  readonly applied: AppliedCheck
  /** The account as the last posting left it; empty when there was none. */
  load(customer: string, program: string): Account
  save(customer: string, program: string, account: Account): void
  line(customer: string, event: string): Line | null
  /** Newest first, those before number `before`. */
  lines(customer: string, program: string, before: number, limit: number): readonly NumberedLine[]
  /** Every line of this customer that names this sale. Looks at all of their lines: an undo is rare, a sale is not. */
  linesOfSale(customer: string, sale: string): readonly { program: string; line: Line }[]
  add(customer: string, program: string, lines: readonly Line[]): void
  change(customer: string, changes: readonly LineChange[]): void
  /** Forgets what own events made of an account. */
  drop(customer: string, program: string): void
  /** After a rolled back transaction, or when rows came: what was remembered may not be so. */
  forget(): void
  /** Tells of every account that changes: by the id of its customer, null for any of them. */
  watch(told: Watcher): void
  /** Ids became one customer or came apart, or a transaction was rolled back: any account may be another. */
  anyChanged(): void
}

type Watcher = (customer: string | null) => void

/** Accounts and their lines in SQLite. The last account used is remembered: a sale posts to it twice. */
export function accountStore(db: Database): AccountStore {
  const replica = replicaRows(db)
  const applied = appliedCheck(db)
  const loadState = db
    .prepare<[string, string], string>('SELECT state FROM account WHERE customer = ? AND program = ?')
    .pluck()
  const saveState = db.prepare(
    'INSERT INTO account (customer, program, state) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
  )
  const dropState = db.prepare('DELETE FROM account WHERE customer = ? AND program = ?')
  const table = lineTable(db)
  const watchers: Watcher[] = []
  const tell: Watcher = (customer) => {
    for (const told of watchers) told(customer)
  }
  let last: { customer: string; program: string; account: Account } | null = null

  /** A line of head office's row, with its place there. */
  const sent = (root: string, event: string): { program: string; no: number; line: Line } | null => {
    for (const program of replica.programsOf(root)) {
      const lines = replica.account(root, program)?.lines ?? []
      const at = lines.findIndex((line) => line.event === event)
      const line = lines[at]
      if (line) return { program, no: at + 1, line }
    }
    return null
  }
  const find = (root: string, event: string): Line | null =>
    table.find(root, event) ?? sent(root, event)?.line ?? null
  const put = (root: string, line: Line): void => {
    if (table.update(root, line)) return
    const from = sent(root, line.event)
    invariant(from, `line ${line.event} of ${root} is missing`)
    table.insert(root, from.program, from.no, line)
  }
  const sentLines = (root: string, program: string): readonly Line[] =>
    replica.account(root, program)?.lines ?? []

  return {
    replica,
    applied,
    load(customer, program) {
      if (last?.customer === customer && last.program === program) return last.account
      const root = replica.rootOf(customer)
      const state = loadState.get(root, program) ?? replica.account(root, program)?.state
      const account = state === undefined ? EMPTY : accountOf(state)
      last = { customer, program, account }
      return account
    },
    save(customer, program, account) {
      const root = replica.rootOf(customer)
      saveState.run(root, program, stateText(account))
      last = { customer, program, account }
      tell(root)
    },
    line: (customer, event) => find(replica.rootOf(customer), event),
    lines(customer, program, before, limit) {
      const root = replica.rootOf(customer)
      const fromHq = sentLines(root, program)
      if (fromHq.length === 0) return table.page(root, program, before, limit)
      const own = table.page(root, program, before, Number.MAX_SAFE_INTEGER)
      const changed = new Set(own.map(({ no }) => no))
      return fromHq
        .map((line, i) => ({ no: i + 1, line }))
        .filter(({ no }) => no < before && !changed.has(no))
        .concat(own)
        .sort((a, b) => b.no - a.no)
        .slice(0, limit)
    },
    linesOfSale(customer, sale) {
      const root = replica.rootOf(customer)
      const own = table.ofSale(root, sale)
      const known = new Set(own.map(({ line }) => line.event))
      const fromHq = replica.programsOf(root).flatMap((program) =>
        sentLines(root, program)
          .filter((line) => line.sale === sale && !known.has(line.event))
          .map((line) => ({ program, line })),
      )
      return [...fromHq, ...own]
    },
    add(customer, program, lines) {
      const root = replica.rootOf(customer)
      let no = Math.max(table.lastNo(root, program), sentLines(root, program).length)
      for (const added of lines) {
        const standing = added.kind === 'expire' ? find(root, added.event) : null
        if (standing) {
          put(root, joinLine(standing, added))
          continue
        }
        no += 1
        table.insert(root, program, no, added)
      }
    },
    change(customer, changes) {
      const root = replica.rootOf(customer)
      for (const change of changes) {
        const line = find(root, change.event)
        invariant(line, `line ${change.event} of ${root} is missing`)
        put(root, changeLine(line, change))
      }
    },
    drop(customer, program) {
      dropState.run(customer, program)
      table.drop(customer, program)
      last = null
      tell(customer)
    },
    forget() {
      last = null
      replica.forget()
      applied.forget()
    },
    watch: (told) => watchers.push(told),
    anyChanged: () => tell(null),
  }
}

/** The lines that own events added or changed. */
function lineTable(db: Database) {
  const byEvent = db.prepare<[string, string], LineRow>('SELECT * FROM line WHERE event = ? AND customer = ?')
  const bySale = db.prepare<[string, string], LineRow & { program: string }>(
    'SELECT * FROM line WHERE customer = ? AND sale = ? ORDER BY program, line_no',
  )
  const highest = db
    .prepare<[string, string], number>('SELECT max(line_no) FROM line WHERE customer = ? AND program = ?')
    .pluck()
  const newest = db.prepare<[string, string, number, number], LineRow & { line_no: number }>(
    'SELECT * FROM line WHERE customer = ? AND program = ? AND line_no < ? ORDER BY line_no DESC LIMIT ?',
  )
  const insert = db.prepare(
    `INSERT INTO line (customer, program, line_no, event, post_no, kind, points, reversed, slices, lot, sale, rule, effective, why, once_key, month, refund)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare(
    'UPDATE line SET points = ?, reversed = ?, slices = ? WHERE event = ? AND customer = ?',
  )
  const remove = db.prepare('DELETE FROM line WHERE customer = ? AND program = ?')
  return {
    find(customer: string, event: string): Line | null {
      const row = byEvent.get(event, customer)
      return row ? lineOf(row) : null
    },
    ofSale: (customer: string, sale: string) =>
      bySale.all(customer, sale).map((row) => ({ program: row.program, line: lineOf(row) })),
    lastNo: (customer: string, program: string): number => highest.get(customer, program) ?? 0,
    page: (customer: string, program: string, before: number, limit: number): NumberedLine[] =>
      newest.all(customer, program, before, limit).map((row) => ({ no: row.line_no, line: lineOf(row) })),
    insert(customer: string, program: string, no: number, line: Line): void {
      const { event, postNo, kind, points, reversed, slices, lot, sale, rule, effective, why } = line
      const { onceKey = null, month = null, refund = null } = line
      const parts = [event, postNo, kind, points, reversed, slicesText(slices), lot, sale, rule]
      insert.run(customer, program, no, ...parts, effective, why, onceKey, month, refund)
    },
    /** False: that line is not here. */
    update: (customer: string, line: Line): boolean =>
      update.run(line.points, line.reversed, slicesText(line.slices), line.event, customer).changes > 0,
    drop: (customer: string, program: string) => remove.run(customer, program),
  }
}

const EMPTY = emptyAccount()

/** An account as JSON without what is as in an empty one: half the bytes of the usual account. */
function stateText(account: Account): string {
  const { totals, ...rest } = account
  return JSON.stringify({ ...differing(rest, EMPTY), totals: differing(totals, EMPTY.totals) })
}

function accountOf(state: string): Account {
  const { totals, ...rest } = JSON.parse(state) as Partial<Account>
  return { ...EMPTY, ...rest, totals: { ...EMPTY.totals, ...totals } }
}

/** The fields that are neither 0 nor an empty list or record where the other has just that. */
function differing<T extends object>(value: T, empty: Partial<Record<keyof T, unknown>>): Partial<T> {
  const kept: Partial<T> = {}
  for (const key of Object.keys(value) as (keyof T)[]) {
    const one = value[key]
    const isEmpty =
      typeof one === 'object' && one !== null ? Object.keys(one).length === 0 : one === empty[key]
    if (!isEmpty) kept[key] = one
  }
  return kept
}

const slicesText = (slices: readonly Slice[]): string => (slices.length === 0 ? '[]' : JSON.stringify(slices))

/** A row of the table as `post` knows it. */
function lineOf(row: LineRow): Line {
  return {
    event: row.event,
    kind: row.kind,
    points: row.points,
    reversed: row.reversed,
    slices: row.slices === '[]' ? [] : (JSON.parse(row.slices) as Slice[]),
    lot: row.lot,
    sale: row.sale,
    rule: row.rule,
    effective: row.effective,
    postNo: row.post_no,
    why: row.why,
    ...(row.once_key === null ? {} : { onceKey: row.once_key }),
    ...(row.month === null ? {} : { month: row.month }),
    ...(row.refund === null ? {} : { refund: row.refund }),
  }
}
