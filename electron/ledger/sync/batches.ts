import type { Ledger } from '../ledger.ts'
import type { SyncOps } from '../sync-port.ts'
import type { Acknowledge } from './acknowledge.ts'
import type { Connection, ConnectionStore } from './connection.ts'
import type { Outbox } from './outbox.ts'

type Limits = Pick<SyncOps['next_batch']['input'], 'events_max' | 'bytes_max'>
type Given = SyncOps['next_batch']['output']

/** A batch older than this says the wrong time to head office. Ms. */
const AHEAD_MS_MAX = 2_000

/** What a batch was made of besides the events: another one, and it is not to be sent any more. */
interface MadeOf {
  readonly connection: Connection
  readonly headEpoch: number
  /** Behind a clock that was set anew, events may be older than the batch promises. */
  readonly confirmedMs: number | null
  readonly wallMs: number
  readonly monotonicMs: number
}

interface Ahead extends MadeOf {
  /** The place it begins behind, and its last one. */
  readonly after: number
  readonly last: number
}

/** Which batches the sync process was given. In memory alone: whoever starts anew asks for the next one again. */
export interface Batches {
  /** Behind what head office has acknowledged. */
  next(limits: Limits): Given
  /** Behind the one that was given last, which is on its way; null where nothing waits behind it. */
  ahead(limits: Limits): Given
  /** Head office has answered well: true when the batch ahead is the next one, and may be sent as it was made. */
  aheadHolds(): boolean
}

/** Hands out what waits: the next batch, and while that is on its way the one behind it. */
export function createBatches(
  { writer, platform }: Ledger,
  connections: ConnectionStore,
  outbox: Outbox,
  acknowledge: Acknowledge,
): Batches {
  let lastGiven: number | null = null
  let ahead: Ahead | null = null

  const open = (): Connection | null => {
    const connection = connections.get()
    return connection?.stopped_code === null ? connection : null
  }
  const madeOf = (connection: Connection): MadeOf => ({
    connection,
    headEpoch: writer.head().epoch,
    confirmedMs: writer.now().state.confirmedMs,
    ...platform.clock.read(),
  })

  return {
    next(limits) {
      ahead = null
      const connection = open()
      if (!connection) return null
      acknowledge.batchTaken()
      const { push, events, waiting, last_place } = outbox.batchAfter(outbox.cursor(), limits, connection)
      lastGiven = last_place
      return { push, events, waiting }
    },
    ahead(limits) {
      ahead = null
      const connection = open()
      if (!connection || lastGiven === null) return null
      const made = madeOf(connection)
      const { push, events, waiting, last_place } = outbox.batchAfter(lastGiven, limits, connection)
      // A heartbeat says what is true when it leaves.
      if (events === 0) return null
      ahead = { ...made, after: lastGiven, last: last_place }
      return { push, events, waiting }
    },
    aheadHolds() {
      const given = ahead
      ahead = null
      const connection = open()
      if (!given || !connection || outbox.cursor() !== given.after) return false
      if (!isSame(given, madeOf(connection))) return false
      lastGiven = given.last
      acknowledge.batchTaken()
      return true
    },
  }
}

const isSame = (given: MadeOf, now: MadeOf): boolean =>
  given.headEpoch === now.headEpoch &&
  given.confirmedMs === now.confirmedMs &&
  // What a batch says of the till and of head office's incarnation, and where it goes.
  (['url', 'tenant', 'device', 'epoch', 'hq_epoch'] as const).every(
    (name) => given.connection[name] === now.connection[name],
  ) &&
  now.monotonicMs - given.monotonicMs <= AHEAD_MS_MAX &&
  Math.abs(now.wallMs - given.wallMs) <= AHEAD_MS_MAX
