import { customerId, type Identity } from '../../../shared/domain/identity.ts'
import { decodeEnvelope } from '../../../shared/protocol/event.ts'
import type { Payloads, PersonalValues } from '../../../shared/protocol/payload.ts'
import { EVENT_COUNTS } from '../database.ts'
import type { Ledger } from '../ledger.ts'

/** Rows read at a time: a ledger of a million customers must not stand in memory. */
const PAGE_ROWS = 1_000

interface EnrolledRow {
  readonly place: number
  readonly customer: string
  readonly bytes: Uint8Array
  readonly json: string | null
}

/**
 * What head office will call the customers whom this till enrolled under another key: computed from the same values,
 * so that nobody has to ask. `ledger` is the one that has head office's key already.
 */
export function* ownAliases(ledger: Ledger): Generator<{ readonly id: string; readonly root: string }> {
  const { db, platform, identityKey, ids } = ledger
  const { digest } = platform
  const page = db.prepare<[number, number], EnrolledRow>(
    `SELECT e.place, e.customer, e.bytes, p.json FROM event e JOIN personal p ON p.event = e.id
     WHERE e.place > ? AND e.kind = 'customer.enrolled' AND ${EVENT_COUNTS} ORDER BY e.place LIMIT ?`,
  )
  for (let after = 0; ; ) {
    const rows = page.all(after, PAGE_ROWS)
    for (const { customer, bytes, json } of rows) {
      // Blanked: nobody can tell any more who it was, head office neither.
      if (json === null) continue
      const payload = decodeEnvelope(digest, bytes).payload as Payloads['customer.enrolled']
      const values = JSON.parse(json) as PersonalValues['customer.enrolled']
      const identity: Identity = { kind: payload.identity, value: values[payload.identity] }
      const root = customerId(digest, identityKey, ids.tenant, identity, payload.generation)
      if (root !== customer) yield { id: customer, root }
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.place
  }
}
