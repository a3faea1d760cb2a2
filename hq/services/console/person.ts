import type { HqRole } from '../../../shared/hq/roles.ts'
import type { Tx } from '../../db/database.ts'

/** Who asks. */
export interface Person {
  readonly tenant: string
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: HqRole
}

export interface PersonRow {
  readonly tenant_id: string
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: Person['role']
  readonly password_hash: string
  readonly active: boolean
  /** The time that wrong passwords of strangers have used up, ms. */
  readonly strangers_until: number
}

export const personOf = (tenant: string, { id, login, name, role }: PersonRow): Person => ({
  tenant,
  id,
  login,
  name,
  role,
})

export async function personBy(
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
