import { basename } from 'node:path'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { DecimalMark } from './amounts.ts'
import { type DateOrder, orderEvidence } from './dates.ts'
import { describeMapping, type ImportKind, type Mapping, mappingFromHeader, readMapping } from './fields.ts'
import { inferMapping } from './infer.ts'
import type { Delimiter } from './sniff.ts'
import { openTable, type Table } from './table.ts'

export interface PlanOptions {
  readonly kind: ImportKind
  readonly file: string
  readonly columns: string | null
  readonly delimiter: Delimiter | null
  readonly header: boolean | null
  readonly dates: DateOrder
  readonly decimal: DecimalMark
  readonly source: string | null
  readonly channel: string
}

/** All that must be known before the first row is booked. */
export interface Plan {
  readonly kind: ImportKind
  readonly table: Table
  readonly mapping: Mapping
  readonly dates: DateOrder
  readonly decimal: DecimalMark
  /** Under which name the rows are known, so that a second run books nothing twice. */
  readonly source: string
  readonly channel: string
  /** Rows of the file, counted. */
  readonly rows: number
  readonly notices: readonly string[]
}

/**
 * Opens the file, finds its columns, and reads it once as a whole without booking anything: counts the rows and
 * looks at every date, because one wrong order of day and month would be written for ever.
 */
export async function makePlan(options: PlanOptions): Promise<Result<Plan, Refusal>> {
  const opened = await openTable(options.file, options)
  if (!opened.ok) return opened
  const table = opened.value
  const mapped = await mappingOf(table, options)
  if (!mapped.ok) return mapped
  const { mapping } = mapped.value
  const surveyed = await survey(table, mapping.date ?? mapping.birth)
  if (!surveyed.ok) return surveyed
  const { rows, dayFirst, monthFirst } = surveyed.value
  if (rows === 0) {
    const why = 'it has a header and no rows'
    return refuse(refusal('file_unreadable', { file: basename(options.file), why }))
  }
  if (options.dates === 'auto' && monthFirst) {
    const why = dayFirst
      ? `line ${dayFirst.line} "${dayFirst.text}" can only be day first and line ${monthFirst.line} "${monthFirst.text}" only month first. Give --dates dmy or --dates mdy; the rows that do not fit are put aside`
      : `line ${monthFirst.line} "${monthFirst.text}" can only be month first. If the whole file is, add --dates mdy; if that line is a slip, add --dates dmy`
    return refuse(refusal('setting_invalid', { field: '--dates', why }))
  }
  return ok({
    kind: options.kind,
    table,
    mapping,
    dates: options.dates,
    decimal: options.decimal,
    source: options.source ?? basename(options.file),
    channel: options.channel,
    rows,
    notices: [...table.notices, ...mapped.value.notices],
  })
}

async function mappingOf(
  table: Table,
  options: PlanOptions,
): Promise<Result<{ mapping: Mapping; notices: readonly string[] }, Refusal>> {
  if (options.columns !== null) {
    const read = readMapping(options.columns, options.kind, table.header, table.width)
    return read.ok ? ok({ mapping: read.value, notices: [] }) : read
  }
  if (table.header) {
    const found = mappingFromHeader(table.header, options.kind)
    if (!found.ok) return found
    return ok({
      mapping: found.value,
      notices: [`Columns read as ${describeMapping(found.value)} (by the header).`],
    })
  }
  const inferred = await inferMapping(table, options.kind)
  return inferred.ok ? ok({ mapping: inferred.value.mapping, notices: [inferred.value.notice] }) : inferred
}

interface DateAt {
  readonly line: number
  readonly text: string
}

async function survey(
  table: Table,
  dateColumn: number | undefined,
): Promise<Result<{ rows: number; dayFirst: DateAt | null; monthFirst: DateAt | null }, Refusal>> {
  let rows = 0
  let dayFirst: DateAt | null = null
  let monthFirst: DateAt | null = null
  try {
    for await (const piece of table.rows()) {
      rows += piece.length
      if (dateColumn === undefined || (dayFirst && monthFirst)) continue
      for (const row of piece) {
        const text = row.cells[dateColumn] ?? ''
        const evidence = orderEvidence(text)
        if (evidence === 'day_first') dayFirst ??= { line: row.line, text: text.trim() }
        else if (evidence === 'month_first') monthFirst ??= { line: row.line, text: text.trim() }
      }
    }
  } catch (error) {
    const why = `it seems to be damaged (${error instanceof Error ? error.message : String(error)})`
    return refuse(refusal('file_unreadable', { file: basename(table.file), why }))
  }
  return ok({ rows, dayFirst, monthFirst })
}
