import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Problem } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { writeOffRest } from './write-off.ts'

export interface DeviceRow {
  readonly id: string
  readonly store: string | null
  readonly name: string
  readonly state: 'active' | 'revoked' | 'written_off'
  /** Keys of epochs before this one were given up when it was stopped. */
  readonly keys_from: number
}

/** The business a till belongs to; null when nobody here knows it. */
export async function tenantOfDevice(parts: Pick<Parts, 'db'>, device: string): Promise<string | null> {
  const rows = await parts.db.global((tx) =>
    tx.query<{ tenant: string | null }>('SELECT hq.tenant_of_device($1) AS tenant', [device]),
  )
  return rows[0]?.tenant ?? null
}

/** A till of the transaction's business; null when there is none. `lock`: nobody changes it before the transaction ends. */
export async function deviceRow(
  tx: Tx,
  tenant: string,
  device: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<DeviceRow | null> {
  const rows = await tx.query<DeviceRow>(
    `SELECT id, store, name, state, keys_from FROM hq.device
     WHERE tenant_id = $1 AND id = $2 AND kind = 'till' ${lock}`,
    [tenant, device],
  )
  return rows[0] ?? null
}

interface Stop {
  readonly tenant: string
  readonly device: string
  readonly who: string
}

/**
 * A till that is lost or stolen: it receives nothing more, and what it still sends is withheld for a person, also where
 * it was written off. Refuses with `not_found`. Once revoked, it stays so until it is enrolled again.
 */
export function revokeDevice(
  parts: Parts,
  wanted: Stop & { readonly because: 'lost' | 'stolen' },
): Promise<Result<null, Problem>> {
  return stop(parts, wanted, 'revoked', wanted.because)
}

/**
 * A till that will never come back: what was set aside for it returns at once, and nothing waits for it any more. What
 * still arrives from it counts, unsecured, unless it was revoked. Refuses with `not_found`.
 */
export function writeOffDevice(
  parts: Parts,
  wanted: Stop & { readonly reason: string },
): Promise<Result<null, Problem>> {
  return stop(parts, wanted, 'written_off', wanted.reason)
}

async function stop(
  parts: Parts,
  { tenant, device, who }: Stop,
  wanted: 'revoked' | 'written_off',
  reason: string,
): Promise<Result<null, Problem>> {
  const at = nowOf(parts)
  return parts.db.tenant(tenant, async (tx) => {
    const there = await deviceRow(tx, tenant, device, 'FOR UPDATE')
    if (there === null)
      return refuse(problem('not_found', 'There is no such till here. Nothing was changed.'))
    if (there.state === 'written_off' && wanted === 'written_off') return ok(null)
    const both = there.state !== 'active' && there.state !== wanted
    const state = both ? 'written_off' : wanted
    // Revoked and written off, in whatever order: no key that it has is believed again.
    const keys_from = both ? (await newestEpoch(tx, tenant, device)) + 1 : there.keys_from
    // First where no backup can take it back.
    await parts.journal.append({ what: 'device', tenant, device, state, reason, keys_from, at })
    const rest =
      wanted === 'written_off' ? await writeOffRest(parts, tx, { tenant, device, who, now: at }) : {}
    await tx.query(
      'UPDATE hq.device SET state = $3, state_reason = $4, keys_from = $5 WHERE tenant_id = $1 AND id = $2',
      [tenant, device, state, reason, keys_from],
    )
    const what = wanted === 'revoked' ? 'till.revoked' : 'till.written_off'
    await writeAudit(tx, { tenant, at, who, what, about: device, detail: { reason, ...rest } })
    return ok(null)
  })
}

async function newestEpoch(tx: Tx, tenant: string, device: string): Promise<number> {
  const rows = await tx.query<{ newest: number }>(
    'SELECT coalesce(max(epoch), 0) AS newest FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2',
    [tenant, device],
  )
  return rows[0]?.newest ?? 0
}
