import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { writeAudit } from '../audit.ts'
import { newId, nowOf, type Parts } from '../parts.ts'
import type { Person } from './person.ts'

/** Asks a till for what it holds; it hears of it at its next contact. One report at a time. Refuses not_found, refused. */
export function askForReport(
  parts: Parts,
  who: Person,
  till: string,
): Promise<Result<{ report: string }, ConsoleRefusal>> {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    const [device] = await tx.query<{ state: string }>(
      `SELECT state FROM hq.device WHERE tenant_id = $1 AND id = $2 AND kind = 'till' FOR UPDATE`,
      [tenant, till],
    )
    if (!device)
      return refuse(
        consoleRefusal(
          'not_found',
          'This till is not here. Nothing was asked. Go back to the list and choose again.',
        ),
      )
    if (device.state !== 'active') {
      const why =
        'This till no longer takes part, so it cannot be asked. What it sent stays here. Go back to the list and choose again.'
      return refuse(consoleRefusal('refused', why))
    }
    const [standing] = await tx.query<{ id: string }>(
      `SELECT id FROM hq.reconciliation WHERE tenant_id = $1 AND device = $2 AND state IN ('asked', 'running')`,
      [tenant, till],
    )
    if (standing) return ok({ report: standing.id })
    const report = newId(parts)
    const at = nowOf(parts)
    await tx.query(
      'INSERT INTO hq.reconciliation (tenant_id, id, device, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5)',
      [tenant, report, till, at, who.name],
    )
    await writeAudit(tx, {
      tenant,
      at,
      who: who.name,
      what: 'reconciliation.asked',
      about: till,
      detail: { report },
    })
    return ok({ report })
  })
}

/** Signs a report without a difference off, once. Refuses not_found, refused. */
export function signOffReport(
  parts: Parts,
  who: Person,
  id: string,
): Promise<Result<{ done: true }, ConsoleRefusal>> {
  const { tenant } = who
  return parts.db.tenant(tenant, async (tx) => {
    const [report] = await tx.query<{
      device: string
      state: string
      differences: number
      compared: number
      signed_off_by: string | null
    }>(
      `SELECT device, state, differences, compared, signed_off_by FROM hq.reconciliation
       WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tenant, id],
    )
    if (!report)
      return refuse(
        consoleRefusal(
          'not_found',
          'This report is not here. Nothing was signed off. Go back to the list and choose again.',
        ),
      )
    if (report.state === 'asked' || report.state === 'running') {
      const why =
        'The till has not sent all of it yet. Nothing was signed off. Wait until the report is complete.'
      return refuse(consoleRefusal('refused', why))
    }
    if (report.state !== 'equal' || report.differences !== 0) {
      const why =
        'Till and head office differ, so this report cannot be signed off. Look at the differences, then ask for a new report.'
      return refuse(consoleRefusal('refused', why))
    }
    if (report.signed_off_by !== null) {
      const why = `${report.signed_off_by} has signed this report off already. Nothing more to do.`
      return refuse(consoleRefusal('refused', why))
    }
    const at = nowOf(parts)
    await tx.query(
      'UPDATE hq.reconciliation SET signed_off_by = $3, signed_off_at = $4 WHERE tenant_id = $1 AND id = $2',
      [tenant, id, who.name, at],
    )
    await writeAudit(tx, {
      tenant,
      at,
      who: who.name,
      what: 'reconciliation.signed_off',
      about: report.device,
      detail: { report: id, compared: report.compared },
    })
    return ok({ done: true as const })
  })
}
