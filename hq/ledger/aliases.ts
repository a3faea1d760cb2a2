import type { Digest } from '../../shared/base/ports.ts'
import { customerId } from '../../shared/domain/identity.ts'
import type { Payloads, PersonalValues } from '../../shared/protocol/payload.ts'
import { type Arrival, valuesOf } from './arrival.ts'

/** Under what ids of customers are made: of the tenant, or of a till that worked alone. */
export interface IdKey {
  readonly tenant: string
  readonly key: Uint8Array
}

interface Tellings {
  /** By id: the id under the tenant's key, which may itself be an alias. */
  readonly aliases: ReadonlyMap<string, string>
  /** Ids that are not made of the values beside them, neither here nor by a till alone. */
  readonly unproven: ReadonlySet<string>
}

/**
 * Ids that mean another customer: of a till that worked alone and made them with a key of its own. The personal values
 * beside an enrolment say who it is; where they were blanked, the id stays a customer of its own. Every till knows the
 * tenant's key, so an id counts as another one's only if it is what the till's own key makes of the same values:
 * otherwise a till could lay hold of the id of somebody who is not a customer yet. `alone`: of each device its own key.
 */
export function aliasesIn(
  digest: Digest,
  own: IdKey,
  alone: ReadonlyMap<string, IdKey>,
  arrivals: readonly Arrival[],
): Tellings {
  const aliases = new Map<string, string>()
  const unproven = new Set<string>()
  for (const arrival of arrivals) {
    if (arrival.event?.envelope.kind !== 'customer.enrolled' || arrival.customer === null) continue
    const payload = arrival.event.payload as Payloads['customer.enrolled']
    const value = valuesOf<PersonalValues['customer.enrolled']>(arrival)?.[payload.identity]
    if (!value) continue
    const idUnder = ({ tenant, key }: IdKey): string =>
      customerId(digest, key, tenant, { kind: payload.identity, value }, payload.generation)
    const canonical = idUnder(own)
    if (canonical === arrival.customer) continue
    const before = alone.get(arrival.device)
    if (before && idUnder(before) === arrival.customer) aliases.set(arrival.customer, canonical)
    else unproven.add(arrival.customer)
  }
  return { aliases, unproven }
}
