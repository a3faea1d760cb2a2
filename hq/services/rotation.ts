import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { genesisHash } from '../../shared/protocol/event.ts'
import { type Problem, RotateBody, type RotateRequest } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { deviceRow, tenantOfDevice } from './devices.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { readSigned, signatureFits } from './signed.ts'

interface Opened {
  readonly epoch: number
  readonly public_key: string
  readonly closed_at: number | null
}

/** Numbers go on by one, or by a few where an answer was lost: a till cannot use them up. */
const EPOCHS_AHEAD = 16
/** A key lasts a year, or until a person wants another one. */
const EPOCHS_A_DAY_MAX = 10
const DAY_MS = 86_400_000

/**
 * `POST /sync/v1/rotate`: the next epoch under a new key, signed by the old key and by the new one. Repeating it
 * changes nothing. Refuses with `malformed`, `protocol_unknown`, `unknown_device`, `epoch_unknown`, `epoch_closed`,
 * `signature_wrong`, `device_revoked` a till or key that was stopped, and `throttled` more than ten keys a day.
 */
export async function rotate(
  parts: Parts,
  signed: RotateRequest,
): Promise<Result<{ readonly epoch: number; readonly hq_time: number }, Problem>> {
  const read = readSigned(signed, RotateBody)
  if (!read.ok) return read
  const body = read.value
  const tenant = await tenantOfDevice(parts, body.device)
  if (tenant === null) return refuse(problem('unknown_device'))
  const now = nowOf(parts)
  return parts.db.tenant(tenant, async (tx) => {
    // First the lock, then the look: one statement would see the epochs as they were before it waited.
    await tx.query('SELECT 1 FROM hq.device WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [
      tenant,
      body.device,
    ])
    const epochs = await tx.query<Opened>(
      `SELECT epoch, public_key, closed_at FROM hq.device_epoch
       WHERE tenant_id = $1 AND device = $2 AND epoch IN ($3, $4)`,
      [tenant, body.device, body.epoch, body.next_epoch],
    )
    const present = epochs.find(({ epoch }) => epoch === body.epoch)
    if (!present) return refuse(problem('epoch_unknown'))
    const byOld = signatureFits(parts, present.public_key, signed.body, signed.signature)
    if (!byOld || !signatureFits(parts, body.public_key, signed.body, signed.proof)) {
      return refuse(problem('signature_wrong'))
    }
    const next = epochs.find(({ epoch }) => epoch === body.next_epoch)
    if (next?.public_key === body.public_key) return ok({ epoch: next.epoch, hq_time: now })
    if (next || present.closed_at !== null) return refuse(problem('epoch_closed'))
    const allowed = await mayOpen(tx, tenant, body, now)
    if (!allowed.ok) return allowed
    await open(parts, tx, tenant, body, now)
    return ok({ epoch: body.next_epoch, hq_time: now })
  })
}

async function mayOpen(
  tx: Tx,
  tenant: string,
  body: RotateBody,
  now: number,
): Promise<Result<null, Problem>> {
  const till = await deviceRow(tx, tenant, body.device)
  if (till?.state !== 'active' || body.epoch < till.keys_from)
    return refuse(problem('device_revoked', STOPPED))
  const rows = await tx.query<{ newest: number; today: number }>(
    `SELECT max(epoch) AS newest, count(*) FILTER (WHERE opened_at > $3) AS today
     FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2`,
    [tenant, body.device, now - DAY_MS],
  )
  const { newest, today } = rows[0] ?? { newest: 0, today: 0 }
  const beyond = body.next_epoch <= body.epoch || body.next_epoch > newest + EPOCHS_AHEAD
  if (body.epoch !== newest || beyond) return refuse(problem('epoch_closed'))
  return today < EPOCHS_A_DAY_MAX ? ok(null) : refuse(problem('throttled', OFTEN))
}

const STOPPED =
  'This till was stopped by head office, so it gets no new key. Nothing was changed. Ask head office for a code and enrol it again.'
const OFTEN =
  'This till had many new keys today, so it keeps its present one until tomorrow. Nothing was changed, and it goes on sending.'

async function open(parts: Parts, tx: Tx, tenant: string, body: RotateBody, now: number): Promise<void> {
  const genesis = genesisHash(parts.digest, tenant, body.device, body.next_epoch)
  await tx.query(
    `INSERT INTO hq.device_epoch
       (tenant_id, device, epoch, chain_tenant, chain_device, public_key, opened_at, head_hash)
     VALUES ($1, $2, $3, $1, $2, $4, $5, $6)`,
    [tenant, body.device, body.next_epoch, body.public_key, now, parts.digest.hex(genesis)],
  )
  await writeAudit(tx, {
    tenant,
    at: now,
    who: 'head office',
    what: 'till.key_changed',
    about: body.device,
    detail: { epoch: body.next_epoch },
  })
}
