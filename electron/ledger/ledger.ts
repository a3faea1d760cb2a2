import { HOME } from '../../shared/base/home.ts'
import type { Clock, Digest, RandomSource, Signer, VerifySignature } from '../../shared/base/ports.ts'
import { invariant } from '../../shared/base/result.ts'
import type { Role } from '../../shared/base/roles.ts'
import { plainProgram } from '../../shared/domain/program/plain.ts'
import { DEFAULT_PROGRAM, type Program } from '../../shared/domain/program/program.ts'
import { readProgram } from '../../shared/domain/program/schema.ts'
import { PAYLOAD_VERSION_MAX } from '../../shared/protocol/payload-schema.ts'
import type { TillPolicy } from '../../shared/sync/rows.ts'
import type { Database } from './database.ts'
import { createProjector, type Projector } from './projector.ts'
import { settingsSent, type UnreadableProgram } from './replica/settings-sent.ts'
import { createWriter, type Ids, type Writer } from './writer.ts'

/** What the ledger needs of the machine. */
export interface Platform {
  readonly digest: Digest
  readonly clock: Clock
  readonly random: RandomSource
  readonly signer: (pkcs8Base64: string) => Signer
  readonly newSigningKey: () => string
  readonly verify: VerifySignature
}

interface Policy {
  readonly mask_phones: boolean
  readonly consent_wording: string
  readonly adjust_daily_limit: Readonly<Record<Role, number>>
}

interface StorePlace {
  readonly store_name: string
  readonly till_name: string
}

interface Settings {
  readonly place: { readonly currency: string; readonly time_zone: string }
  readonly store: StorePlace
  readonly policy: Policy
  /** The program that points are redeemed from. */
  readonly program: Program
  /** Those in which a sale earns beside it. */
  readonly otherPrograms: readonly Program[]
  /** Those that head office sent and this app cannot follow. */
  readonly unreadable: readonly UnreadableProgram[]
  /** What head office decided for this till; null: it works alone. */
  readonly headOffice: HeadOfficeSettings | null
}

interface HeadOfficeSettings {
  /** It set the program, which nobody changes here. */
  readonly program: boolean
  /** It set the policy. */
  readonly policySet: boolean
  readonly policy: TillPolicy
}

export const DEFAULT_POLICY: Policy = {
  mask_phones: false,
  consent_wording: 'May we send you offers and news by SMS? You can stop them at any time.',
  adjust_daily_limit: { cashier: 0, supervisor: 500, manager: 5_000, admin: 50_000 },
}

/** An open ledger with everything a command or a query uses. */
export interface Ledger {
  readonly db: Database
  readonly platform: Platform
  readonly projector: Projector
  readonly writer: Writer
  readonly ids: Ids
  /** Key of the customer ids of this tenant. */
  readonly identityKey: Uint8Array
  /** Key of the hashes of requests: stays what it was at the set-up, so that a repetition is known as one. */
  readonly requestKey: Uint8Array
  /** The tenant of the time before head office: rows of a file were known by it once. */
  readonly tenantAlone: string
  readonly demo: boolean
  /** The highest version of payloads that head office reads; of a till that works alone, the one it writes. */
  payloadMax(): number
  settings(): Settings
}

/** Wires an opened database; `signingKey` may be null for reading. */
export function loadLedger(db: Database, platform: Platform, signingKey: string | null): Ledger {
  const value = db.prepare<[string], string>('SELECT value FROM till WHERE key = ?').pluck()
  const payloadMax = db.prepare<[], number>('SELECT payload_version_max FROM connection').pluck()
  const required = (key: string): string => {
    const found = value.get(key)
    invariant(found !== undefined, `the ledger has no ${key}`)
    return found
  }
  const ids = { tenant: required('tenant'), device: required('device') }
  const projector = createProjector(db)
  const signer = signingKey === null ? readOnlySigner : platform.signer(signingKey)
  const { digest, random, clock } = platform
  return {
    db,
    platform,
    projector,
    ids,
    writer: createWriter({ db, digest, random, clock, signer, ids, projector }),
    identityKey: digest.fromHex(required('identity_key')),
    requestKey: digest.fromHex(value.get('request_key') ?? required('identity_key')),
    tenantAlone: value.get('tenant_alone') ?? ids.tenant,
    demo: value.get('demo') === '1',
    payloadMax: () => payloadMax.get() ?? PAYLOAD_VERSION_MAX,
    settings: settingsReader(db, projector),
  }
}

const readOnlySigner: Signer = {
  publicKey: new Uint8Array(32),
  sign: () => {
    throw new Error('this ledger is open for reading only')
  },
}

/**
 * Settings as the events left them. The one who writes reads them again only after an event that may have changed
 * them; beside a running till somebody else writes, so they are read each time.
 */
function settingsReader(db: Database, projector: Projector): () => Settings {
  const read = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM setting')
  const sent = settingsSent(db)
  let last: Settings | null = null
  let version = -1
  return () => {
    if (last && version === projector.settingsVersion() && !db.readonly) return last
    version = projector.settingsVersion()
    const map = new Map(read.all().map((row) => [row.key, JSON.parse(row.value) as unknown]))
    const fromHq = sent(map.has('enrolled'))
    const policy = { ...DEFAULT_POLICY, ...((map.get('policy') ?? {}) as Partial<Policy>) }
    last = {
      place: (map.get('place') ?? { currency: HOME.currency, time_zone: HOME.timeZone }) as Settings['place'],
      store: (map.get('store') ?? { store_name: '', till_name: '' }) as StorePlace,
      policy: fromHq?.policySet ? { ...policy, mask_phones: fromHq.policy.mask_phones } : policy,
      program: fromHq?.programSent ?? ownProgram(map.get('program')),
      otherPrograms: fromHq?.otherPrograms ?? [],
      unreadable: fromHq?.unreadable ?? [],
      headOffice: fromHq && {
        program: fromHq.programSent !== null,
        policySet: fromHq.policySet,
        policy: fromHq.policy,
      },
    }
    return last
  }
}

/** The program that was edited here; the usual one where none was. */
function ownProgram(stored: unknown): Program {
  if (stored === undefined) return plainProgram(DEFAULT_PROGRAM)
  const read = readProgram(stored)
  invariant(read.ok, 'the program of this till is one')
  return read.value
}
