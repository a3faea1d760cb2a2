import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import type { Ledger } from '../ledger.ts'

/**
 * True from a restore or a recovery until head office has answered: what the till redeemed since its copy was made is
 * not in its books any more, so it cannot count it. A receipt for the new epoch or an enrolment ends it.
 */
export function putBack({ db, writer, platform }: Ledger): (acknowledged: number) => boolean {
  const openings = db.prepare<[], { place: number; bytes: Uint8Array }>(
    'SELECT e.place, e.bytes FROM epoch p JOIN event e ON e.place = p.first_place ORDER BY p.epoch DESC',
  )
  const lookUp = (): number | null => {
    for (const { place, bytes } of openings.all()) {
      const { because } = decodeEnvelope(platform.digest, bytes).payload as Payloads['epoch.opened']
      if (because === 'enrolled') return null
      if (because === 'restored' || because === 'recovered') return place
    }
    return null
  }
  let known: { readonly epoch: number; readonly place: number | null } | null = null
  return (acknowledged) => {
    const { epoch } = writer.head()
    if (known?.epoch !== epoch) known = { epoch, place: lookUp() }
    return known.place !== null && acknowledged < known.place
  }
}
