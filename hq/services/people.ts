import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { HqRole } from '../../shared/hq/roles.ts'
import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { changePerson } from './change-person.ts'
import { type PersonRow, personBy } from './console/person.ts'
import { newId, nowOf, type Parts } from './parts.ts'
import { hashPassword } from './passwords.ts'

/** 80 bits as four groups of four; to be changed by the person. */
const PASSWORD_SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789'
const PASSWORD_LENGTH = 16
const GROUP = 4

interface NewPerson {
  readonly tenant: string
  readonly login: string
  readonly name: string
  readonly role: HqRole
  readonly who: string
}

/** Somebody who signs in to the console. Answers the first password, kept nowhere; refuses a login that is taken. */
export async function createPerson(
  parts: Parts,
  wanted: NewPerson,
): Promise<Result<{ readonly person: string; readonly login: string; readonly password: string }, string>> {
  const { tenant, name, role, who } = wanted
  // As it is compared when somebody signs in.
  const login = wanted.login.trim().toLowerCase()
  const person = newId(parts)
  const at = nowOf(parts)
  const password = newPassword(parts)
  const hash = await hashPassword(parts.random, password)
  const taken = await parts.db.global((tx) =>
    tx.query<{ tenant: string | null }>('SELECT hq.tenant_of_login($1) AS tenant', [login]),
  )
  const isTaken = refuse(
    `There is somebody called ${login} already. Nothing was changed. Choose another name.`,
  )
  if (taken[0]?.tenant) return isTaken
  return parts.db.tenant(tenant, async (tx) => {
    const made = await tx.query(
      `INSERT INTO hq.person (tenant_id, id, login, name, role, password_hash, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
      [tenant, person, login, name, role, hash, at],
    )
    // Somebody else took the name at this moment.
    if (made.length === 0) return isTaken
    await writeAudit(tx, { tenant, at, who, what: 'person.created', about: person, detail: { role } })
    return ok({ person, login, password })
  })
}

interface Wanted {
  readonly tenant: string
  readonly person: string
  readonly who: string
}

/**
 * Nobody signs in as this person any more, and who is signed in as them is signed out. The last active owner is refused:
 * nobody could write a till off any more.
 */
export function deactivatePerson(parts: Parts, wanted: Wanted): Promise<Result<null, string>> {
  return withPerson(parts, wanted, async (tx, row, at) => {
    if (await isLastOwner(tx, row)) return refuse(lastOwner(row))
    await changePerson(parts, tx, row, { active: false }, { at })
    await writeAudit(tx, { ...lineOf(wanted, at), what: 'person.deactivated' })
    return ok(null)
  })
}

/** Ends the sessions of the person. Refuses to make the last active owner anything else. */
export function setRole(
  parts: Parts,
  wanted: Wanted & { readonly role: HqRole },
): Promise<Result<null, string>> {
  const { role } = wanted
  return withPerson(parts, wanted, async (tx, row, at) => {
    if (role !== 'owner' && (await isLastOwner(tx, row))) return refuse(lastOwner(row))
    await changePerson(parts, tx, row, { role }, { at })
    await writeAudit(tx, { ...lineOf(wanted, at), what: 'person.role', detail: { before: row.role, role } })
    return ok(null)
  })
}

/** A new first password instead of the present one; ends the sessions of the person. */
export async function resetPassword(
  parts: Parts,
  wanted: Wanted,
): Promise<Result<{ readonly login: string; readonly password: string }, string>> {
  const password = newPassword(parts)
  const password_hash = await hashPassword(parts.random, password)
  return withPerson(parts, wanted, async (tx, row, at) => {
    await changePerson(parts, tx, row, { password_hash }, { at })
    await writeAudit(tx, { ...lineOf(wanted, at), what: 'person.password_reset' })
    return ok({ login: row.login, password })
  })
}

const lineOf = ({ tenant, person, who }: Wanted, at: number) => ({ tenant, at, who, about: person })

const lastOwner = ({ login }: PersonRow): string =>
  `${login} is the last active owner. Nothing was changed. Make another owner first.`

function withPerson<T>(
  parts: Parts,
  { tenant, person }: Wanted,
  work: (tx: Tx, row: PersonRow, at: number) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  return parts.db.tenant(tenant, async (tx) => {
    // Every owner, in one order: two that remove each other at the same moment must not both succeed.
    await tx.query(
      `SELECT 1 FROM hq.person WHERE tenant_id = $1 AND (id = $2 OR role = 'owner') ORDER BY id FOR UPDATE`,
      [tenant, person],
    )
    const row = await personBy(tx, tenant, 'id', person)
    if (!row) return refuse('There is no such person here. Nothing was changed.')
    if (!row.active) {
      return refuse(`${row.login} was deactivated. Nothing was changed. Add them anew, with another login.`)
    }
    return work(tx, row, nowOf(parts))
  })
}

async function isLastOwner(tx: Tx, { tenant_id, id, role }: PersonRow): Promise<boolean> {
  if (role !== 'owner') return false
  const others = await tx.query(
    `SELECT 1 FROM hq.person WHERE tenant_id = $1 AND id <> $2 AND role = 'owner' AND active LIMIT 1`,
    [tenant_id, id],
  )
  return others.length === 0
}

function newPassword({ random }: Pick<Parts, 'random'>): string {
  const signs: string[] = []
  const most = 256 - (256 % PASSWORD_SIGNS.length)
  while (signs.length < PASSWORD_LENGTH) {
    for (const byte of random.bytes(PASSWORD_LENGTH)) {
      if (byte < most && signs.length < PASSWORD_LENGTH) {
        signs.push(PASSWORD_SIGNS.charAt(byte % PASSWORD_SIGNS.length))
      }
    }
  }
  return (signs.join('').match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-')
}
