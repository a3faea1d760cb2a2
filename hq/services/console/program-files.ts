import type { Asked } from '../../../shared/hq/contract.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { csvLine } from './csv.ts'
import type { Person } from './person.ts'
import { lapsingSoon, programReport } from './program-report.ts'

const MOVED = ['earned', 'adjusted', 'redeemed', 'reversed', 'lapsed'] as const
/** All accounts of the program are looked through for each page: few large ones. */
const PAGE_ROWS = 5_000

/** What a program moved by month and store, then what it owes today; undefined when there is no such program. */
export async function reportFile(
  parts: Parts,
  who: Person,
  asked: Asked<'programs.report'>,
): Promise<string | undefined> {
  const { tenant } = who
  const report = await parts.db.tenant(tenant, (tx) => programReport(tx, tenant, nowOf(parts), asked), {
    isolation: 'snapshot',
  })
  if (!report) return undefined
  await note(parts, who, asked.id, { file: 'report', from: asked.from ?? '', to: asked.to ?? '' })
  const { liability } = report
  return [
    csvLine(['month', 'store', ...MOVED]),
    ...report.rows.map((row) =>
      csvLine([row.month, row.store_name || row.store, ...MOVED.map((what) => row[what])]),
    ),
    csvLine(['total', '', ...MOVED.map((what) => report.total[what])]),
    csvLine([]),
    csvLine(['open_points', 'set_aside_points', 'owed_points', 'liability_kobo', 'breakage_basis_points']),
    csvLine([liability.open, liability.set_aside, liability.owed, liability.kobo, report.breakage_bp]),
  ].join('')
}

/** Whose points lapse soon, those with the most first, at most `fileRowsMax` rows; undefined when there is no such program. */
export async function lapsingFile(
  parts: Parts,
  who: Person,
  asked: Pick<Asked<'programs.lapsing'>, 'id' | 'days'>,
): Promise<string | undefined> {
  const { tenant } = who
  const pages = [csvLine(['customer', 'name', 'phone', 'points', 'worth_kobo', 'last_day'])]
  let cursor: string | undefined
  for (let rows = 0; rows < CONSOLE_LIMITS.fileRowsMax; rows += PAGE_ROWS) {
    const page = await parts.db.tenant(tenant, (tx) =>
      lapsingSoon(tx, tenant, nowOf(parts), { ...asked, cursor, limit: PAGE_ROWS }),
    )
    if (!page) return undefined
    for (const { customer, name, phone, points, kobo, last_day } of page.rows)
      pages.push(csvLine([customer, name, phone, points, kobo, last_day]))
    if (page.next === null) break
    cursor = page.next
  }
  await note(parts, who, asked.id, { file: 'lapsing', days: asked.days })
  return pages.join('')
}

function note(
  parts: Parts,
  { tenant, name }: Person,
  about: string,
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  return parts.db.tenant(tenant, (tx) =>
    writeAudit(tx, { tenant, at: nowOf(parts), who: name, what: 'program.exported', about, detail }),
  )
}
