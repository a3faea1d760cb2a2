import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { hashPassword, passwordFits } from '../passwords.ts'
import type { Person } from './person.ts'

const { signInFailuresMax, signInLockFirstMs, signInLockMaxMs, sessionIdleMs } = CONSOLE_LIMITS
/** A session's last touch is written at most this often. */
const TOUCH_WRITE_MS = 60_000
/** Names nobody has that were tried lately; the oldest is forgotten first. */
const UNKNOWN_LOGINS_MAX = 10_000

interface PersonRow {
  id: string
  login: string
  name: string
  role: Person['role']
  password_hash: string
  active: boolean
  failures: number
  locked_until: number
}

interface Standing {
  readonly failures: number
  readonly lockedUntil: number
}

const FAILED = consoleRefusal(
  'sign_in_failed',
  'That name and password do not go together. Check both and try again.',
)

/** After the fifth failure in a row the name is shut for half a minute, then for twice as long each time. */
function afterFailure({ failures }: Standing, now: number): Standing {
  const next = failures + 1
  if (next < signInFailuresMax) return { failures: next, lockedUntil: 0 }
  const doublings = Math.min(next - signInFailuresMax, 20)
  return { failures: next, lockedUntil: now + Math.min(signInLockFirstMs * 2 ** doublings, signInLockMaxMs) }
}

function locked(lockedUntil: number, now: number): ConsoleRefusal {
  const retryMs = lockedUntil - now
  const seconds = Math.ceil(retryMs / 1_000)
  const span = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return {
    code: 'sign_in_locked',
    detail: `Too many wrong passwords. Nothing is lost. Try again in ${span}.`,
    retryMs,
  }
}

/** Signing in and out of the console, and one's own password. */
export function consoleSessions(parts: Parts) {
  const { db, digest, random } = parts
  const now = (): number => nowOf(parts)
  const unknown = new Map<string, Standing>()
  // Checked where there is nobody, so that the answer takes as long.
  const nobody = hashPassword(random, digest.hex(random.bytes(16)))
  const hashOf = (token: string): string => digest.hex(digest.sha256(digest.utf8(token)))

  /** Refuses sign_in_failed, sign_in_locked; alike for a name that nobody has. */
  async function signIn(
    login: string,
    password: string,
  ): Promise<Result<{ person: Person; token: string }, ConsoleRefusal>> {
    const name = login.trim().toLowerCase()
    const [found] = await db.global((tx) =>
      tx.query<{ tenant: string | null }>(`SELECT hq.tenant_of_login($1) AS tenant`, [name]),
    )
    if (!found?.tenant) return signInNobody(name, password)
    const { tenant } = found
    const row = await db.tenant(tenant, (tx) => personBy(tx, tenant, 'login', name))
    if (!row || row.locked_until > now()) {
      return refuse(row ? locked(row.locked_until, now()) : FAILED)
    }
    const fits = (await passwordFits(password, row.password_hash)) && row.active
    return db.tenant(tenant, async (tx) => {
      const at = now()
      const standing = await personBy(tx, tenant, 'login', name, 'FOR UPDATE')
      // Others may have guessed meanwhile: what they brought about holds for this one too.
      if (!standing || standing.locked_until > at)
        return refuse(standing ? locked(standing.locked_until, at) : FAILED)
      const next = fits ? { failures: 0, lockedUntil: 0 } : afterFailure({ ...standing, lockedUntil: 0 }, at)
      await tx.query(
        'UPDATE hq.person SET failures = $3, locked_until = $4 WHERE tenant_id = $1 AND id = $2',
        [tenant, standing.id, next.failures, next.lockedUntil],
      )
      if (!fits) {
        if (next.lockedUntil > at) {
          await writeAudit(tx, {
            tenant,
            at,
            who: standing.name,
            what: 'sign_in.locked',
            about: standing.id,
            detail: { failures: next.failures },
          })
        }
        return refuse(next.lockedUntil > at ? locked(next.lockedUntil, at) : FAILED)
      }
      const token = digest.hex(random.bytes(32))
      await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND touched_at < $2', [
        tenant,
        at - sessionIdleMs,
      ])
      await tx.query('INSERT INTO hq.session VALUES ($1, $2, $3, $4, $4)', [
        tenant,
        hashOf(token),
        standing.id,
        at,
      ])
      await writeAudit(tx, { tenant, at, who: standing.name, what: 'sign_in', about: standing.id })
      return ok({ person: personOf(tenant, standing), token })
    })
  }

  async function signInNobody(name: string, password: string): Promise<Result<never, ConsoleRefusal>> {
    const before = unknown.get(name) ?? { failures: 0, lockedUntil: 0 }
    if (before.lockedUntil > now()) return refuse(locked(before.lockedUntil, now()))
    await passwordFits(password, await nobody)
    const next = afterFailure(unknown.get(name) ?? before, now())
    unknown.delete(name)
    unknown.set(name, next)
    const oldest = unknown.keys().next()
    if (unknown.size > UNKNOWN_LOGINS_MAX && !oldest.done) unknown.delete(oldest.value)
    return refuse(next.lockedUntil > now() ? locked(next.lockedUntil, now()) : FAILED)
  }

  /** Who a token belongs to; null when nobody is signed in by it. `touch` starts the idle time anew. */
  async function whoIs(token: string, touch: boolean): Promise<Person | null> {
    const hash = hashOf(token)
    const [found] = await db.global((tx) =>
      tx.query<{ tenant: string | null }>(`SELECT hq.tenant_of_session($1) AS tenant`, [hash]),
    )
    const tenant = found?.tenant
    if (!tenant) return null
    return db.tenant(tenant, async (tx) => {
      const at = now()
      const [row] = await tx.query<PersonRow & { touched_at: number }>(
        `SELECT p.*, s.touched_at FROM hq.session s JOIN hq.person p ON p.tenant_id = s.tenant_id AND p.id = s.person
         WHERE s.tenant_id = $1 AND s.token_hash = $2 AND p.active`,
        [tenant, hash],
      )
      if (!row || at - row.touched_at > sessionIdleMs) return null
      if (touch && at - row.touched_at > TOUCH_WRITE_MS) {
        await tx.query('UPDATE hq.session SET touched_at = $3 WHERE tenant_id = $1 AND token_hash = $2', [
          tenant,
          hash,
          at,
        ])
      }
      return personOf(tenant, row)
    })
  }

  async function signOut(person: Person, token: string): Promise<void> {
    await db.tenant(person.tenant, async (tx) => {
      await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND token_hash = $2', [
        person.tenant,
        hashOf(token),
      ])
      await writeAudit(tx, {
        tenant: person.tenant,
        at: now(),
        who: person.name,
        what: 'sign_out',
        about: person.id,
      })
    })
  }

  /** Ends every other session of the person. Refuses password_wrong. */
  async function changePassword(
    person: Person,
    token: string,
    password: string,
    next: string,
  ): Promise<Result<{ done: true }, ConsoleRefusal>> {
    const { tenant } = person
    const row = await db.tenant(tenant, (tx) => personBy(tx, tenant, 'id', person.id))
    if (!row || !(await passwordFits(password, row.password_hash))) {
      return refuse(
        consoleRefusal('password_wrong', 'That is not your present password. Nothing was changed.'),
      )
    }
    const hash = await hashPassword(random, next)
    return db.tenant(tenant, async (tx) => {
      await tx.query('UPDATE hq.person SET password_hash = $3 WHERE tenant_id = $1 AND id = $2', [
        tenant,
        person.id,
        hash,
      ])
      await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND person = $2 AND token_hash <> $3', [
        tenant,
        person.id,
        hashOf(token),
      ])
      await writeAudit(tx, {
        tenant,
        at: now(),
        who: person.name,
        what: 'password.changed',
        about: person.id,
      })
      return ok({ done: true as const })
    })
  }

  return { signIn, whoIs, signOut, changePassword }
}

export type ConsoleSessions = ReturnType<typeof consoleSessions>

const personOf = (tenant: string, { id, login, name, role }: PersonRow): Person => ({
  tenant,
  id,
  login,
  name,
  role,
})

async function personBy(
  tx: Tx,
  tenant: string,
  by: 'login' | 'id',
  value: string,
  lock: 'FOR UPDATE' | '' = '',
): Promise<PersonRow | undefined> {
  const [row] = await tx.query<PersonRow>(
    `SELECT * FROM hq.person WHERE tenant_id = $1 AND ${by} = $2 ${lock}`,
    [tenant, value],
  )
  return row
}
