import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { HqRole } from '../../shared/hq/roles.ts'
import { writeAudit } from './audit.ts'
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
): Promise<Result<{ readonly person: string; readonly password: string }, string>> {
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
  if (taken[0]?.tenant) return refuse(`There is somebody called ${login} already. Choose another name.`)
  await parts.db.tenant(tenant, async (tx) => {
    await tx.query(
      `INSERT INTO hq.person (tenant_id, id, login, name, role, password_hash, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tenant, person, login, name, role, hash, at],
    )
    await writeAudit(tx, { tenant, at, who, what: 'person.created', about: person, detail: { role } })
  })
  return ok({ person, password })
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
