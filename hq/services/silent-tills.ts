import { SYNC_LIMITS } from '../../shared/sync/wire.ts'
import { inboxId } from '../ledger/inbox.ts'
import { saveInbox, settleInbox } from './inbox.ts'
import { nowOf, type Parts } from './parts.ts'

/**
 * Puts each till that was not heard of for 30 days before a person, and takes those away that were. Answers how many
 * are silent now.
 */
export function noteSilentTills(parts: Parts, tenant: string): Promise<number> {
  const now = nowOf(parts)
  return parts.db.tenant(tenant, async (tx) => {
    const tills = await tx.query<{ id: string; heard: number }>(
      `SELECT id, coalesce(last_contact, enrolled_at) AS heard FROM hq.device WHERE kind = 'till' AND state = 'active'`,
    )
    const open = await tx.query<{ id: string }>(
      `SELECT id FROM hq.inbox WHERE kind = 'silent_till' AND state = 'open'`,
    )
    const known = new Set(open.map(({ id }) => id))
    let silent = 0
    for (const { id: device, heard } of tills) {
      const id = inboxId(parts.digest, 'silent_till', device)
      const days = Math.floor((now - heard) / 86_400_000)
      if (now - heard >= SYNC_LIMITS.silentTillMs) {
        silent += 1
        const entry = {
          id,
          kind: 'silent_till' as const,
          device,
          customer: null,
          event: null,
          facts: { days },
        }
        if (!known.has(id)) await saveInbox(tx, tenant, [entry], now)
      } else if (known.has(id)) await settleInbox(tx, id, now, 'it was heard of again')
    }
    return silent
  })
}
