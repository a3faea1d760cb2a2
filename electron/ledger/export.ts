import { businessDate } from '../../shared/base/business-date.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { open } from '../../shared/domain/post.ts'
import type { Output, Parsed } from '../../shared/ipc/contract.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import { accountViews } from './account-view.ts'
import { EVENT_COUNTS } from './database.ts'
import type { Ledger } from './ledger.ts'

const PAGE_ROWS = 1_000

type Cell = string | number | null
interface Source {
  readonly columns: readonly string[]
  /** Rows after the cursor, with the cursor of the last one. */
  rows(after: string | null, limit: number): { cells: Cell[]; cursor: string }[]
}

/**
 * One page of an export. CSV by RFC 4180 with a header on the first page; JSON as one object a line. Refuses invalid
 * for a cursor that is not ours.
 */
export function exportPage(
  ledger: Ledger,
  ask: Parsed<'export.page'>,
): Result<Output<'export.page'>, Refusal> {
  if (ask.cursor !== null && ask.cursor.length > LIMITS.searchTextCharsMax) {
    return refuse(refusal('invalid', { what: 'The export', why: 'start it anew' }))
  }
  const source = sourceOf(ledger, ask.what)
  const rows = source.rows(ask.cursor, PAGE_ROWS)
  const lines = rows.map(({ cells }) =>
    ask.format === 'csv' ? csvLine(cells) : jsonLine(source.columns, cells),
  )
  if (ask.format === 'csv' && ask.cursor === null) lines.unshift(csvLine(source.columns))
  const text = lines.map((line) => `${line}${ask.format === 'csv' ? '\r\n' : '\n'}`).join('')
  return ok({
    text,
    next: rows.length === PAGE_ROWS ? (rows.at(-1)?.cursor ?? null) : null,
    rows: rows.length,
  })
}

/** What makes a spreadsheet take a cell for a formula; the wide forms too, which some of them fold, and behind blanks. */
const RUNS_AS_FORMULA = /^(?:[\t\r\n]|[\p{Z}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20])/u
/** Where the computer's region parts columns by semicolons, a cell may begin in the middle of one of ours. */
const BEGINS_INSIDE = /([;\t][\p{Z}\p{Cf}"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/** A cell a spreadsheet would run gets an apostrophe; quotes are doubled. Numbers stay numbers. */
export function csvLine(cells: readonly Cell[]): string {
  return cells
    .map((cell) => {
      if (cell === null) return ''
      if (typeof cell === 'number') return String(cell)
      const inside = cell.replace(BEGINS_INSIDE, "$1'")
      const safe = RUNS_AS_FORMULA.test(cell) && !/^\+\d+$/.test(cell) ? `'${inside}` : inside
      return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
    })
    .join(',')
}

const jsonLine = (columns: readonly string[], cells: readonly Cell[]): string =>
  JSON.stringify(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? null])))

/** Amounts in major units as a decimal text with a point: exact, whatever reads it. */
const major = (kobo: number): string =>
  `${kobo < 0 ? '-' : ''}${Math.trunc(Math.abs(kobo) / 100)}.${String(Math.abs(kobo) % 100).padStart(2, '0')}`

function sourceOf(ledger: Ledger, what: Parsed<'export.page'>['what']): Source {
  const settings = ledger.settings()
  const { time_zone } = settings.place
  const iso = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString())
  const day = (ms: number | null): string => (ms === null ? '' : businessDate(ms, time_zone))
  const { db, platform, projector, writer } = ledger
  const views = accountViews(ledger)
  /** Points that can be used and those of the whole life; nothing is written of an account that is not known here. */
  const pointsOf = (r: Record<string, string & number>): Cell[] => {
    if (settings.headOffice === null) return [r['points'] ?? 0, r['lifetime'] ?? 0]
    const id = r['id'] ?? ''
    if (!views.known(id)) return [null, null]
    const account = projector.accounts.load(id, settings.program.id)
    return [open(account, writer.now().trusted), account.lifetime]
  }
  const paged = <R extends object>(
    sql: string,
    columns: string[],
    first: (string | number)[],
    cells: (row: R) => Cell[],
    cursor: (row: R) => string,
  ): Source => ({
    columns,
    rows: (after, limit) =>
      db
        .prepare<(string | number)[], R>(`${sql} LIMIT ?`)
        .all(
          ...(after === null
            ? first
            : after.split('~').map((v, i) => (typeof first[i] === 'number' ? Number(v) : v))),
          limit,
        )
        .map((row) => ({ cells: cells(row), cursor: cursor(row) })),
  })
  switch (what) {
    case 'customers':
      return paged<Record<string, string & number>>(
        'SELECT * FROM customer WHERE row > ? ORDER BY row',
        [
          'id',
          'name',
          'phone',
          'phone_as_typed',
          'email',
          'card',
          'birth',
          'marketing',
          'joined',
          'sales',
          'spend',
          'last_sale',
          'points',
          'lifetime_points',
        ],
        [0],
        (r) => [
          r['id'] ?? '',
          r['name'] ?? '',
          r['phone'] ?? '',
          r['phone_typed'] ?? '',
          r['email'] ?? '',
          r['card'] ?? '',
          r['birth'] ?? '',
          r['marketing'] ?? '',
          day(r['joined'] ?? null),
          r['sale_count'] ?? 0,
          major(r['spend_kobo'] ?? 0),
          day(r['last_sale'] ?? null),
          ...pointsOf(r),
        ],
        (r) => String(r['row']),
      )
    case 'sales':
      return paged<Record<string, string & number>>(
        'SELECT * FROM sale WHERE (business_date, receipt, id) > (?, ?, ?) ORDER BY business_date, receipt, id',
        [
          'sale',
          'customer',
          'at',
          'date',
          'gross',
          'net',
          'points_earned',
          'points_redeemed',
          'receipt',
          'channel',
          'staff',
          'imported',
          'undone',
          'given_back',
        ],
        ['', '', ''],
        (r) => [
          r['id'] ?? '',
          r['customer'] ?? '',
          iso(r['at'] ?? null),
          r['business_date'] ?? '',
          major(r['gross_kobo'] ?? 0),
          major(r['net_kobo'] ?? 0),
          r['earned'] ?? 0,
          r['redeemed'] ?? 0,
          r['receipt'] ?? '',
          r['channel'] ?? '',
          r['staff'] ?? '',
          r['imported'] ?? 0,
          r['void_event'] ? 1 : 0,
          major(r['refunded_kobo'] ?? 0),
        ],
        (r) => `${r['business_date']}~${String(r['receipt']).replaceAll('~', '')}~${r['id']}`,
      )
    case 'lines':
      return paged<Record<string, string & number>>(
        'SELECT * FROM line WHERE (customer, program, line_no) > (?, ?, ?) ORDER BY customer, program, line_no',
        ['customer', 'program', 'line', 'kind', 'points', 'reversed', 'sale', 'rule', 'at', 'event'],
        ['', '', 0],
        (r) => [
          r['customer'] ?? '',
          r['program'] ?? '',
          r['line_no'] ?? 0,
          r['kind'] ?? '',
          r['points'] ?? 0,
          r['reversed'] ?? 0,
          r['sale'] ?? '',
          r['rule'] ?? '',
          iso(r['effective'] ?? null),
          r['event'] ?? '',
        ],
        (r) => `${r['customer']}~${r['program']}~${r['line_no']}`,
      )
    case 'events':
      return paged<{ place: number; bytes: Uint8Array; hash: Uint8Array; signature: Uint8Array }>(
        `SELECT place, bytes, hash, signature FROM event e WHERE place > ? AND ${EVENT_COUNTS} ORDER BY place`,
        [
          'place',
          'id',
          'device',
          'epoch',
          'seq',
          'kind',
          'at',
          'wall',
          'staff',
          'approver',
          'customer',
          'program',
          'payload',
          'hash',
          'signature',
        ],
        [0],
        (r) => {
          const e = decodeEnvelope(platform.digest, r.bytes)
          return [
            r.place,
            e.id,
            e.device,
            e.epoch,
            e.seq,
            e.kind,
            iso(e.trusted),
            iso(e.wall),
            e.actor.staff,
            e.actor.approver ?? '',
            e.customer ?? '',
            e.program ?? '',
            JSON.stringify(e.payload),
            platform.digest.hex(r.hash),
            platform.digest.hex(r.signature),
          ]
        },
        (r) => String(r.place),
      )
  }
}
