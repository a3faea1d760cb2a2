import type { z } from 'zod'
import { businessDate, dateInWords } from '../../shared/base/business-date.ts'
import type { Account, Line } from '../../shared/domain/account.ts'
import type { LedgerLine } from '../../shared/ipc/customer-values.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Ledger } from './ledger.ts'
import { FIXED_ACTORS, lineReason } from './words.ts'

type StatementLine = z.infer<typeof LedgerLine>

export interface StatementPage {
  readonly lines: StatementLine[]
  readonly next: string | null
}

/** Statement of one account, newest first; lapses not yet booked are shown as of now. */
export function statementReader(
  ledger: Ledger,
): (customer: string, cursor: string | null, limit: number) => StatementPage {
  const { db, platform, projector, writer } = ledger
  const eventOf = db.prepare<[string], { bytes: Uint8Array; staff: string }>(
    'SELECT bytes, staff FROM event WHERE id = ? ORDER BY place DESC LIMIT 1',
  )
  const personalOf = db.prepare<[string], string | null>('SELECT json FROM personal WHERE event = ?').pluck()
  const staffName = db.prepare<[string], string>('SELECT name FROM staff WHERE id = ?').pluck()

  const view = (line: Line): StatementLine => {
    const event = eventOf.get(line.event)
    const { time_zone } = ledger.settings().place
    const payload = event ? decodeEnvelope(platform.digest, event.bytes).payload : null
    const json = personalOf.get(line.event)
    const reason = json ? String((JSON.parse(json) as { reason?: unknown }).reason ?? '') : ''
    return {
      event_id: line.kind === 'expire' ? (line.lot ?? '').padEnd(32, '0').slice(0, 32) : line.event,
      at: line.effective,
      kind: line.kind,
      points: effectOf(line),
      reversed: line.reversed,
      sale_id: line.sale,
      reason: { rule: line.rule, text: lineReason(line, payload, reason, time_zone) },
      staff: event ? (staffName.get(event.staff) ?? FIXED_ACTORS[event.staff] ?? '') : '',
    }
  }

  return (id, cursor, limit) => {
    const { program } = ledger.settings()
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor)
    const found = projector.accounts.lines(id, program.id, before, limit + 1)
    const lines = found.slice(0, limit).map(({ line }) => view(line))
    if (cursor === null)
      lines.unshift(...unbooked(ledger, projector.accounts.load(id, program.id), writer.now().trusted))
    return { lines, next: found.length > limit ? String(found[limit - 1]?.no) : null }
  }
}

/** Lots that lapsed since the last posting: an expiry is derived from time and shows before anything books it. */
function unbooked(ledger: Ledger, account: Account, asOf: number): StatementLine[] {
  const { time_zone } = ledger.settings().place
  return account.lots
    .filter((lot) => lot.expiry <= asOf && lot.rest > 0)
    .map((lot) => ({
      event_id: lot.id.padEnd(32, '0').slice(0, 32),
      at: lot.expiry,
      kind: 'expire' as const,
      points: -lot.rest,
      reversed: 0,
      sale_id: null,
      reason: {
        rule: lot.rule,
        text: `Lapsed after ${dateInWords(businessDate(lot.expiry - 1, time_zone))}`,
      },
      staff: '',
    }))
}

const effectOf = (line: Line): number => {
  if (line.kind === 'earn' || line.kind === 'adjust' || line.kind === 'lease_end') return line.points
  if (line.kind === 'reverse') return line.points
  return -line.points
}
