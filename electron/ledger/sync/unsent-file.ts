import { createHash, type Hash } from 'node:crypto'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import { invariant, ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { FILE_NUMBERS, type FileEnd, type UnsentHeader } from '../../../shared/sync/files.ts'
import { SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'
import type { Connection } from './connection.ts'
import type { Outbox } from './outbox.ts'

/** How far a file was written out. */
interface Written {
  readonly place: number
  /** Events still to come: the file ends where the ledger ended when it was begun. */
  readonly events: number
  readonly lines: number
  readonly hash: Hash
}

/** The page after the one that was given last, by its cursor; the page before it too, for one who asks again. */
export type ExportMemory = Map<string, Written>
const KEPT_MAX = 2

/**
 * One page of the file of what head office does not have: the same batches as over the network, in order. Nothing is
 * acknowledged by writing it. Refuses invalid for a place in the file that this till did not give since it started.
 */
export function unsentPage(
  ledger: Ledger,
  outbox: Outbox,
  connection: Connection,
  memory: ExportMemory,
  cursor: string | null,
): Result<Output<'hq.export_unsent'>, Refusal> {
  const { digest, random } = ledger.platform
  const from = cursor === null ? begun(outbox) : memory.get(cursor)
  if (!from) {
    return refuse(
      refusal('invalid', { what: 'The place in the file', why: 'the till was started anew; write it again' }),
    )
  }
  const lines: string[] = []
  if (cursor === null) lines.push(JSON.stringify(headerOf(ledger, connection, from.events)))
  let { place, events } = from
  if (events > 0) {
    const limits = {
      events_max: Math.min(events, SYNC_LIMITS.pushEventsMax),
      bytes_max: SYNC_LIMITS.pushBytesMax,
    }
    const batch = outbox.batchAfter(place, limits, connection)
    invariant(batch.events > 0, 'what waits is in a batch')
    lines.push(JSON.stringify(batch.push))
    place = batch.last_place
    events -= batch.events
  }
  const text = lines.map((line) => `${line}\n`).join('')
  const hash = from.hash.copy().update(text)
  const next: Written = { place, events, lines: from.lines + lines.length, hash }
  const count = from.events - events
  if (events === 0) return ok({ text: text + endOf(next), next: null, events: count })
  const key = digest.hex(random.bytes(16))
  memory.set(key, next)
  for (const old of [...memory.keys()].slice(0, -KEPT_MAX)) memory.delete(old)
  return ok({ text, next: key, events: count })
}

function begun(outbox: Outbox): Written {
  const place = outbox.cursor()
  return { place, events: outbox.waitingAfter(place).events, lines: 0, hash: createHash('sha256') }
}

function headerOf(ledger: Ledger, connection: Connection, events: number): UnsentHeader {
  return {
    kasuwa: 'unsent',
    ...FILE_NUMBERS,
    tenant: connection.tenant,
    device: connection.device,
    made_at: ledger.writer.now().trusted,
    app_version: RELEASE.version,
    events,
  }
}

function endOf({ lines, hash }: Written): string {
  const end: FileEnd = { end: true, lines, sha256: hash.copy().digest('hex'), signature: null }
  return `${JSON.stringify(end)}\n`
}
