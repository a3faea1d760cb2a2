import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Line } from '../../shared/domain/account.ts'
import { explainLine } from '../../shared/domain/program/explain.ts'
import { BASE_RULE } from '../../shared/domain/program/rate.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import type { Ledger } from './ledger.ts'
import { lineReason } from './words.ts'

interface KeptEvent {
  readonly bytes: Uint8Array
  readonly json: string | null
}

/** Why points are what they are, for the customer who asks. */
export function explainer(
  ledger: Ledger,
): (customer: string, event: string) => Result<{ sentences: string[] }, Refusal> {
  const { db, platform, projector } = ledger
  const { accounts } = projector
  const eventOf = db.prepare<[string], KeptEvent>(
    `SELECT e.bytes, p.json FROM event e LEFT JOIN personal p ON p.event = e.id
     WHERE e.id = ? ORDER BY e.place DESC LIMIT 1`,
  )
  const netOf = db.prepare<[string], number>('SELECT net_kobo FROM sale WHERE id = ?').pluck()

  const earned = (line: Line, said: Payloads['points.earned'], program: string | undefined): string => {
    const { program: own, otherPrograms } = ledger.settings()
    const now = [own, ...otherPrograms].find(({ id }) => id === program)
    const net = said.sale === null || said.rule !== BASE_RULE ? undefined : netOf.get(said.sale)
    const facts = said.on_kobo === undefined && net !== undefined ? { ...said, on_kobo: net } : said
    // Of an earlier version only what the entry says itself is known.
    return explainLine(facts, line, now?.version === said.program_version ? now : null)
  }

  const sentence = (line: Line): string => {
    const kept = eventOf.get(line.event)
    const { time_zone } = ledger.settings().place
    if (!kept) return `${lineReason(line, null, '', time_zone)}.`
    const { payload, program } = decodeEnvelope(platform.digest, kept.bytes)
    if (line.kind === 'earn') return earned(line, payload as Payloads['points.earned'], program)
    const said = JSON.parse(kept.json ?? '{}') as Partial<PersonalValues['points.adjusted']>
    return `${lineReason(line, payload, said.reason ?? '', time_zone)}.`
  }

  return (customer, event) => {
    const root = accounts.replica.rootOf(customer)
    const one = accounts.line(root, event)
    const ofSale = one ? [] : accounts.linesOfSale(root, event).map(({ line }) => line)
    const lines = one ? [one] : ofSale.filter(({ kind }) => kind === 'earn' || kind === 'redeem')
    if (lines.length === 0) return refuse(refusal('not_found', { what: 'This entry' }))
    return ok({ sentences: lines.map(sentence) })
  }
}
