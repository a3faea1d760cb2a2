import { invariant, ok, type Result } from '../../../shared/base/result.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import type { ConsoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import { writeAudit } from '../audit.ts'
import { changePerson } from '../change-person.ts'
import { nowOf, type Parts } from '../parts.ts'
import { type Person, type PersonRow, personBy, personOf } from './person.ts'
import { passwordChecks } from './sign-in.ts'

const { sessionIdleMs, sessionAgeMs } = CONSOLE_LIMITS
/** A session's last touch is written at most this often. */
const TOUCH_WRITE_MS = 60_000

/**
 * Signing in and out of the console, and one's own password. A session ends after eight hours without a person, and
 * seven days after it began in any case: a cookie that somebody copied is of no use for longer.
 */
export function consoleSessions(parts: Parts) {
  const { db, digest, random } = parts
  const now = (): number => nowOf(parts)
  const passwords = passwordChecks(parts)
  const hashOf = (token: string): string => digest.hex(digest.sha256(digest.utf8(token)))

  /** Answers the person and the token of a new session. Refuses as `passwordChecks` does. */
  async function signIn(
    login: string,
    password: string,
    address: string,
  ): Promise<Result<{ person: Person; token: string }, ConsoleRefusal>> {
    const token = digest.hex(random.bytes(32))
    const entered = await passwords.signIn({ login, password, address }, (tx, person, at) =>
      openSession(tx, person, hashOf(token), at),
    )
    return entered.ok ? ok({ person: entered.value, token }) : entered
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
      const [row] = await tx.query<PersonRow & { opened_at: number; touched_at: number }>(
        `SELECT p.*, s.created_at AS opened_at, s.touched_at FROM hq.session s JOIN hq.person p ON p.tenant_id = s.tenant_id AND p.id = s.person
         WHERE s.tenant_id = $1 AND s.token_hash = $2 AND p.active`,
        [tenant, hash],
      )
      if (!row || at - row.touched_at > sessionIdleMs || at - row.opened_at > sessionAgeMs) return null
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

  /** Ends every other session of the person. Refuses password_wrong, sign_in_locked. */
  async function changePassword(
    person: Person,
    from: { readonly token: string; readonly address: string },
    password: string,
    next: string,
  ): Promise<Result<{ done: true }, ConsoleRefusal>> {
    const { tenant } = person
    const confirmed = await passwords.confirm(person, password, from.address)
    if (!confirmed.ok) return confirmed
    const hash = await passwords.hash(next)
    if (!hash.ok) return hash
    return db.tenant(tenant, async (tx) => {
      const at = now()
      const row = await personBy(tx, tenant, 'id', person.id, 'FOR UPDATE')
      invariant(row, 'nobody is ever taken out of the table of people')
      await changePerson(parts, tx, row, { password_hash: hash.value }, { at, stays: hashOf(from.token) })
      await writeAudit(tx, { tenant, at, who: person.name, what: 'password.changed', about: person.id })
      return ok({ done: true as const })
    })
  }

  return { signIn, whoIs, signOut, changePassword }
}

export type ConsoleSessions = ReturnType<typeof consoleSessions>

async function openSession(tx: Tx, { tenant, id, name }: Person, hash: string, at: number): Promise<void> {
  await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND (touched_at < $2 OR created_at < $3)', [
    tenant,
    at - sessionIdleMs,
    at - sessionAgeMs,
  ])
  await tx.query(
    'INSERT INTO hq.session (tenant_id, token_hash, person, created_at, touched_at) VALUES ($1, $2, $3, $4, $4)',
    [tenant, hash, id, at],
  )
  await writeAudit(tx, { tenant, at, who: name, what: 'sign_in', about: id })
}
