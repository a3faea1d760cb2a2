import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { nowOf, type Parts } from '../parts.ts'
import { hashPassword, passwordFits } from '../passwords.ts'
import { type Person, type PersonRow, personBy, personOf } from './person.ts'
import { signIns } from './sign-in.ts'

const { sessionIdleMs } = CONSOLE_LIMITS
/** A session's last touch is written at most this often. */
const TOUCH_WRITE_MS = 60_000

/** Signing in and out of the console, and one's own password. */
export function consoleSessions(parts: Parts) {
  const { db, digest, random } = parts
  const now = (): number => nowOf(parts)
  const enter = signIns(parts)
  const hashOf = (token: string): string => digest.hex(digest.sha256(digest.utf8(token)))

  /** Answers the person and the token of a new session. Refuses as `signIns` does. */
  async function signIn(
    login: string,
    password: string,
    address: string,
  ): Promise<Result<{ person: Person; token: string }, ConsoleRefusal>> {
    const token = digest.hex(random.bytes(32))
    const entered = await enter({ login, password, address }, (tx, person, at) =>
      openSession(tx, person, hashOf(token), at),
    )
    return entered.ok ? ok({ ...entered.value, token }) : entered
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

async function openSession(tx: Tx, { tenant, id, name }: Person, hash: string, at: number): Promise<void> {
  await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND touched_at < $2', [
    tenant,
    at - sessionIdleMs,
  ])
  await tx.query('INSERT INTO hq.session VALUES ($1, $2, $3, $4, $4)', [tenant, hash, id, at])
  await writeAudit(tx, { tenant, at, who: name, what: 'sign_in', about: id })
}
