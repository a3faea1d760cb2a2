import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Platform } from '../../electron/ledger/ledger.ts'
import type { Secrets } from '../../electron/ledger/messages.ts'
import { openTill } from '../../electron/ledger/open.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { signerFromPkcs8, verifySignature } from '../../electron/platform/node-signer.ts'
import { FakeClock, memoryKeys, START_MS } from '../support/till.ts'
import { Dice } from './dice.ts'
import { isMutant } from './mutants.ts'

/** A till as it comes out of its first run: its folder, its keys and the person in charge. */
export interface FreshTill {
  readonly dir: string
  readonly secrets: Secrets
  readonly admin: string
  /** What opens its ledger on a computer without its key. */
  readonly phrase: string
}

/** PKCS8 of Ed25519 (RFC 8410) without its last 32 bytes, the seed. */
const PKCS8_PREFIX = '302e020100300506032b657004220420'

/** The ports of a simulated machine: real hashes and signatures, chance from its dice. */
export function simulatedPlatform(clock: Platform['clock'], dice: Dice): Platform {
  return {
    digest: nodeDigest,
    clock,
    random: { bytes: (length) => dice.bytes(length) },
    signer: signerFromPkcs8,
    newSigningKey: () =>
      Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), Buffer.from(dice.bytes(32))]).toString('base64'),
    verify: (...asked) => isMutant('anybody may sign a receipt') || verifySignature(...asked),
  }
}

/** In memory where the system has such a place: the ledger's fsync is its own test, and here only time. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

let floor: string | null = null
const fresh = new Map<number, Promise<FreshTill>>()

/** A folder of its own below the one that `clearFloor` removes. */
export function newFolder(): string {
  floor ??= mkdtempSync(path.join(ROOT, 'kasuwa-sim-'))
  return mkdtempSync(path.join(floor, 'at-'))
}

export function clearFloor(): void {
  if (floor !== null) rmSync(floor, { recursive: true, force: true })
  floor = null
  fresh.clear()
}

/** A copy of the n-th till of the world, set up and never used. Setting up hashes a PIN, which is slow on purpose. */
export async function freshTill(n: number): Promise<FreshTill> {
  const made = fresh.get(n) ?? setUpTill(n)
  fresh.set(n, made)
  const { dir, ...rest } = await made
  const copy = path.join(newFolder(), 'till')
  cpSync(dir, copy, { recursive: true })
  return { dir: copy, ...rest }
}

async function setUpTill(n: number): Promise<FreshTill> {
  const dir = path.join(newFolder(), 'fresh')
  mkdirSync(dir, { recursive: true })
  const keys = memoryKeys()
  const dice = new Dice(n, 'set-up')
  const platform = simulatedPlatform(new FakeClock(START_MS), dice)
  const opened = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
  if (!opened.ok) throw new Error(opened.refusal.sentence)
  const done = await opened.value.setUp({
    command_id: dice.hex(16),
    store_name: 'Kasuwa',
    till_name: `Till ${n}`,
    admin_name: 'Dayo',
    pin: '736194',
    date_confirmed: '2026-12-01',
    demo: false,
  })
  opened.value.close()
  if (!done.ok) throw new Error(done.refusal.sentence)
  if (!keys.secrets) throw new Error('set-up kept no secrets')
  const { admin_id: admin, recovery_phrase: phrase } = done.value
  return { dir, secrets: keys.secrets, admin, phrase }
}
