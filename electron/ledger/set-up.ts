import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { businessDate } from '../../shared/base/business-date.ts'
import { HOME } from '../../shared/base/home.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { cleanName } from '../../shared/domain/name-search.ts'
import { DEFAULT_PROGRAM } from '../../shared/domain/program/program.ts'
import { confirmTime } from '../../shared/domain/trusted-time.ts'
import { eventId } from '../../shared/protocol/event.ts'
import { syncDirectory, writeDurably } from '../platform/files.ts'
import { placeNameRefusal } from './commands/settings.ts'
import { staffDraft } from './commands/staff.ts'
import { confirmedInstant, leastConfirmed } from './commands/store.ts'
import { type Database, openDatabase } from './database.ts'
import { DEFAULT_POLICY, loadLedger, type Platform } from './ledger.ts'
import type { Secrets } from './messages.ts'
import { hashPin, pinRefusal } from './people.ts'
import { isWrappedKey, newPhrase, type WrappedKey, wrapKey } from './recovery.ts'

export const DATABASE_FILE = 'till.db'
export const RECOVERY_FILE = 'recovery.json'
/** There from the first step of a set-up to its last: keys without a ledger are then no loss. */
const STARTED_FILE = 'set-up.started'

export interface SetUpInput {
  readonly command_id: string
  readonly store_name: string
  readonly till_name: string
  readonly admin_name: string
  readonly pin: string
  /** yyyy-mm-dd as a person sees it on the calendar; null: the computer's clock is taken (command line, demo). */
  readonly date_confirmed: string | null
  readonly demo: boolean
}

interface SetUpDone {
  readonly secrets: Secrets
  readonly recovery_phrase: string
  readonly admin_id: string
}

/** The folder has the keys of a till whose ledger is gone: not a place for a new one. */
export function ledgerIsMissing(dir: string, hasSecrets: boolean): boolean {
  if (existsSync(path.join(dir, DATABASE_FILE)) || existsSync(path.join(dir, STARTED_FILE))) return false
  return hasSecrets || existsSync(path.join(dir, RECOVERY_FILE))
}

/** What is wrong with the answers of a first run, or null. */
function setUpRefusal(input: SetUpInput): Refusal | null {
  const name = cleanName(input.admin_name)
  const nameWrong = !name.ok
    ? name.refusal
    : name.value === ''
      ? refusal('setting_invalid', { field: 'Your name', why: 'type the name of the person in charge' })
      : null
  return (
    placeNameRefusal('Store name', input.store_name) ??
    placeNameRefusal('Till name', input.till_name) ??
    nameWrong ??
    pinRefusal(input.pin, 'admin')
  )
}

/**
 * First run: keys, the encrypted file, the first epoch, the store and its first admin. The secrets are kept by
 * `saveSecrets` and the wrapped key stands on disk before the database is made, so no ledger is ever without its key.
 */
export async function setUp(
  dir: string,
  platform: Platform,
  input: SetUpInput,
  saveSecrets: (secrets: Secrets) => Promise<void>,
): Promise<Result<SetUpDone, Refusal>> {
  if (existsSync(path.join(dir, DATABASE_FILE))) return refuse(refusal('already_set_up'))
  const wrong = setUpRefusal(input)
  if (wrong) return refuse(wrong)
  const { wallMs } = platform.clock.read()
  const least = leastConfirmed(input.demo)
  const date = input.date_confirmed ?? businessDate(wallMs, HOME.timeZone)
  const instant = confirmedInstant(date, wallMs, HOME.timeZone, least, null)
  if (!instant.ok) return instant
  const confirmed = instant.value
  const { digest, random } = platform
  writeDurably(path.join(dir, STARTED_FILE), '')
  const secrets: Secrets = {
    database_key: digest.hex(random.bytes(32)),
    signing_key: platform.newSigningKey(),
  }
  const phrase = newPhrase(random)
  await saveSecrets(secrets)
  writeDurably(
    path.join(dir, RECOVERY_FILE),
    JSON.stringify(wrapKey(digest, random, phrase, secrets.database_key)),
  )
  const part = path.join(dir, `${DATABASE_FILE}.part`)
  for (const left of ['', '-wal', '-shm']) rmSync(`${part}${left}`, { force: true })
  const pinHash = await hashPin({ platform }, input.pin)
  const db = openDatabase({ file: part, key: secrets.database_key, mode: 'create' })
  try {
    db.transaction(() => firstEvents(db, platform, secrets, input, confirmed, pinHash)).immediate()
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
  // The name appears last: a file called till.db always holds a whole first epoch.
  renameSync(part, path.join(dir, DATABASE_FILE))
  rmSync(path.join(dir, STARTED_FILE), { force: true })
  syncDirectory(dir)
  return ok({ secrets, recovery_phrase: phrase, admin_id: eventId(digest, input.command_id, 0) })
}

function firstEvents(
  db: Database,
  platform: Platform,
  secrets: Secrets,
  input: SetUpInput,
  confirmed: number,
  pinHash: string,
): void {
  const { digest, random, clock } = platform
  const set = db.prepare('INSERT INTO till (key, value) VALUES (?, ?)')
  set.run('tenant', digest.hex(random.bytes(16)))
  set.run('device', digest.hex(random.bytes(16)))
  set.run('identity_key', digest.hex(random.bytes(32)))
  set.run('acknowledged_place', '0')
  if (input.demo) set.run('demo', '1')
  const time = confirmTime(clock.read(), confirmed)
  db.prepare(
    'INSERT INTO clock (one, floor_ms, floor_monotonic_ms, boot_id, confirmed_ms, hlc, wall_skew_ms) VALUES (1, ?, ?, ?, ?, ?, ?)',
  ).run(time.floorMs, time.floorMonotonicMs, time.bootId, time.confirmedMs, '', time.wallSkewMs)
  const ledger = loadLedger(db, platform, secrets.signing_key)
  const { writer } = ledger
  const actor = { staff: 'set_up' }
  const sub = (what: string): string => eventId(digest, `${input.command_id} ${what}`, 0)
  writer.openEpoch(actor, sub('epoch'), {
    because: 'set_up',
    currency: HOME.currency,
    time_zone: HOME.timeZone,
  })
  const adminId = eventId(digest, input.command_id, 0)
  const name = cleanName(input.admin_name)
  writer.runWithin({
    id: input.command_id,
    actor,
    request: '',
    confirm: confirmed,
    decide: (now) =>
      ok({
        drafts: [
          staffDraft(adminId, name.ok ? name.value : '', 'admin', true, pinHash, true),
          {
            kind: 'settings.changed',
            n: 1,
            payload: {
              settings: {
                store: { store_name: input.store_name.trim(), till_name: input.till_name.trim() },
                policy: DEFAULT_POLICY,
                program: DEFAULT_PROGRAM,
              },
            },
          },
          {
            kind: 'clock.confirmed',
            n: 2,
            payload: {
              confirmed,
              before: now.trusted,
              by: input.date_confirmed === null ? 'command_line' : 'person',
            },
          },
        ],
        answer: () => ({ staff_id: adminId }),
      }),
  })
}

/** The wrapped key beside the database; null when it is missing or not ours. */
export function readRecoveryFile(dir: string): WrappedKey | null {
  const file = path.join(dir, RECOVERY_FILE)
  if (!existsSync(file)) return null
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isWrappedKey(value) ? value : null
  } catch {
    // Not JSON: the file is damaged, which for every caller is the same as not being there.
    return null
  }
}
