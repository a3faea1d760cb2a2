import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { genesisHash } from '../../shared/protocol/event.ts'
import { type EnrolBody, OwnEpoch, type Problem } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import type { DeviceRow } from './devices.ts'
import type { Parts } from './parts.ts'
import { problem } from './problem.ts'

/** The epochs that an enrolment makes known, and which keys are believed afterwards. */

/** A till that worked alone, or was put back, is ahead by the epochs it opened meanwhile: each is a deed of a person. */
const EPOCHS_AHEAD = 1_000
const NEW_TILL = 'Everything on the till is safe. Ask head office for a code for a new till.'

/** A till as it stands, locked. */
interface KnownTill extends Pick<DeviceRow, 'state' | 'keys_from'> {
  readonly epochs: readonly number[]
}

export async function lockTill(tx: Tx, tenant: string, device: string): Promise<KnownTill | null> {
  const tills = await tx.query<Omit<KnownTill, 'epochs'>>(
    'SELECT state, keys_from FROM hq.device WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
    [tenant, device],
  )
  const till = tills[0]
  if (!till) return null
  const epochs = await tx.query<{ epoch: number }>(
    'SELECT epoch FROM hq.device_epoch WHERE tenant_id = $1 AND device = $2',
    [tenant, device],
  )
  return { ...till, epochs: epochs.map(({ epoch }) => epoch) }
}

export interface EpochPlan {
  /** Epochs of the till that are not known here yet. */
  readonly before: readonly OwnEpoch[]
  /** The one it opens now. */
  readonly next: number
  /** Keys of earlier epochs are given up. */
  readonly keysFrom: number
}

/**
 * Which epochs an enrolment makes known. What head office knows under the same number stands: a restored till has issued
 * its own anew. Refuses with `malformed` a till whose numbers are further ahead than any till gets.
 */
export function planEpochs(
  till: KnownTill | null,
  tenant: string,
  body: Pick<EnrolBody, 'epoch' | 'epochs'>,
): Result<EpochPlan, Problem> {
  const known = new Set(till?.epochs)
  const before = body.epochs.filter(
    ({ epoch }, i) => !known.has(epoch) && body.epochs.findIndex((one) => one.epoch === epoch) === i,
  )
  const newest = Math.max(0, (till?.keys_from ?? 0) - 1, ...known)
  const brought = Math.max(newest, ...before.map(({ epoch }) => epoch))
  // As the till counts, which may be ahead after lost answers; but it cannot use the numbers up.
  const next = Math.min(Math.max(body.epoch, brought + 1), brought + EPOCHS_AHEAD)
  if (brought > newest + EPOCHS_AHEAD || !OwnEpoch.shape.epoch.safeParse(next).success) {
    const why = `This till counts ${brought} chains of entries and head office knows of ${newest}. No code was used.`
    return refuse(problem('malformed', `${why} ${NEW_TILL}`))
  }
  // A head office that was put back has forgotten which of the till's keys were given up: only the new one is believed.
  const forgotten = till === null && before.some((one) => one.tenant === tenant)
  const stopped = till !== null && till.state !== 'active'
  return ok({ before, next, keysFrom: stopped || forgotten ? next : (till?.keys_from ?? 0) })
}

export async function openEpochs(
  { digest }: Pick<Parts, 'digest'>,
  tx: Tx,
  chain: { readonly tenant: string; readonly device: string; readonly public_key: string },
  { before, next }: EpochPlan,
  now: number,
): Promise<void> {
  const { tenant, device, public_key } = chain
  for (const one of [...before, { tenant, device, public_key, epoch: next }]) {
    const genesis = genesisHash(digest, one.tenant, one.device, one.epoch)
    await tx.query(
      `INSERT INTO hq.device_epoch
         (tenant_id, device, epoch, chain_tenant, chain_device, public_key, opened_at, head_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tenant, device, one.epoch, one.tenant, one.device, one.public_key, now, digest.hex(genesis)],
    )
  }
}
