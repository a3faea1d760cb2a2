import type { SignedGrant } from '../../shared/protocol/payload.ts'
import { GrantBody } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { insertRows, updateRows } from '../db/rows.ts'
import type { Books, Grant, Lease } from '../ledger/books.ts'
import type { TenantRow } from './load-books.ts'
import type { Parts } from './parts.ts'
import { signatureFits } from './signed.ts'

/** Grants as head office signs them, and as their holders are told of them. */

/** The words of a grant with the signature of the business: of SHA-256 of their UTF-8. */
export function signGrant(
  { digest, keys }: Pick<Parts, 'digest' | 'keys'>,
  tenant: Pick<TenantRow, 'signing_key'>,
  grant: Grant,
): SignedGrant {
  const body = JSON.stringify(grant)
  const signature = keys.signer(tenant.signing_key).sign(digest.sha256(digest.utf8(body)))
  return { body, signature: Buffer.from(signature).toString('base64') }
}

/** What was signed here for a till of this business; null: it was not. */
export function readGrant(
  parts: Pick<Parts, 'digest' | 'verify'>,
  tenant: Pick<TenantRow, 'tenant_id' | 'public_key'>,
  { body, signature }: SignedGrant,
): Grant | null {
  const grant = parsed(body)
  if (grant?.tenant !== tenant.tenant_id) return null
  return signatureFits(parts, tenant.public_key, body, signature) ? grant : null
}

function parsed(body: string): Grant | null {
  try {
    const read = GrantBody.safeParse(JSON.parse(body))
    return read.success ? read.data : null
  } catch {
    // Not JSON: no grant of ours.
    return null
  }
}

/** Keeps what became of grants, and what their holders are told. An id that somebody took meanwhile is no update. */
export async function saveLeases(tx: Tx, tenant_id: string, books: Books): Promise<void> {
  const of = (ids: Iterable<string>): readonly Lease[] =>
    [...ids].sort().flatMap((id) => books.leases.get(id) ?? [])
  const becoming = (what: 'open' | 'closed' | 'gone'): readonly Lease[] =>
    of([...books.grantRows].filter(([, state]) => state === what).map(([id]) => id))
  await insertRows(
    tx,
    'lease',
    of(books.newLeases).map((lease) => ({ ...lease, tenant_id })),
  )
  const ended = of(books.changedLeases).filter(({ id }) => !books.newLeases.has(id))
  await updateRows(
    tx,
    'lease',
    ['id'],
    ended.map(({ id, closed_by }) => ({ id, closed_by })),
  )
  await insertRows(
    tx,
    'sync_grant_v1',
    becoming('open').flatMap((lease) => grantRow(tenant_id, lease)),
  )
  await updateRows(
    tx,
    'sync_grant_v1',
    ['device', 'id'],
    becoming('closed').map(({ id, holder }) => ({ device: deviceOf(holder), id, state: 'closed' })),
  )
  await removeRows(tx, becoming('gone'))
}

/** The device of a holder, which is "device/epoch". */
const deviceOf = (holder: string): string => holder.slice(0, holder.indexOf('/'))

/** A grant that was never signed is told to nobody: no till could check it. */
function grantRow(tenant_id: string, lease: Lease) {
  const { id, program, points, body, signature, holder } = lease
  if (body === null || signature === null) return []
  // As it was signed: the till looks up whom the id means today.
  const customer = parsed(body)?.customer ?? lease.customer
  return [
    { tenant_id, device: deviceOf(holder), id, customer, program, points, body, signature, state: 'open' },
  ]
}

async function removeRows(tx: Tx, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return
  await tx.query(
    `DELETE FROM hq.sync_grant_v1 s USING unnest($1::text[], $2::text[]) AS gone (device, id)
     WHERE s.device = gone.device AND s.id = gone.id`,
    [leases.map(({ holder }) => deviceOf(holder)), leases.map(({ id }) => id)],
  )
}

/** Takes away what tells of grants in epochs that are closed: nobody is there any more to book their end. */
export async function removeGrantsOfClosedEpochs(tx: Tx, device: string): Promise<void> {
  await tx.query(
    `DELETE FROM hq.sync_grant_v1 s USING hq.lease l, hq.device_epoch e
     WHERE s.device = $1 AND l.id = s.id AND e.device = s.device AND e.closed_at IS NOT NULL
       AND l.holder = e.device || '/' || e.epoch`,
    [device],
  )
}
