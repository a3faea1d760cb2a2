import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { type Problem, SYNC_LIMITS, type TokenReply, type TokenRequest } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { type DeviceRow, deviceRow, tenantOfDevice } from './devices.ts'
import type { TenantRow } from './load-books.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { signatureFits } from './signed.ts'

/** A till proves that it has its key, and gets access for a quarter of an hour. */

const ISSUER = 'kasuwa-hq'
const ALGORITHM = 'HS256'
const CHALLENGE_BYTES = 32

const Claims = z.object({
  sub: z.string(),
  tenant: z.string(),
  epoch: z.int(),
  may: z.enum(['all', 'push']),
})

/** Who asks. `store` and `may` are as they stand now, not as they were when the token was given. */
export interface Caller {
  readonly tenant: string
  readonly device: string
  readonly epoch: number
  readonly store: string | null
  /** A revoked till may still send what it has; it receives nothing. */
  readonly may: 'all' | 'push'
  /** Of the business: to whom its accounts go. */
  readonly accountScope: TenantRow['account_scope']
}

interface EpochRow {
  readonly public_key: string
  readonly closed_at: number | null
}

/** An epoch that may still ask. Refuses with `epoch_unknown` and `epoch_closed`. */
export async function openEpoch(
  tx: Tx,
  tenant: string,
  device: string,
  epoch: number,
): Promise<Result<EpochRow, Problem>> {
  const rows = await tx.query<EpochRow>(
    'SELECT public_key, closed_at FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2 AND epoch::bigint = $3',
    [tenant, device, epoch],
  )
  const row = rows[0]
  if (!row) return refuse(problem('epoch_unknown'))
  return row.closed_at === null ? ok(row) : refuse(problem('epoch_closed'))
}

/** A key from before the till was stopped is not good again because the till is. */
const mayOf = (
  { state, keys_from }: Pick<DeviceRow, 'state' | 'keys_from'>,
  epoch: number,
): 'all' | 'push' => (state === 'active' && epoch >= keys_from ? 'all' : 'push')

/** A challenge, good for one token within a minute. Refuses with `unknown_device`, `epoch_unknown`, `epoch_closed`. */
export async function makeChallenge(
  parts: Parts,
  { device, epoch }: { readonly device: string; readonly epoch: number },
): Promise<Result<{ readonly challenge: string; readonly hq_time: number }, Problem>> {
  const tenant = await tenantOfDevice(parts, device)
  if (tenant === null) return refuse(problem('unknown_device'))
  const now = nowOf(parts)
  const challenge = Buffer.from(parts.random.bytes(CHALLENGE_BYTES)).toString('base64')
  return parts.db.tenant(tenant, async (tx) => {
    const open = await openEpoch(tx, tenant, device, epoch)
    if (!open.ok) return open
    await tx.query('DELETE FROM hq.challenge WHERE tenant_id = $1 AND device = $2 AND expires_at <= $3', [
      tenant,
      device,
      now,
    ])
    await tx.query(
      'INSERT INTO hq.challenge (tenant_id, challenge, device, epoch, expires_at) VALUES ($1, $2, $3, $4, $5)',
      [tenant, challenge, device, epoch, now + SYNC_LIMITS.challengeLifeMs],
    )
    return ok({ challenge, hq_time: now })
  })
}

/**
 * A token for a signed challenge, which is used up by this, whatever comes of it. Refuses with `unknown_device`,
 * `challenge_used`, `epoch_unknown`, `epoch_closed` and `signature_wrong`.
 */
export async function makeToken(
  parts: Parts,
  asked: z.infer<typeof TokenRequest>,
): Promise<Result<TokenReply, Problem>> {
  const { device, epoch, challenge } = asked
  const tenant = await tenantOfDevice(parts, device)
  if (tenant === null) return refuse(problem('unknown_device'))
  const now = nowOf(parts)
  const checked = await parts.db.tenant(tenant, async (tx) => {
    const used = await tx.query<{ expires_at: number }>(
      `DELETE FROM hq.challenge WHERE tenant_id = $1 AND challenge = $2 AND device = $3 AND epoch::bigint = $4
       RETURNING expires_at`,
      [tenant, challenge, device, epoch],
    )
    if (!used[0] || used[0].expires_at <= now) return refuse(problem('challenge_used'))
    const open = await openEpoch(tx, tenant, device, epoch)
    if (!open.ok) return open
    const text = `kasuwa token 1\n${device}\n${epoch}\n${challenge}`
    if (!signatureFits(parts, open.value.public_key, text, asked.signature)) {
      return refuse(problem('signature_wrong'))
    }
    const row = await deviceRow(tx, tenant, device)
    return row === null ? refuse(problem('unknown_device')) : ok(row)
  })
  if (!checked.ok) return checked
  const may = mayOf(checked.value, epoch)
  const { tokenKey, hqEpoch } = await parts.db.incarnation()
  const expiresAt = now + SYNC_LIMITS.tokenLifeMs
  const token = await new SignJWT({ tenant, epoch, may })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setSubject(device)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(tokenKey)
  return ok({ token, expires_at: expiresAt, hq_time: now, hq_epoch: hqEpoch, may })
}

/**
 * Who sends this `authorization` header. What was decided since the token was given counts. Refuses with
 * `token_missing`, `token_stale`, `unknown_device`, `epoch_unknown`, `epoch_closed`.
 */
export async function authenticate(
  parts: Parts,
  header: string | undefined,
): Promise<Result<Caller, Problem>> {
  const token = tokenIn(header)
  if (token === undefined) return refuse(problem('token_missing'))
  const claims = await readToken(parts, token)
  if (!claims.ok) return claims
  const { sub: device, tenant, epoch } = claims.value
  const [row] = await parts.db.tenant(tenant, (tx) =>
    tx.query<CallerRow>(
      `SELECT d.store, d.state, d.keys_from, t.account_scope, e.epoch, e.closed_at
       FROM hq.device d JOIN hq.tenant t ON t.tenant_id = d.tenant_id
       LEFT JOIN hq.device_epoch e ON e.tenant_id = d.tenant_id AND e.device = d.id AND e.epoch::bigint = $3
       WHERE d.tenant_id = $1 AND d.id = $2 AND d.kind = 'till'`,
      [tenant, device, epoch],
    ),
  )
  if (!row) return refuse(problem('unknown_device'))
  if (row.epoch === null) return refuse(problem('epoch_unknown'))
  if (row.closed_at !== null) return refuse(problem('epoch_closed'))
  const { store, account_scope: accountScope } = row
  return ok({ tenant, device, epoch, store, may: mayOf(row, epoch), accountScope })
}

type CallerRow = Pick<DeviceRow, 'store' | 'state' | 'keys_from'> &
  Pick<TenantRow, 'account_scope'> & { readonly epoch: number | null; readonly closed_at: number | null }

/** Whom a token was given to, as it says itself: what was decided since is not looked at. Null: it is no token. */
export async function holderOf(
  parts: Parts,
  header: string,
): Promise<{ readonly tenant: string; readonly device: string } | null> {
  const token = tokenIn(header)
  const claims = token === undefined ? null : await readToken(parts, token)
  return claims?.ok ? { tenant: claims.value.tenant, device: claims.value.sub } : null
}

const tokenIn = (header: string | undefined): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? '')?.[1]

async function readToken(parts: Parts, token: string): Promise<Result<z.infer<typeof Claims>, Problem>> {
  const { tokenKey } = await parts.db.incarnation()
  try {
    const { payload } = await jwtVerify(token, tokenKey, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      currentDate: new Date(nowOf(parts)),
    })
    return ok(Claims.parse(payload))
  } catch (error) {
    if (error instanceof errors.JOSEError) return refuse(problem('token_stale'))
    throw error
  }
}
