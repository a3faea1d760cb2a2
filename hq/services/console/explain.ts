import { formatNaira, mulDivFloor, pointsInWords } from '../../../shared/base/money.ts'
import { explainLine } from '../../../shared/domain/program/explain.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { BASE_RULE } from '../../../shared/domain/program/rate.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import { programOf } from '../programs.ts'

/** A line of an account with the entry that made it, as far as there is one. */
interface MadeLine {
  readonly kind: string
  readonly points: number
  readonly why: string
  readonly bytes: Buffer | null
  /** What a person typed beside the entry, as JSON; null: nothing, or it was blanked. */
  readonly personal: string | null
}

interface Version {
  readonly version: number
  readonly settings: string
}

/**
 * Why a line is what it is, in one or two sentences. `versions`: those of its program by which it may have been given;
 * where the one is not among them the sentence says less, never something else. `program`: how it is called now.
 */
export function explain(line: MadeLine, versions: readonly Version[], program: string): string {
  const points = pointsInWords(Math.abs(line.points))
  if (line.kind === 'expire') return `${points} of ${program} lapsed: they were not used in time.`
  const read = line.bytes === null ? null : readEvent(line.bytes.toString('utf8'), line.bytes.length)
  if (!read?.ok) return `${points}: the entry that made this line is not here.`
  const { envelope, payload } = read.event
  switch (envelope.kind) {
    case 'points.earned':
      return earned(payload as Payloads['points.earned'], line, versions)
    case 'points.redeemed':
      return redeemed(payload as Payloads['points.redeemed'], points)
    case 'points.adjusted': {
      const { points: by } = payload as Payloads['points.adjusted']
      return `${points} ${by < 0 ? 'taken' : 'given'} by hand${reasonOf(line)}.`
    }
    case 'points.reversed': {
      const { part } = payload as Payloads['points.reversed']
      const what = part ? `A part of ${formatNaira(part.kobo)} was given back` : 'An entry was undone'
      const came = line.points < 0 ? `${points} taken back` : `${points} came back`
      return `${came}. ${what}${reasonOf(line)}.`
    }
    case 'lease.granted':
      return `${points} set aside for a till.`
    case 'lease.returned': {
      const { how } = payload as Payloads['lease.returned']
      return how === 'returned'
        ? 'What was set aside for a till came back.'
        : 'What was set aside for a till that is gone came back.'
    }
    default:
      return `${points}.`
  }
}

function earned(payload: Payloads['points.earned'], line: MadeLine, versions: readonly Version[]): string {
  const stored = versions.find(({ version }) => version === payload.program_version)
  const program = stored ? programOf(stored.settings) : null
  return explainLine(payload, line, program && isOf(payload, program) ? program : null)
}

/** Whether a line of the base can have been given by this program: a till may have rated by one of its own. */
function isOf(
  { rule, on_kobo, multiplier_bp, points }: Payloads['points.earned'],
  program: Program,
): boolean {
  if (rule !== BASE_RULE) return program.rules.some(({ id }) => id === rule)
  return (
    on_kobo === undefined || points === mulDivFloor(on_kobo, multiplier_bp, program.kobo_per_point * 10_000)
  )
}

function redeemed({ pays, reward, override }: Payloads['points.redeemed'], points: string): string {
  const what = reward ? ` for the reward ${reward.name}` : ''
  const word = override ? ' A second person agreed to more than the limits allow.' : ''
  return `${points} paid ${formatNaira(pays)}${what}.${word}`
}

/** ": the goods were broken"; nothing where no reason is kept. */
function reasonOf({ personal }: MadeLine): string {
  if (personal === null) return ''
  const kept: unknown = JSON.parse(personal)
  const reason = typeof kept === 'object' && kept !== null && 'reason' in kept ? kept.reason : ''
  return typeof reason === 'string' && reason.trim() !== '' ? `: ${reason.trim().replace(/\.$/, '')}` : ''
}
