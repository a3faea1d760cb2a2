import { DEFAULT_PROGRAM } from '../../shared/domain/program/program.ts'
import { writeAudit } from './audit.ts'
import { newId, nowOf, type Parts } from './parts.ts'

const KEY_BYTES = 32

/** A new business with its keys and its first program, which is the default one where none is given. Answers its id. */
export async function createTenant(
  parts: Parts,
  wanted: {
    readonly name: string
    readonly who: string
    readonly program?: Readonly<Record<string, unknown>>
  },
): Promise<{ readonly tenant: string }> {
  const tenant = newId(parts)
  const at = nowOf(parts)
  const signingKey = parts.keys.generate()
  const publicKey = parts.digest.hex(parts.keys.signer(signingKey).publicKey)
  await parts.db.tenant(tenant, async (tx) => {
    await tx.query(
      `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenant, wanted.name, parts.digest.hex(parts.random.bytes(KEY_BYTES)), signingKey, publicKey, at],
    )
    await tx.query('INSERT INTO hq.sync_program_v1 (tenant_id, id, settings) VALUES ($1, $2, $3)', [
      tenant,
      DEFAULT_PROGRAM.id,
      JSON.stringify({ ...(wanted.program ?? DEFAULT_PROGRAM), id: DEFAULT_PROGRAM.id }),
    ])
    await writeAudit(tx, { tenant, at, who: wanted.who, what: 'tenant.created', about: tenant })
  })
  return { tenant }
}

/** Every business here, the oldest first. */
export async function listTenants(
  parts: Pick<Parts, 'db'>,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const ids = await parts.db.global((tx) =>
    tx.query<{ id: string }>('SELECT tenant_id AS id FROM hq.tenants() AS tenant_id'),
  )
  const found: { id: string; name: string }[] = []
  for (const { id } of ids) {
    const rows = await parts.db.tenant(id, (tx) =>
      tx.query<{ name: string }>('SELECT name FROM hq.tenant WHERE tenant_id = $1', [id]),
    )
    found.push({ id, name: rows[0]?.name ?? '' })
  }
  return found
}
