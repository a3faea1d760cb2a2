import type { Audited } from '../../shared/hq/audit.ts'
import type { Tx } from '../db/database.ts'

interface AuditLine {
  readonly tenant: string
  readonly at: number
  /** A person's name, 'command line' or 'head office'. */
  readonly who: string
  readonly what: Audited
  /** The id of what it is about. */
  readonly about: string
  /** No personal data. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Writes who did what, in the transaction that does it. */
export async function writeAudit(tx: Tx, line: AuditLine): Promise<void> {
  await tx.query(
    'INSERT INTO hq.audit (tenant_id, at, who, what, about, detail) VALUES ($1, $2, $3, $4, $5, $6)',
    [line.tenant, line.at, line.who, line.what, line.about, JSON.stringify(line.detail ?? {})],
  )
}
