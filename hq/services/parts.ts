import type {
  Clock,
  Digest,
  FindForgery,
  RandomSource,
  Signer,
  VerifySignature,
} from '../../shared/base/ports.ts'
import type { Database } from '../db/database.ts'
import type { EventReader } from '../ledger/arrival.ts'
import type { Journal } from './journal.ts'

/** What every service of head office works with. All of it is passed in, so that a simulation can drive it. */
export interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly random: RandomSource
  readonly digest: Digest
  readonly verify: VerifySignature
  readonly firstForgery: FindForgery
  readonly keys: Keys
  readonly journal: Journal
  /** Names the devices under which this process writes events of its own, one a business: 32 hex, random at every start. */
  readonly ownDevice: string
  /** What this build understands of an event; another one only in tests of versions. */
  readonly reads?: EventReader
}

/** Ed25519 keys as they are kept: PKCS8 DER, base64. */
interface Keys {
  generate(): string
  signer(pkcs8: string): Signer
}

/** The time of this server, ms since 1970: head office believes its own clock. */
export const nowOf = (parts: Pick<Parts, 'clock'>): number => parts.clock.read().wallMs

/** A new id: 32 hex characters. */
export const newId = (parts: Pick<Parts, 'random' | 'digest'>): string =>
  parts.digest.hex(parts.random.bytes(16))
