import { invariant } from '../../../shared/base/result.ts'
import type { AnyDraft } from '../../../shared/protocol/payload.ts'
import { GrantBody } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'
import type { ConnectionStore } from '../sync/connection.ts'
import type { LeaseRows, OpenLease } from './lease-rows.ts'

/** The payload that carries head office's own word came with this version. */
const SIGNED_VERSION = 2

/** A grant as it arrived, by whatever way. */
export interface SignedBody {
  readonly body: string
  readonly signature: string
}

/** Writes grants and their ends into this till's chain, each once. */
export interface Booking {
  /**
   * Books a grant, if it is for this till in its present epoch, not booked before, and signed by this till's head
   * office. Answers whether it is booked now. Inside a transaction of its own.
   */
  book(signed: SignedBody): boolean
  /** Gives back what is left of it. */
  giveBack(lease: OpenLease): void
}

export function createBooking(ledger: Ledger, connections: ConnectionStore, rows: LeaseRows): Booking {
  const { platform, writer } = ledger
  const { digest } = platform

  const grantOf = (signed: SignedBody): GrantBody | null => {
    const connection = connections.get()
    // An older head office could not read the booking; it is updated first.
    if (!connection || connection.payload_version_max < SIGNED_VERSION) return null
    const grant = read(signed.body)
    if (grant === null || grant.tenant !== connection.tenant || grant.holder !== rows.holder()) return null
    const genuine = platform.verify(
      digest.fromHex(connection.hq_public_key),
      digest.sha256(digest.utf8(signed.body)),
      Buffer.from(signed.signature, 'base64'),
    )
    return genuine ? grant : null
  }
  /** The command follows from the grant: it is carried out once in this ledger, whoever hands the grant over again. */
  const write = (what: 'booked' | 'returned', grant: string, draft: AnyDraft): void => {
    const done = writer.runWithin({
      id: digest.hex(digest.sha256(digest.utf8(`kasuwa lease ${what} 1\n${grant}`))).slice(0, 32),
      actor: { staff: 'head_office' },
      request: '',
      decide: () => ({ ok: true, value: { drafts: [draft], answer: () => null } }),
    })
    invariant(done.ok, `the grant ${grant} is ${what} as it is`)
  }

  return {
    book: (signed) =>
      writer.transaction(() => {
        const said = grantOf(signed)
        if (said === null) return false
        const { grant, holder, points, expiry, customer, program } = said
        if (rows.isBooked(grant)) return true
        // A row says more than that; head office takes nothing it does not know.
        const { body, signature } = signed
        const payload = { grant, holder, points, expiry, signed: { body, signature } }
        write('booked', grant, { kind: 'lease.granted', n: 0, customer, program, payload })
        return true
      }),
    giveBack: ({ id, customer, program }) =>
      writer.transaction(() => {
        const payload = { grant: id, how: 'returned' } as const
        write('returned', id, { kind: 'lease.returned', n: 0, customer, program, payload })
      }),
  }
}

/** Head office signs what it says; of what is no grant nothing is booked. */
function read(body: string): GrantBody | null {
  try {
    const read = GrantBody.safeParse(JSON.parse(body))
    return read.success ? read.data : null
  } catch {
    // Not even JSON: nobody at head office signed that.
    return null
  }
}
