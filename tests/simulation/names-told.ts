import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { customerId } from '../../shared/domain/identity.ts'
import type { HeadOffice } from './head-office.ts'

interface Told {
  readonly id: string
  readonly kind: string
  readonly customer: string
  readonly values: { readonly name?: string; readonly phone?: string } | null
  /** Of a merge: the id that becomes another one of this customer. */
  readonly from: string | null
}

/**
 * Enrolments that gave somebody another name than the one that stood, with both: read off the events in the order in
 * which they counted, and of nothing that head office made of them. Everybody here is known by a phone number.
 */
export async function twoNamesTold(hq: HeadOffice): Promise<readonly string[]> {
  const [tenant] = await hq.query<{ identity_key: string }>('SELECT identity_key FROM hq.tenant')
  const key = nodeDigest.fromHex(tenant?.identity_key ?? '')
  const events = await hq.query<Told>(
    `SELECT e.id, e.kind, e.customer, p.json::jsonb AS values,
       CASE WHEN e.kind = 'customer.merged' THEN convert_from(e.bytes, 'UTF8')::jsonb #>> '{payload,from}' END AS from
     FROM hq.event e LEFT JOIN hq.event_personal p ON p.event = e.id
     WHERE e.outcome = 'posted' AND e.kind IN ('customer.enrolled', 'customer.updated', 'customer.merged')
     ORDER BY coalesce(e.released_at, e.received_at), e.xmin::text::bigint, e.device, e.epoch, e.seq`,
  )
  const found: string[] = []
  const above = new Map<string, string>()
  const names = new Map<string, string>()
  const rootOf = (id: string): string => {
    const next = above.get(id)
    return next === undefined ? id : rootOf(next)
  }
  for (const { id, kind, customer, values, from } of events) {
    if (kind === 'customer.merged') {
      const [into, other] = [rootOf(customer), rootOf(from ?? '')]
      names.set(into, names.get(into) || (names.get(other) ?? ''))
      above.set(other, into)
      continue
    }
    if (kind === 'customer.enrolled') {
      // A till that worked alone has an id of its own for everybody.
      const phone = { kind: 'phone', value: values?.phone ?? '' } as const
      const canonical = customerId(nodeDigest, key, hq.tenant, phone, 0)
      if (canonical !== customer && !above.has(customer)) above.set(customer, canonical)
    }
    const root = rootOf(customer)
    const [before, after] = [names.get(root) ?? '', values?.name ?? '']
    if (kind === 'customer.enrolled' && before !== '' && after !== '' && before !== after)
      found.push(`${id} ${before}/${after}`)
    if (kind === 'customer.updated') names.set(root, values?.name ?? before)
    else names.set(root, after || before)
  }
  return found
}
