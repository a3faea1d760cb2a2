import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import {
  firstForgery,
  generateSigningKey,
  signerFromPkcs8,
  verifySignature,
} from '../../electron/platform/node-signer.ts'
import { osRandom, randomHex } from '../../electron/platform/random.ts'
import { systemClock } from '../../electron/platform/system-clock.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { migrate, NewerDatabase } from '../db/migrate.ts'
import type { Parts } from '../services/parts.ts'
import { backupKeyFile } from './backup-key.ts'
import { openEmbeddedPostgres } from './embedded-postgres.ts'
import { type JournalFile, journalFile } from './journal-file.ts'
import { sayWhy } from './postgres-place.ts'

const DEVICE_BYTES = 16

export interface OpenHq {
  readonly parts: Parts
  readonly db: Database
  /** Of the owner of the structure. */
  readonly url: string
  readonly journal: Pick<JournalFile, 'entries'>
  /** Where the key lies that seals backups. */
  readonly backupKey: string
  /** A line about where the database lies. */
  readonly note: string | null
  /** A sentence where something would not stop. */
  close(): Promise<string | null>
  /** The same without waiting for what is under way: the database undoes it. */
  cut(): Promise<string | null>
}

interface OpenWanted {
  /** The folder of head office. */
  readonly dir: string
  /** `serve`: refused while another head office serves this folder. */
  readonly use: 'serve' | 'command'
  readonly onIdleError?: (error: Error) => void
}

/**
 * The database of head office, brought up to this build: DATABASE_URL, or the embedded Postgres of a folder, started
 * when it does not run. Refuses with a sentence.
 */
export async function openHq({ dir, use, onIdleError }: OpenWanted): Promise<Result<OpenHq, string>> {
  const given = process.env['DATABASE_URL']
  mkdirSync(dir, { recursive: true })
  const elsewhere = process.env['KASUWA_POSTGRES_DIR']
  const embedded = given
    ? ok({ url: given, note: null, close: async () => null })
    : await openEmbeddedPostgres({ dir, use, random: osRandom, ...(elsewhere ? { elsewhere } : {}) })
  if (!embedded.ok) return embedded
  const { url, note, close } = embedded.value
  try {
    await migrate(url)
  } catch (error) {
    await close()
    if (error instanceof NewerDatabase) return refuse(error.message)
    return refuse(`The database of head office cannot be used: ${sayWhy(error)}. Nothing was changed.`)
  }
  const db = openDatabase({
    url,
    changeLog: !process.env['ELECTRIC_URL'],
    ...(onIdleError ? { onIdleError } : {}),
  })
  const journalPath = process.env['KASUWA_HQ_JOURNAL'] ?? path.join(dir, 'journal.jsonl')
  const journal = journalFile(journalPath)
  const parts: Parts = {
    db,
    journal,
    ownDevice: randomHex(DEVICE_BYTES),
    clock: systemClock(),
    random: osRandom,
    digest: nodeDigest,
    verify: verifySignature,
    firstForgery,
    keys: { generate: generateSigningKey, signer: signerFromPkcs8 },
  }
  return ok({
    parts,
    db,
    url,
    journal,
    backupKey: backupKeyFile(journalPath),
    note,
    async close() {
      await db.close()
      return close()
    },
    cut: close,
  })
}
