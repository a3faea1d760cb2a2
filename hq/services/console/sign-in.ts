import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { networkOf } from '../network.ts'
import { nowOf, type Parts } from '../parts.ts'
import { hashPassword, passwordFits } from '../passwords.ts'
import { turns } from '../turns.ts'
import {
  afterRight,
  afterWrong,
  FAILED,
  GUESSES_KEPT_MS,
  type Guesses,
  held,
  heldUntil,
  KNOWN_MS,
  NO_GUESSES,
} from './guesses.ts'
import { type Person, type PersonRow, personBy, personOf } from './person.ts'

/** Names nobody has that were tried lately; the oldest is forgotten first. */
const UNKNOWN_MAX = 10_000

/** Checks at once: the system's threads for such work are four, and files and names need them too. */
const CHECKS = { atOnceMax: 2, waitingMax: 30 } as const
const BUSY: ConsoleRefusal = {
  ...consoleRefusal(
    'unavailable',
    'Many people sign in at this moment. Nothing was changed. Try again in a few seconds.',
  ),
  retryMs: 5_000,
}
const WRONG_PRESENT = consoleRefusal(
  'password_wrong',
  'That is not your present password. Nothing was changed.',
)

interface Attempt {
  /** As it is compared. */
  readonly login: string
  readonly password: string
  readonly network: string
}

interface Claimed {
  readonly tenant: string
  readonly by: 'login' | 'id'
  readonly value: string
  readonly password: string
  readonly network: string
}

/** What is done in the same transaction when name and password go together. */
type Opened = (tx: Tx, person: Person, at: number) => Promise<void>

/** Checks passwords, and counts the wrong ones. Beyond what is checked and waits at once they refuse unavailable. */
export function passwordChecks(parts: Parts) {
  const { db, digest, random } = parts
  const now = (): number => nowOf(parts)
  const byNetwork = new Map<string, Guesses>()
  const byLogin = new Map<string, number>()
  const inTurn = turns(CHECKS)
  // Checked where there is nobody, so that the answer takes as long.
  const nobody = hashPassword(random, digest.hex(random.bytes(16)))

  async function fitsInTurn(password: string, hash: string): Promise<Result<boolean, ConsoleRefusal>> {
    const fits = await inTurn(() => passwordFits(password, hash))
    return fits.ok ? fits : refuse(BUSY)
  }

  async function check(claimed: Claimed, opened: Opened): Promise<Result<Person, ConsoleRefusal>> {
    const { tenant, by, value, network } = claimed
    const before = await db.tenant(tenant, async (tx) => {
      const row = await personBy(tx, tenant, by, value)
      return row && { row, guesses: await guessesOf(tx, row, network) }
    })
    if (!before) return refuse(FAILED)
    const until = heldUntil(before.guesses, before.row.strangers_until, now())
    if (until > now()) return refuse(held(until, now()))
    const fits = await fitsInTurn(claimed.password, before.row.password_hash)
    if (!fits.ok) return fits
    return db.tenant(tenant, async (tx) => {
      const at = now()
      const row = await personBy(tx, tenant, by, value, 'FOR UPDATE')
      if (!row) return refuse(FAILED)
      await forgetGuesses(tx, row, at)
      const guesses = await guessesOf(tx, row, network)
      // Others may have guessed meanwhile: what they brought about holds for this one too.
      const meanwhile = heldUntil(guesses, row.strangers_until, at)
      if (meanwhile > at) return refuse(held(meanwhile, at))
      const still = row.active && row.password_hash === before.row.password_hash
      if (!fits.value || !still) return refuse(await countWrong(tx, row, network, guesses, at))
      await saveGuesses(tx, row, network, afterRight(at))
      const person = personOf(tenant, row)
      await opened(tx, person, at)
      return ok(person)
    })
  }

  /** Refuses sign_in_failed, sign_in_locked; alike for a name that nobody has. Limits: `heldUntil`. */
  async function signIn(
    asked: { readonly login: string; readonly password: string; readonly address: string },
    opened: Opened,
  ): Promise<Result<Person, ConsoleRefusal>> {
    const attempt: Attempt = {
      login: asked.login.trim().toLowerCase(),
      password: asked.password,
      network: networkOf(asked.address),
    }
    const [found] = await db.global((tx) =>
      tx.query<{ tenant: string | null }>('SELECT hq.tenant_of_login($1) AS tenant', [attempt.login]),
    )
    if (!found?.tenant) return signInNobody(attempt)
    return check({ ...attempt, tenant: found.tenant, by: 'login', value: attempt.login }, opened)
  }

  async function signInNobody({ login, password, network }: Attempt): Promise<Result<never, ConsoleRefusal>> {
    const key = `${network} ${login}`
    const until = (): number => heldUntil(byNetwork.get(key) ?? NO_GUESSES, byLogin.get(login) ?? 0, now())
    if (until() > now()) return refuse(held(until(), now()))
    const fits = await fitsInTurn(password, await nobody)
    if (!fits.ok) return fits
    const next = afterWrong(byNetwork.get(key) ?? NO_GUESSES, byLogin.get(login) ?? 0, now())
    remember(byNetwork, key, next.guesses)
    remember(byLogin, login, next.strangersUntil)
    const { lockedUntil } = next.guesses
    return refuse(lockedUntil > now() ? held(lockedUntil, now()) : FAILED)
  }

  /**
   * Whether somebody who is signed in knows their password: whoever found an open screen does not. A wrong one counts as
   * it does when signing in. Refuses password_wrong, sign_in_locked.
   */
  async function confirm(
    { tenant, id }: Person,
    password: string,
    address: string,
  ): Promise<Result<Person, ConsoleRefusal>> {
    const claimed = { tenant, by: 'id', value: id, password, network: networkOf(address) } as const
    const done = await check(claimed, async () => undefined)
    return done.ok || done.refusal.code !== FAILED.code ? done : refuse(WRONG_PRESENT)
  }

  /** Refuses unavailable. */
  async function hash(password: string): Promise<Result<string, ConsoleRefusal>> {
    const made = await inTurn(() => hashPassword(random, password))
    return made.ok ? made : refuse(BUSY)
  }

  return { signIn, confirm, hash }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > UNKNOWN_MAX && !oldest.done) map.delete(oldest.value)
}

async function countWrong(
  tx: Tx,
  row: PersonRow,
  network: string,
  before: Guesses,
  at: number,
): Promise<ConsoleRefusal> {
  const { guesses, strangersUntil } = afterWrong(before, row.strangers_until, at)
  await saveGuesses(tx, row, network, guesses)
  await tx.query('UPDATE hq.person SET strangers_until = $3 WHERE tenant_id = $1 AND id = $2', [
    row.tenant_id,
    row.id,
    strangersUntil,
  ])
  if (guesses.lockedUntil <= at) return FAILED
  await writeAudit(tx, {
    tenant: row.tenant_id,
    at,
    who: row.name,
    what: 'sign_in.locked',
    about: row.id,
    detail: { failures: guesses.failures },
  })
  return held(guesses.lockedUntil, at)
}

async function guessesOf(tx: Tx, { tenant_id, id }: PersonRow, network: string): Promise<Guesses> {
  const [row] = await tx.query<Guesses>(
    `SELECT failures, locked_until AS "lockedUntil", failed_at AS "failedAt", entered_at AS "enteredAt"
     FROM hq.sign_in WHERE tenant_id = $1 AND person = $2 AND network = $3`,
    [tenant_id, id, network],
  )
  return row ?? NO_GUESSES
}

async function saveGuesses(
  tx: Tx,
  { tenant_id, id }: PersonRow,
  network: string,
  { failures, lockedUntil, failedAt, enteredAt }: Guesses,
): Promise<void> {
  await tx.query(
    `INSERT INTO hq.sign_in (tenant_id, person, network, failures, locked_until, failed_at, entered_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, person, network) DO UPDATE
     SET failures = excluded.failures, locked_until = excluded.locked_until, failed_at = excluded.failed_at,
       entered_at = excluded.entered_at`,
    [tenant_id, id, network, failures, lockedUntil, failedAt, enteredAt],
  )
}

/** So that what strangers leave behind is bounded: by what they may try within that time. */
async function forgetGuesses(tx: Tx, { tenant_id, id }: PersonRow, at: number): Promise<void> {
  await tx.query(
    'DELETE FROM hq.sign_in WHERE tenant_id = $1 AND person = $2 AND failed_at < $3 AND entered_at < $4',
    [tenant_id, id, at - GUESSES_KEPT_MS, at - KNOWN_MS],
  )
}
