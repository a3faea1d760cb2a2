import { businessDate, dateInWords } from '../../shared/base/business-date.ts'
import { formatNaira, groupThousands, pointsInWords as points } from '../../shared/base/money.ts'
import type { Line } from '../../shared/domain/account.ts'
import { multiplierText } from '../../shared/domain/program/base-earn.ts'
import { lastDayOf } from '../../shared/domain/program/expiry.ts'
import { BASE_RULE } from '../../shared/domain/program/rate.ts'
import type { EventKind } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'

const signed = (n: number): string => (n < 0 ? `-${points(-n)}` : `+${points(n)}`)

/** A further account of the sale names no money. */
const partText = (kobo: number): string => (kobo === 0 ? 'A part' : formatNaira(kobo))

/** Why a line counts less than it might, behind its reason. */
const WHY_LESS: Readonly<Record<string, string>> = {
  once: '. Given once already, so nothing counts here',
  cap: '. Only what the limit left counts',
  sale_reversed: '. The sale was undone, so nothing counts here',
}

/** "100 base x 1.25 Silver", or what the rule is called. */
const earnedBy = ({ rule, rule_name, base, multiplier_bp, tier }: Payloads['points.earned']): string =>
  rule === BASE_RULE
    ? `${groupThousands(base)} base x ${multiplierText(multiplier_bp)} ${tier}`
    : (rule_name ?? rule)

/** The reason of a line in words, for a customer's statement. */
export function lineReason(line: Line, payload: unknown, reason: string, timeZone: string): string {
  const day = (ms: number): string => dateInWords(lastDayOf(ms, timeZone))
  switch (line.kind) {
    case 'earn': {
      const p = payload as Payloads['points.earned'] | null
      const how = p ? earnedBy(p) : line.rule
      return `${how}${p ? `, valid until ${day(p.expiry)}` : ''}${WHY_LESS[line.why] ?? ''}`
    }
    case 'redeem': {
      const p = payload as Payloads['points.redeemed'] | null
      if (p?.reward) return `Taken for points: ${p.reward.name}`
      return p ? `Paid ${formatNaira(p.pays)} with points` : 'Paid with points'
    }
    case 'adjust':
      return reason === '' ? 'Adjusted by hand' : `Adjusted: ${reason}`
    case 'reverse': {
      const what = line.refund === undefined ? 'Undone' : `${partText(line.refund)} given back`
      return reason === '' ? what : `${what}: ${reason}`
    }
    case 'expire':
      return `Lapsed after ${day(line.effective)}`
    case 'lease':
      return 'Set aside for a till'
    case 'lease_end':
      return 'Given back by a till'
  }
}

const CONFIRMED_BY: Readonly<Record<Payloads['clock.confirmed']['by'], string>> = {
  person: '',
  command_line: ' by the clock of the computer',
  head_office: ' by head office',
}

/** One event in plain words, for the manager's list. `reason` is what a person typed, kept beside the event. */
export function eventWords(kind: EventKind, payload: unknown, reason: string, timeZone: string): string {
  const because = reason === '' ? '' : `: ${reason}`
  switch (kind) {
    case 'epoch.opened': {
      const p = payload as Payloads['epoch.opened']
      const why = {
        set_up: 'set up',
        restored: 'restored from a backup',
        recovered: 'recovered',
        chain_broken: 'repaired',
        enrolled: 'joined to head office',
        rotated: 'given a new key',
      }
      return `Ledger ${why[p.because]}`
    }
    case 'clock.confirmed': {
      const p = payload as Payloads['clock.confirmed']
      return `Date confirmed${CONFIRMED_BY[p.by]}: ${dateInWords(businessDate(p.confirmed, timeZone))}`
    }
    case 'customer.enrolled':
      return (payload as Payloads['customer.enrolled']).imported ? 'New customer from a file' : 'New customer'
    case 'customer.updated': {
      const p = payload as Payloads['customer.updated']
      return `Changed ${[...p.fields, ...p.cleared.map((f) => `${f} (emptied)`)].join(', ')}`
    }
    case 'customer.consent': {
      const p = payload as Payloads['customer.consent']
      return p.marketing === 'yes'
        ? 'Agreed to messages'
        : p.marketing === 'no'
          ? 'Wants no messages'
          : 'Consent not asked'
    }
    case 'customer.merged':
      return 'Joined with another entry of the same person'
    case 'sale.recorded': {
      const p = payload as Payloads['sale.recorded']
      const receipt = p.receipt === '' ? '' : `, receipt ${p.receipt}`
      const net = p.net === p.gross ? '' : `, ${formatNaira(p.net)} after points`
      return `Sale of ${formatNaira(p.gross)}${net}${receipt}${p.imported ? ', from a file' : ''}`
    }
    case 'points.earned': {
      const p = payload as Payloads['points.earned']
      return `Earned ${points(p.points)}: ${earnedBy(p)}`
    }
    case 'points.redeemed': {
      const p = payload as Payloads['points.redeemed']
      const what = p.reward ? `, for ${p.reward.name}` : ''
      return `Redeemed ${points(p.points)}, worth ${formatNaira(p.pays)}${what}`
    }
    case 'points.adjusted':
      return `Adjusted ${signed((payload as Payloads['points.adjusted']).points)}${because}`
    case 'points.reversed': {
      const { part } = payload as Payloads['points.reversed']
      return part ? `${partText(part.kobo)} of a sale given back${because}` : `Sale undone${because}`
    }
    case 'lease.granted':
      return `Set aside ${points((payload as Payloads['lease.granted']).points)}`
    case 'lease.returned':
      return 'Gave points back'
    case 'staff.changed': {
      const p = payload as Payloads['staff.changed']
      return `Staff changed: ${p.role}${p.active ? '' : ', no longer active'}${p.pin_changed ? ', new PIN' : ''}`
    }
    case 'override':
      return (payload as Payloads['override']).what
    case 'settings.changed':
      return `Settings changed: ${Object.keys((payload as Payloads['settings.changed']).settings).join(', ')}`
  }
}

/** Who did it, where no person did. */
export const FIXED_ACTORS: Readonly<Record<string, string>> = {
  command_line: 'Command line',
  head_office: 'Head office',
  import: 'Import',
  set_up: 'Set-up',
}
