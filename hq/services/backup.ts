import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Audited } from '../../shared/hq/audit.ts'
import { type OwnerConnection, readBackup, structureOf } from '../db/backup.ts'
import { checkBackup } from '../db/backup-file.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** Before anybody may ask: the audit is written without a tenant's transaction. */
const RESTORED: Audited = 'hq.restored'

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
  /** That seals the backups of this head office; null: whoever asks answers for the file. */
  readonly key: Uint8Array | null
  readonly journal: Journal
  readonly entries: readonly JournalEntry[]
  readonly present: number
  readonly now: number
}): Promise<Result<Restored, string>> {
  const { url, file, entries, present, now } = wanted
  const checked = await checkBackup(file, await structureOf(url), wanted.key)
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
  for (const entry of entries) {
    if (entry.what === 'incarnation') continue
    await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [entry.tenant])
    await (entry.what === 'device' ? applyDevice(client, entry) : applyPerson(client, entry))
  }
  await closeOwnChains(client, now)
}

type Entry<W extends JournalEntry['what']> = Extract<JournalEntry, { what: W }>

async function applyDevice(client: OwnerConnection, entry: Entry<'device'>): Promise<void> {
  const { tenant, device, state, reason, keys_from: keysFrom } = entry
  await client.query(
    `UPDATE hq.device SET state = $3, state_reason = $4, keys_from = greatest(keys_from, $5)
     WHERE tenant_id = $1 AND id = $2`,
    [tenant, device, state, reason, keysFrom],
  )
}

async function applyPerson(client: OwnerConnection, entry: Entry<'person'>): Promise<void> {
  const { tenant, person, role, active, password_hash } = entry
  await client.query(
    'UPDATE hq.person SET role = $3, active = $4, password_hash = $5 WHERE tenant_id = $1 AND id = $2',
    [tenant, person, role, active, password_hash],
  )
}

/** What head office wrote itself ends there, for it may have gone further than the backup: each start has a new chain. */
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
    // What they hold may have been set aside for them since the backup.
    await client.query(
      `UPDATE hq.device SET awaited = true WHERE tenant_id = $1 AND kind = 'till' AND state <> 'written_off'`,
      [id],
    )
    await client.query(
      `INSERT INTO hq.audit (tenant_id, at, who, what, about) VALUES ($1, $2, 'command line', $3, '')`,
      [id, now, RESTORED],
    )
  }
}
