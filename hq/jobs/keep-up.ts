import { trimLog } from '../db/feed-retention.ts'
import { removeUnseen } from '../services/account-scope.ts'
import { rerunQuarantine } from '../services/holding.ts'
import type { Parts } from '../services/parts.ts'
import { noteSilentTills } from '../services/silent-tills.ts'
import { listTenants } from '../services/tenants.ts'

const EVERY_MS = 60 * 60_000

/**
 * What head office does without being asked, at its start and once an hour: shortens the change log, reads again what an
 * older program could not read, puts silent tills before a person, and takes accounts from stores that have not seen
 * the customer for a year. Several instances may do it at once. Answers how
 * to stop; what is under way ends first.
 */
export function keepUp(parts: Parts, onTrouble: (error: unknown) => void): () => Promise<void> {
  let stopped = false
  const round = async (): Promise<void> => {
    try {
      for (const { id } of await listTenants(parts)) {
        if (stopped) return
        await rerunQuarantine(parts, id)
        await noteSilentTills(parts, id)
        await removeUnseen(parts, id)
      }
      await trimLog(parts.db)
    } catch (error) {
      // The next round tries it all again.
      onTrouble(error)
    }
  }
  let work = round()
  const timer = setInterval(() => {
    work = work.then(round)
  }, EVERY_MS)
  timer.unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await work
  }
}
