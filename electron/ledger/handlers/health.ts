import { statfsSync, statSync } from 'node:fs'
import path from 'node:path'
import { businessDate } from '../../../shared/base/business-date.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import { confirmedUntil } from '../../../shared/domain/trusted-time.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { sqliteVersion } from '../database.ts'
import type { People } from '../people.ts'
import { DATABASE_FILE } from '../set-up.ts'
import type { TillParts } from '../till.ts'

/** What every screen must know; asked without a session. */
export function statusOf(parts: TillParts, people: People): Output<'system.status'> {
  const { ledger, host } = parts
  const { store, place, policy } = ledger.settings()
  const { trusted } = ledger.writer.now()
  return {
    phase: 'ready',
    blocked: null,
    store: { ...store, ...place, mask_phones: policy.mask_phones, consent_wording: policy.consent_wording },
    staff: people.all().filter((s) => s.active),
    health: healthOf(parts),
    now: { trusted, business_date: businessDate(trusted, place.time_zone) },
    demo: ledger.demo,
    version: RELEASE.version,
    host,
  }
}

type Health = NonNullable<Output<'system.status'>['health']>

function healthOf({ ledger, dir, keyStore, headOffice }: TillParts): Health {
  const { writer, platform } = ledger
  const reading = writer.now()
  return {
    ...headOffice.health(),
    clock_skew_ms: Math.round(platform.clock.read().wallMs - reading.trusted),
    clock_confirmed_until: confirmedUntil(reading.state),
    disk_free_bytes: diskFree(dir),
    key_store: keyStore,
  }
}

function diskFree(dir: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    // A file system that does not tell: the screen leaves the figure out.
    return null
  }
}

/** Everything about the state of this till, for the manager's screen. */
export function healthReport(parts: TillParts): Output<'health.get'> {
  const { ledger, dir } = parts
  const { db, writer, ids, platform } = ledger
  const count = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0
  const last = db.prepare<[], string>(`SELECT value FROM till WHERE key = 'last_verify'`).pluck().get()
  const head = writer.head()
  return {
    health: healthOf(parts),
    events: head.place,
    customers: count('SELECT coalesce(max(row), 0) FROM customer'),
    database_bytes: statSync(path.join(dir, DATABASE_FILE)).size,
    sqlite_version: sqliteVersion(db),
    device: ids.device,
    epoch: head.epoch,
    head_hash: platform.digest.hex(head.hash),
    last_verify: last === undefined ? null : (JSON.parse(last) as Output<'health.get'>['last_verify']),
    verify_running: parts.beside.verifyRunning(),
    data_dir: dir,
  }
}
