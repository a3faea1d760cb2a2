import type { ProblemCode } from '../../shared/sync/wire.ts'
import type { InboxEntry } from '../ledger/books.ts'
import { inboxId } from '../ledger/inbox.ts'
import { tenantOfDevice } from './devices.ts'
import { saveInbox, saveUnproven } from './inbox.ts'
import { nowOf, type Parts } from './parts.ts'

/**
 * Refusals that a till does not put right by itself, so that a person should hear of them. Not these: a token that is
 * renewed, a gap that is filled, a code that was mistyped, what has its own entry in the inbox (a fork, a broken chain,
 * what a stopped till sends), and what head office itself could not do.
 */
const FOR_A_PERSON: Readonly<Record<ProblemCode, boolean>> = {
  malformed: true,
  protocol_unknown: true,
  token_missing: false,
  token_stale: false,
  challenge_used: true,
  signature_wrong: true,
  unknown_device: true,
  code_wrong: false,
  wrong_tenant: true,
  device_revoked: false,
  epoch_unknown: true,
  epoch_closed: true,
  not_found: false,
  shape_refused: true,
  gap: false,
  fork: false,
  too_large: true,
  chain_broken: false,
  throttled: false,
  internal: false,
  unavailable: false,
}

const WRITE_MS = 3_000
/** Tills and codes that are collected between two writes; beyond, only the figures count. */
const COLLECTED_MAX = 2_000
/** Of those that anybody on the network could have named. */
const UNPROVEN_MAX = 50
/** Of those at one moment. */
const LOOKUPS_MAX = 4

/** Which refusals a person may hear of. */
export const concernsPerson = (code: ProblemCode): boolean => FOR_A_PERSON[code]

export interface TurnedAway {
  /** Counts a refusal of this process, whoever asked. */
  count(code: ProblemCode): void
  /** Puts it before a person, soon; one that concerns nobody is left out. `device` has proven who it is. */
  note(device: string, code: ProblemCode): void
  /**
   * The same of a till that somebody without a proof has named: it is looked up first, so that invented ones take no
   * place, and an entry that a person has closed stays closed.
   */
  noteUnproven(device: string, code: ProblemCode): void
  /** How often since this process started. */
  figures(): Readonly<Partial<Record<ProblemCode, number>>>
  /** Writes what is collected. */
  close(): Promise<void>
}

interface Collected {
  readonly device: string
  readonly code: ProblemCode
  readonly proven: boolean
  times: number
}

/** Calls `work`, which no request waits for, once after `ms`; the returned function forgets it. */
export type After = (ms: number, work: () => void | Promise<void>) => () => void

interface TurnedAwayParts extends Parts {
  readonly after: After
  readonly onTrouble: (error: unknown) => void
}

/**
 * Refused requests of tills: counted in memory, and written as one inbox entry for each till and code, at most every few
 * seconds. What cannot be written now is tried again with the next one.
 */
export function turnedAway(parts: TurnedAwayParts): TurnedAway {
  const { after, onTrouble } = parts
  const counts = new Map<ProblemCode, number>()
  let collected = new Map<string, Collected>()
  let forget: (() => void) | null = null
  let work = Promise.resolve()
  const lookups = new Set<() => Promise<void>>()

  const keyOf = ({ device, code, proven }: Collected): string => `${device} ${code} ${proven}`
  const hasRoom = (proven: boolean): boolean => {
    const most = proven ? COLLECTED_MAX : UNPROVEN_MAX
    return [...collected.values()].filter((one) => one.proven === proven).length < most
  }
  const collect = (one: Collected): void => {
    const there = collected.get(keyOf(one))
    if (there) there.times += one.times
    else if (hasRoom(one.proven)) collected.set(keyOf(one), one)
  }
  const write = async (): Promise<void> => {
    const some = [...collected.values()]
    collected = new Map()
    if (some.length === 0) return
    try {
      await writeEntries(parts, some)
    } catch (error) {
      for (const one of some) collect(one)
      onTrouble(error)
    }
  }
  const writeSoon = (): void => {
    forget ??= after(WRITE_MS, () => {
      forget = null
      work = work.then(write)
      return work
    })
  }
  const collectKnown = async (device: string, code: ProblemCode): Promise<void> => {
    try {
      if ((await tenantOfDevice(parts, device)) === null) return
      collect({ device, code, proven: false, times: 1 })
      writeSoon()
    } catch (error) {
      onTrouble(error)
    }
  }
  return {
    count: (code) => {
      counts.set(code, (counts.get(code) ?? 0) + 1)
    },
    note(device, code) {
      if (!concernsPerson(code)) return
      collect({ device, code, proven: true, times: 1 })
      writeSoon()
    },
    noteUnproven(device, code) {
      if (!concernsPerson(code) || !hasRoom(false) || lookups.size >= LOOKUPS_MAX) return
      let begun: Promise<void> | null = null
      const lookup = (): Promise<void> => {
        begun ??= collectKnown(device, code).finally(() => lookups.delete(lookup))
        return begun
      }
      lookups.add(lookup)
      after(0, lookup)
    },
    figures: () => Object.fromEntries(counts),
    async close() {
      await Promise.all([...lookups].map((lookup) => lookup()))
      forget?.()
      await work
      await write()
    },
  }
}

/** A till that nobody here knows has no inbox. */
async function writeEntries(parts: Parts, some: readonly Collected[]): Promise<void> {
  const devices = [...new Set(some.map(({ device }) => device))]
  const known = await parts.db.global((tx) =>
    tx.query<{ device: string; tenant: string | null }>(
      'SELECT device, hq.tenant_of_device(device) AS tenant FROM unnest($1::text[]) AS device',
      [devices],
    ),
  )
  const tenantOf = new Map(known.map(({ device, tenant }) => [device, tenant]))
  for (const tenant of new Set(tenantOf.values())) {
    if (tenant === null) continue
    const ofTenant = some.filter(({ device }) => tenantOf.get(device) === tenant)
    const entries = (proven: boolean): readonly InboxEntry[] =>
      ofTenant.filter((one) => one.proven === proven).map((one) => entryOf(parts, one))
    await parts.db.tenant(tenant, async (tx) => {
      await saveInbox(tx, tenant, entries(true), nowOf(parts))
      await saveUnproven(tx, tenant, entries(false), nowOf(parts))
    })
  }
}

const entryOf = ({ digest }: Pick<Parts, 'digest'>, { device, code, times }: Collected): InboxEntry => ({
  id: inboxId(digest, 'refused', `${device}/${code}`),
  kind: 'refused',
  device,
  customer: null,
  event: null,
  facts: { why: code },
  times,
})
