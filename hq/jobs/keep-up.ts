import { trimLog } from '../db/feed-retention.ts'
import { removeUnseen } from '../services/account-scope.ts'
import { rerunQuarantine } from '../services/holding.ts'
import type { Parts } from '../services/parts.ts'
import { noteSilentTills } from '../services/silent-tills.ts'
import { listTenants } from '../services/tenants.ts'
import { sweepTiers } from '../services/tiers.ts'
import { writeOffStray } from '../services/write-off.ts'

const EVERY_MS = 60 * 60_000
const OF_EACH_TENANT: readonly ((parts: Parts, tenant: string) => Promise<unknown>)[] = [
  rerunQuarantine,
  noteSilentTills,
  removeUnseen,
  writeOffStray,
  sweepTiers,
]

/**
 * What head office does without being asked, at its start and once an hour: shortens the change log, reads again what an
 * older program could not read, puts silent tills before a person, takes accounts from stores that have not seen the
 * customer for a year, sends back what is set aside for tills that are written off, and notes the tiers that time or a
 * new version of a program gave or took. What fails for one business keeps nothing from the others. Several instances
 * may do it at once. Answers how to stop; what is under way ends first.
 */
export function keepUp(parts: Parts, onTrouble: (error: unknown) => void): () => Promise<void> {
  let stopped = false
  /** What fails keeps nothing else from being done; the next round tries it again. */
  const tried = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      onTrouble(error)
    }
  }
  const round = async (): Promise<void> => {
    const tenants: { readonly id: string }[] = []
    await tried(async () => void tenants.push(...(await listTenants(parts))))
    for (const { id } of tenants) {
      for (const one of OF_EACH_TENANT) {
        if (stopped) return
        await tried(() => one(parts, id))
      }
    }
    await tried(() => trimLog(parts.db))
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
