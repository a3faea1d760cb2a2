import type { Line } from '../../shared/domain/account.ts'

export interface LineRow {
  readonly customer: string
  readonly program: string
  readonly line_no: number
  readonly event: string
  readonly post_no: number
  readonly kind: Line['kind']
  readonly points: number
  readonly reversed: number
  readonly slices: Line['slices']
  readonly lot: string | null
  readonly sale: string | null
  readonly rule: string
  readonly effective: number
  readonly why: string
  readonly once_key: string | null
  readonly month: string | null
  readonly refund: number | null
}

/** A line as `post` takes it. */
export const lineOf = (row: LineRow): Line => ({
  event: row.event,
  kind: row.kind,
  points: row.points,
  reversed: row.reversed,
  slices: row.slices,
  lot: row.lot,
  sale: row.sale,
  rule: row.rule,
  effective: row.effective,
  postNo: row.post_no,
  why: row.why,
  ...(row.once_key === null ? {} : { onceKey: row.once_key }),
  ...(row.month === null ? {} : { month: row.month }),
  ...(row.refund === null ? {} : { refund: row.refund }),
})

/** A line as it is kept. */
export const lineRow = (customer: string, program: string, lineNo: number, line: Line): LineRow => ({
  customer,
  program,
  line_no: lineNo,
  event: line.event,
  post_no: line.postNo,
  kind: line.kind,
  points: line.points,
  reversed: line.reversed,
  slices: line.slices,
  lot: line.lot,
  sale: line.sale,
  rule: line.rule,
  effective: line.effective,
  why: line.why,
  once_key: line.onceKey ?? null,
  month: line.month ?? null,
  refund: line.refund ?? null,
})
