import type { EventKind } from '../protocol/event.ts'
import type { Payloads } from '../protocol/payload.ts'
import type { Posting } from './account.ts'

/** What `post` must know of an event: its id, its effective time, its kind and payload. */
interface PostableEvent {
  readonly id: string
  readonly effective: number
  readonly kind: EventKind
  readonly payload: unknown
  /** `device/epoch` of the writer: who spends a leased right. */
  readonly holder: string
}

/** The posting of an event, or null for kinds that move no points. */
export function postingOf(event: PostableEvent): Posting | null {
  const common = { event: event.id, effective: event.effective }
  switch (event.kind) {
    case 'points.earned': {
      const p = event.payload as Payloads['points.earned']
      const once = p.once ? { once: p.once } : {}
      return {
        kind: 'earn',
        ...common,
        points: p.points,
        expiry: p.expiry,
        rule: p.rule,
        sale: p.sale,
        month: p.month,
        ...once,
        ...(p.tier_counts === false ? { tier_counts: false } : {}),
        ...extension(p),
      }
    }
    case 'points.redeemed': {
      const p = event.payload as Payloads['points.redeemed']
      const lease = p.grant ? { lease: { grant: p.grant, holder: event.holder } } : {}
      return {
        kind: 'redeem',
        ...common,
        points: p.points,
        sale: p.sale,
        right: p.right,
        ...lease,
        ...extension(p),
      }
    }
    case 'points.adjusted': {
      const p = event.payload as Payloads['points.adjusted']
      return { kind: 'adjust', ...common, points: p.points, expiry: p.expiry, sale: p.sale }
    }
    case 'points.reversed': {
      const p = event.payload as Payloads['points.reversed']
      const refund = p.part === undefined ? {} : { refund: p.part.kobo }
      return { kind: 'reverse', ...common, targets: p.targets, sale: p.sale, ...refund }
    }
    case 'lease.granted': {
      const p = event.payload as Payloads['lease.granted']
      return {
        kind: 'grant',
        ...common,
        grant: p.grant,
        holder: p.holder,
        points: p.points,
        expiry: p.expiry,
      }
    }
    case 'lease.returned': {
      const p = event.payload as Payloads['lease.returned']
      return { kind: 'grant_end', ...common, grant: p.grant, how: p.how }
    }
    default:
      return null
  }
}

const extension = ({ extend_to }: { readonly extend_to?: number }): { readonly extend_to?: number } =>
  extend_to === undefined ? {} : { extend_to }
