import type { Tx } from '../db/database.ts'
import type { PersonRow } from './console/person.ts'
import type { Parts } from './parts.ts'

type Changed = Partial<Pick<PersonRow, 'role' | 'active' | 'password_hash'>>

/**
 * Changes what a person may do, in a transaction that has locked their row, and ends their sessions but the one that
 * `stays`. First in the journal, so that no backup takes it back.
 */
export async function changePerson(
  parts: Pick<Parts, 'journal'>,
  tx: Tx,
  row: PersonRow,
  change: Changed,
  { at, stays = '' }: { readonly at: number; readonly stays?: string },
): Promise<void> {
  const { tenant_id: tenant, id, role, active, password_hash } = { ...row, ...change }
  await parts.journal.append({ what: 'person', tenant, person: id, role, active, password_hash, at })
  await tx.query(
    'UPDATE hq.person SET role = $3, active = $4, password_hash = $5 WHERE tenant_id = $1 AND id = $2',
    [tenant, id, role, active, password_hash],
  )
  await tx.query('DELETE FROM hq.session WHERE tenant_id = $1 AND person = $2 AND token_hash <> $3', [
    tenant,
    id,
    stays,
  ])
}
