import { parseMajor } from '../../../shared/base/money.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { readDate } from './dates.ts'
import { describeMapping, type Field, type ImportKind, type Mapping } from './fields.ts'
import type { Table } from './table.ts'

interface Inferred {
  readonly mapping: Mapping
  readonly notice: string
}

type Kind = 'date' | 'decimal' | 'whole' | 'code' | 'phone' | 'email' | 'words' | 'mixed'

/** How many people two columns may name before the comparison is given up. Bounds memory. */
const PAIRS_MAX = 200_000
/** A cell in a hundred may be bad without hiding what its column is. */
const SHARE_MIN = 0.99

/**
 * Finds the columns of a file without a header by what they hold: one column of dates, one of amounts with
 * decimals, one that names the customer (a phone, an email, or a code of fixed length such as 0001). Where more
 * than one reading is possible it refuses with the option to type; a wrong guess would be booked for ever.
 */
export async function inferMapping(table: Table, kind: ImportKind): Promise<Result<Inferred, Refusal>> {
  const kinds = Array.from({ length: table.width }, (_, column) => kindOf(table, column))
  const at = (wanted: Kind): number[] => kinds.flatMap((one, column) => (one === wanted ? [column] : []))
  const mapping: Partial<Record<Field, number>> = {}
  const unclear: string[] = []
  const take = (field: Field, places: readonly number[], words: string): void => {
    const place = places[0]
    if (places.length === 1 && place !== undefined) mapping[field] = place
    else if (places.length > 1) unclear.push(`columns ${list(places)} could each be ${words}`)
  }
  let notice = ''
  if (kind === 'sales') {
    take('date', at('date'), 'the date')
    take('amount', at('decimal'), 'the amount')
    if (at('date').length === 0) unclear.push('no column holds dates')
    if (at('decimal').length === 0) unclear.push('no column is plainly the amount')
  } else {
    take('name', at('words'), 'the name')
  }
  take('phone', at('phone'), 'the phone number')
  take('email', at('email'), 'the email')
  if (unclear.length === 0 && mapping.phone === undefined && mapping.email === undefined) {
    const codes = at('code')
    const last = codes.at(-1)
    if (codes.length === 2 && codes[0] !== undefined && last !== undefined) {
      if (await sameGroups(table, codes[0], last)) {
        mapping.card = last
        notice = ` Columns ${list(codes)} always go together; ${last + 1} is taken as the card number.`
      } else unclear.push(`columns ${list(codes)} could each be the card number`)
    } else take('card', codes, 'the card number')
    if (codes.length === 0) unclear.push('no column plainly names the customer')
  }
  if (unclear.length > 0) return refuse(askForColumns(table, kind, unclear, mapping))
  return ok({ mapping, notice: `Columns read as ${describeMapping(mapping)} (by what they hold).${notice}` })
}

function askForColumns(table: Table, kind: ImportKind, unclear: readonly string[], known: Mapping): Refusal {
  const first = table.sample[0]
  const shown = (first?.cells ?? [])
    .slice(0, 12)
    .map((cell, i) => `${i + 1} "${cell.trim().slice(0, 24)}"`)
    .join(', ')
  const example: Record<string, number> = {}
  const wanted = kind === 'sales' ? (['card', 'date', 'amount'] as const) : (['phone', 'name'] as const)
  wanted.forEach((field, i) => {
    example[field] = known[field] ?? i
  })
  const option = describeMapping(example)
  return refusal('setting_invalid', {
    field: '--columns',
    why: `the file has no header line and ${unclear.join('; ')}. Its first line is ${shown}. Say which is which, like --columns ${option}`,
  })
}

function kindOf(table: Table, column: number): Kind {
  const cells = table.sample.map((row) => (row.cells[column] ?? '').trim()).filter((cell) => cell !== '')
  if (cells.length === 0) return 'mixed'
  const most = (test: (cell: string) => boolean): boolean =>
    cells.filter(test).length >= Math.max(1, Math.floor(cells.length * SHARE_MIN))
  if (most(isPlainDate)) return 'date'
  if (most((cell) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell))) return 'email'
  if (most((cell) => /^(?:\+?234|0)[\s-]?[789]\d(?:[\s-]?\d){8}$/.test(cell))) return 'phone'
  const numbers = most((cell) => parseMajor(cell) !== undefined)
  if (numbers && cells.some((cell) => /[.]\d{1,2}$/.test(cell))) return 'decimal'
  const length = cells[0]?.length ?? 0
  const fixed = length >= 3 && cells.every((cell) => cell.length === length)
  if (
    fixed &&
    most((cell) => /^[A-Z]{0,4}-?\d+$/i.test(cell)) &&
    cells.some((cell) => /^(?:0|[A-Z])/i.test(cell))
  ) {
    return 'code'
  }
  if (numbers) return 'whole'
  if (most((cell) => /\p{L}/u.test(cell) && !/\d/.test(cell))) return 'words'
  return 'mixed'
}

/** Five digits alone are a day number only in a workbook, and a card number everywhere else. */
const isPlainDate = (cell: string): boolean => !/^\d{5}(?:\.\d+)?$/.test(cell) && readDate(cell, 'auto').ok

/** True when each value of one column always stands beside one and the same value of the other, in all the file. */
async function sameGroups(table: Table, a: number, b: number): Promise<boolean> {
  const toB = new Map<string, string>()
  const toA = new Map<string, string>()
  for await (const rows of table.rows()) {
    for (const row of rows) {
      const left = (row.cells[a] ?? '').trim()
      const right = (row.cells[b] ?? '').trim()
      if (row.problem !== null || left === '' || right === '') continue
      if ((toB.get(left) ?? right) !== right || (toA.get(right) ?? left) !== left) return false
      toB.set(left, right)
      toA.set(right, left)
      if (toB.size > PAIRS_MAX) return false
    }
  }
  return true
}

const list = (places: readonly number[]): string => places.map((place) => place + 1).join(' and ')
