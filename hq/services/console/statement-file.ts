import { businessDate } from '../../../shared/base/business-date.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { accountLines, LINES_MAX } from './account-lines.ts'
import { csvLine } from './csv.ts'
import type { Person } from './person.ts'
import { tenantOf } from './tenant.ts'

/** The last place of an account that there can be. */
const BEHIND_ALL = 2_147_483_647
const COLUMNS = ['day', 'time', 'program', 'what', 'points', 'till', 'reason'] as const

/**
 * Every line of a customer with its reason, the newest first in each program, at most `fileRowsMax` rows. Points are
 * signed as the account counts them. Leaves a line in the audit. Undefined when there is no such customer.
 */
export async function statementFile(
  parts: Parts,
  who: Person,
  asked: string,
): Promise<AsyncGenerator<string> | undefined> {
  const { tenant } = who
  const found = await parts.db.tenant(tenant, async (tx) => {
    const [row] = await tx.query<{ id: string }>(
      `SELECT c.id FROM hq.customer c WHERE c.tenant_id = $1
         AND c.id = coalesce((SELECT root FROM hq.alias WHERE tenant_id = $1 AND id = $2), $2)`,
      [tenant, asked],
    )
    if (!row) return undefined
    const programs = await tx.query<{ program: string }>(
      'SELECT program FROM hq.account WHERE tenant_id = $1 AND customer = $2 ORDER BY program',
      [tenant, row.id],
    )
    const { time_zone } = await tenantOf(tx, tenant)
    await writeAudit(tx, {
      tenant,
      at: nowOf(parts),
      who: who.name,
      what: 'customer.statement',
      about: row.id,
    })
    return { id: row.id, programs: programs.map(({ program }) => program), time_zone }
  })
  return found && pages(parts, tenant, found)
}

async function* pages(
  parts: Parts,
  tenant: string,
  { id, programs, time_zone }: { id: string; programs: readonly string[]; time_zone: string },
): AsyncGenerator<string> {
  yield csvLine(COLUMNS)
  let rows = 0
  for (const program of programs) {
    let lineNo = BEHIND_ALL
    for (;;) {
      const before = { program, lineNo }
      const page = await parts.db.tenant(tenant, (tx) =>
        accountLines(tx, tenant, 'l.customer = $2', id, before),
      )
      for (const { line } of page) {
        const points = line.kind === 'redeem' || line.kind === 'expire' ? -line.points : line.points
        const time = new Date(line.effective).toISOString()
        const day = businessDate(line.effective, time_zone)
        yield csvLine([day, time, line.program, line.kind, points, line.till, line.explained])
      }
      rows += page.length
      const last = page.at(-1)
      if (rows >= CONSOLE_LIMITS.fileRowsMax) return
      if (!last || page.length < LINES_MAX) break
      lineNo = last.lineNo
    }
  }
}
