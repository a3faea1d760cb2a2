import type { Answered } from '../../../shared/hq/contract.ts'
import type { Tx } from '../../db/database.ts'
import { publishedPrograms, versionsOf } from '../programs.ts'
import { explain } from './explain.ts'

type LineRow = Answered<'customers.one'>['lines'][number]

interface StoredLine {
  readonly line_no: number
  readonly program: string
  readonly post_no: number
  readonly kind: LineRow['kind']
  readonly points: number
  readonly reversed: number
  readonly effective: number
  readonly why: string
  readonly device: string | null
  readonly epoch: number | null
  readonly seq: number | null
  readonly till: string
  readonly bytes: Buffer | null
  /** Its till worked alone then, by a program of its own. */
  readonly alone: boolean | null
  readonly personal: string | null
}

/** A line, and where it stands among those of its account. */
interface ShownLine {
  readonly lineNo: number
  readonly line: LineRow
}

export const LINES_MAX = 200

/**
 * Lines of the accounts with the entry that made each and why it is what it is, at most `LINES_MAX`, newest posting first
 * in each account. `where` speaks of `$2`; `before`: only those of a program before a line.
 */
export async function accountLines(
  tx: Tx,
  tenant: string,
  where: 'l.event = $2' | 'l.customer = $2',
  value: string,
  before: { readonly program: string; readonly lineNo: number } | null = null,
): Promise<readonly ShownLine[]> {
  const rows = await tx.query<StoredLine>(
    `SELECT l.line_no, l.program, l.post_no, l.kind, l.points, l.reversed, l.effective, l.why,
       e.device, e.epoch, e.seq, e.bytes, de.chain_tenant <> de.tenant_id AS alone, p.json AS personal,
       coalesce(d.name, '') AS till
     FROM hq.line l
     LEFT JOIN hq.event e ON e.tenant_id = l.tenant_id AND e.id = l.event AND e.outcome = 'posted'
     LEFT JOIN hq.device_epoch de ON de.tenant_id = e.tenant_id AND de.device = e.device AND de.epoch = e.epoch
     LEFT JOIN hq.device d ON d.tenant_id = e.tenant_id AND d.id = e.device
     LEFT JOIN hq.event_personal p ON p.tenant_id = e.tenant_id AND p.event = e.id
     WHERE l.tenant_id = $1 AND ${where} AND ($3::text IS NULL OR l.program = $3 AND l.line_no < $4)
     ORDER BY l.line_no DESC, l.program LIMIT ${LINES_MAX}`,
    [tenant, value, before?.program ?? null, before?.lineNo ?? 0],
  )
  const ids = [...new Set(rows.map(({ program }) => program))]
  const versions = await versionsOf(tx, tenant, ids)
  const now = await publishedPrograms(tx, tenant, ids)
  return rows.map((row) => {
    const { line_no, device, epoch, seq, bytes, alone, personal, ...line } = row
    const explained = explain(
      { kind: line.kind, points: line.points, why: line.why, bytes, personal },
      alone === true ? [] : versions.filter(({ program }) => program === line.program),
      now.get(line.program)?.name ?? line.program,
    )
    const place = device === null || epoch === null || seq === null ? null : { device, epoch, seq }
    return { lineNo: line_no, line: { ...line, explained, place } }
  })
}

/** The same without their places. */
export const linesOf = async (
  tx: Tx,
  tenant: string,
  where: 'l.event = $2' | 'l.customer = $2',
  value: string,
): Promise<LineRow[]> => (await accountLines(tx, tenant, where, value)).map(({ line }) => line)
