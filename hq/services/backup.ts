import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { type OwnerConnection, readBackup, structureOf } from '../db/backup.ts'
import { checkBackup } from '../db/backup-file.ts'
import type { Journal, JournalEntry } from './journal.ts'

interface Restored {
  readonly rows: number
  readonly made_at: number
  readonly hq_epoch: number
}

/**
 * Takes everything from a backup instead of what is there, under a new incarnation: its epoch is above every one that
 * the journal, the file or the present database knows, and it begins a new feed, so that no till takes an old row for a
 * new one. Revocations and write-offs of the journal hold. Refuses with a sentence what is no whole backup.
 */
export async function restoreBackup(wanted: {
  readonly url: string
  readonly file: string
  readonly journal: Journal
  readonly entries: readonly JournalEntry[]
  readonly present: number
  readonly now: number
}): Promise<Result<Restored, string>> {
  const { url, file, entries, present, now } = wanted
  const checked = await checkBackup(file, await structureOf(url))
  if (!checked.ok) return refuse(checked.refusal)
  const { header, rows } = checked.value
  const known = entries.flatMap((entry) => (entry.what === 'incarnation' ? [entry.hq_epoch] : []))
  const hqEpoch = Math.max(present, header.hq_epoch, ...known) + 1
  // First where it stays: a restore that is cut off must not give its epoch away twice.
  await wanted.journal.append({ what: 'incarnation', hq_epoch: hqEpoch, at: now })
  await readBackup(url, { file, hqEpoch, afterwards: (client) => applyJournal(client, entries, now) })
  return ok({ rows, made_at: header.made_at, hq_epoch: hqEpoch })
}

async function applyJournal(
  client: OwnerConnection,
  entries: readonly JournalEntry[],
  now: number,
): Promise<void> {
  const tenants = new Set<string>()
  for (const entry of entries) {
    if (entry.what === 'incarnation') continue
    tenants.add(entry.tenant)
    await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [entry.tenant])
    if (entry.what === 'device') {
      await client.query(
        'UPDATE hq.device SET state = $3, state_reason = $4 WHERE tenant_id = $1 AND id = $2',
        [entry.tenant, entry.device, entry.state, entry.reason],
      )
    } else {
      await client.query(
        'UPDATE hq.customer SET generation = greatest(generation, $3) WHERE tenant_id = $1 AND id = $2',
        [entry.tenant, entry.customer, entry.generation],
      )
    }
  }
  await closeOwnChains(client, now)
}

/** What head office writes itself goes on in a new epoch: the old one may have gone further than the backup. */
async function closeOwnChains(client: OwnerConnection, now: number): Promise<void> {
  await client.query('SET LOCAL ROLE kasuwa_app')
  const { rows } = await client.query<{ id: string }>('SELECT id FROM hq.tenants() AS id')
  await client.query('RESET ROLE')
  for (const { id } of rows) {
    await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [id])
    await client.query(
      `UPDATE hq.device_epoch e SET closed_at = $2 FROM hq.device d
       WHERE e.tenant_id = $1 AND d.tenant_id = $1 AND d.id = e.device AND d.kind = 'hq' AND e.closed_at IS NULL`,
      [id, now],
    )
    await client.query(
      `INSERT INTO hq.audit (tenant_id, at, who, what, about) VALUES ($1, $2, 'command line', 'hq.restored', '')`,
      [id, now],
    )
  }
}
