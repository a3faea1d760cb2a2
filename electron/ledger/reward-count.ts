import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { EVENT_COUNTS } from './database.ts'
import type { Ledger } from './ledger.ts'

interface Redeemed {
  readonly place: number
  readonly bytes: Uint8Array
}

/**
 * How many of a reward this till gave out that head office does not know of yet: its catalogue says what it knows. What
 * was undone meanwhile counts until head office has heard of both.
 */
export function rewardCount({ db, platform }: Ledger): (reward: string) => number {
  const acknowledged = db
    .prepare<[], number>(`SELECT CAST(value AS INTEGER) FROM till WHERE key = 'acknowledged_place'`)
    .pluck()
  const later = db.prepare<[number], Redeemed>(
    `SELECT e.place, e.bytes FROM event e WHERE e.place > ? AND e.kind = 'points.redeemed' AND ${EVENT_COUNTS}
     ORDER BY e.place`,
  )
  let from = 0
  let read = 0
  let counted = new Map<string, number>()
  return (reward) => {
    const known = acknowledged.get() ?? 0
    if (known !== from) {
      from = known
      read = known
      counted = new Map()
    }
    // Only what came since the last look is read.
    for (const { place, bytes } of later.all(read)) {
      const taken = (decodeEnvelope(platform.digest, bytes).payload as Payloads['points.redeemed']).reward
      if (taken) counted.set(taken.id, (counted.get(taken.id) ?? 0) + 1)
      read = place
    }
    return counted.get(reward) ?? 0
  }
}
