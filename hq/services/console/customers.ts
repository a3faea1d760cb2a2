import type { Account } from '../../../shared/domain/account.ts'
import { readKnown, searchDigits } from '../../../shared/domain/phone.ts'
import { leased, open, owed } from '../../../shared/domain/post.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { linesOf } from './account-lines.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { tierChanges, tiersOf } from './customer-tiers.ts'

type Row = Answered<'customers.find'>['rows'][number]
type Stored = Omit<Row, 'phone' | 'card' | 'email'> & {
  phone: string | null
  card: string | null
  email: string | null
  sort: string
}

const COLUMNS = `id, name, phone, card, email, joined, sale_count, spend_kobo, last_sale, merged_into,
  lower(name) AS sort`

const shownRow = ({ sort: _, ...row }: Stored): Row => ({
  ...row,
  phone: row.phone === null ? '' : readKnown(row.phone).display,
  card: row.card ?? '',
  email: row.email ?? '',
})

/** Behind every text that begins with the same. */
const BEHIND = '\u{10FFFF}'

/** What a key of `hq.customer_key` must be for each thing that a text may mean, as SQL. `put` answers how a value is named. */
function waysOf(typed: string, put: (value: string) => string): readonly string[] {
  const folded = `hq.fold(${put(typed)})`
  const behind = put(BEHIND)
  const begins = (key: string): string => `key >= ${key} AND key < ${key} || ${behind}`
  const digits = searchDigits(typed)
  return [
    begins(`'n' || ${folded}`),
    `key = 'c' || ${folded}`,
    `key = 'e' || ${folded}`,
    ...(digits?.prefixes ?? []).map((prefix) => begins(`${put(`p+${prefix}`)}::text`)),
    ...(digits?.suffix ? [begins(`${put(`r${[...digits.suffix].reverse().join('')}`)}::text`)] : []),
  ]
}

/**
 * Customers by a piece of the phone number, a word of the name, the card or the e-mail: in order of their names, and
 * behind them those who have none.
 */
export async function findCustomers(
  tx: Tx,
  tenant: string,
  { text, cursor, limit }: Asked<'customers.find'>,
): Promise<Answered<'customers.find'>> {
  const after = readCursor(cursor, ['text', 'text'])
  const wanted = { tenant, typed: text.trim(), after: after ?? null }
  const named = after?.[0] === '' ? [] : await inOrder(tx, { ...wanted, named: true }, limit + 1)
  const left = limit + 1 - named.length
  const behind = after?.[0] === '' ? wanted : { ...wanted, after: null }
  const rows = left === 0 ? named : [...named, ...(await inOrder(tx, { ...behind, named: false }, left))]
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { rows: shown.map(shownRow), next: last ? writeCursor([last.sort, last.id]) : null }
}

interface Wanted {
  readonly tenant: string
  /** Empty: everybody. */
  readonly typed: string
  readonly named: boolean
  /** Name and id of the last row before. */
  readonly after: readonly (string | number)[] | null
}

/** A part of the list, as the index on names has it. */
function inOrder(tx: Tx, { tenant, typed, named, after }: Wanted, most: number): Promise<Stored[]> {
  const values: unknown[] = [tenant]
  const put = (value: unknown): string => `$${values.push(value)}`
  const where = ['tenant_id = $1', 'merged_into IS NULL', named ? `lower(name) > ''` : `lower(name) = ''`]
  if (typed !== '') {
    const ways = waysOf(typed, put).map(
      (way) => `SELECT customer FROM hq.customer_key WHERE tenant_id = $1 AND ${way}`,
    )
    where.push(`id IN (${ways.join(' UNION ALL ')})`)
  }
  if (after) where.push(`(lower(name), id) > (${put(after[0])}, ${put(after[1])})`)
  return tx.query<Stored>(
    `SELECT ${COLUMNS} FROM hq.customer WHERE ${where.join(' AND ')} ORDER BY lower(name), id LIMIT ${put(most)}`,
    values,
  )
}

/** One customer with their accounts at `now`, under any of their ids; undefined when there is none. */
export async function findCustomer(
  tx: Tx,
  tenant: string,
  now: number,
  asked: string,
): Promise<Answered<'customers.one'> | undefined> {
  const [alias] = await tx.query<{ root: string }>(
    'SELECT root FROM hq.alias WHERE tenant_id = $1 AND id = $2',
    [tenant, asked],
  )
  const id = alias?.root ?? asked
  const [row] = await tx.query<Stored>(
    `SELECT ${COLUMNS} FROM hq.customer WHERE tenant_id = $1 AND id = $2`,
    [tenant, id],
  )
  if (!row) return undefined
  const aliases = await tx.query<{ id: string }>(
    'SELECT id FROM hq.alias WHERE tenant_id = $1 AND root = $2 ORDER BY id',
    [tenant, id],
  )
  const accounts = await tx.query<{ program: string; state: Account; held: readonly unknown[] }>(
    'SELECT program, state, held FROM hq.account WHERE tenant_id = $1 AND customer = $2 ORDER BY program',
    [tenant, id],
  )
  const tierOf = await tiersOf(tx, tenant, now)
  return {
    customer: shownRow(row),
    aliases: aliases.map((one) => one.id),
    accounts: accounts.map(({ program, state, held }) => ({
      program,
      ...tierOf({ program, state }),
      open: open(state, now),
      leased: leased(state),
      debt: owed(state),
      lifetime: state.lifetime,
      held: held.length,
    })),
    lines: await linesOf(tx, tenant, 'l.customer = $2', id),
    tier_changes: await tierChanges(tx, tenant, id),
  }
}
