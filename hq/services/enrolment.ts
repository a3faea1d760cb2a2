import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { EnrolBody, type EnrolReply, type Problem, type Signed } from '../../shared/sync/wire.ts'
import { DUPLICATE_KEY, type Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { codeHash } from './enrol-code.ts'
import { type EpochPlan, lockTill, openEpochs, planEpochs } from './enrol-epochs.ts'
import { newId, nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'
import { openSigned } from './signed.ts'

/** A till becomes known: its code, its keys, and every epoch it had before. */

/** A reply that was lost is asked for again on the same day; the answer holds the key of all customer ids. */
const REPEATED_MS = 86_400_000
const ASK_FOR_ANOTHER = 'Ask head office for another code. Everything on the till is safe.'

interface Code {
  readonly store: string
  readonly till_name: string
  readonly device: string | null
  readonly made_by: string
  readonly expires_at: number
  readonly used_at: number | null
  readonly used_key: string | null
  readonly used_device: string | null
}

/**
 * `POST /sync/v1/enrol`. The same code with the same key gets the same answer again: a reply may be lost. Refuses with
 * `malformed`, `protocol_unknown`, `signature_wrong` and `code_wrong`; none of them uses the code up.
 */
export async function enrol(parts: Parts, signed: Signed): Promise<Result<EnrolReply, Problem>> {
  const opened = openSigned(parts, signed, EnrolBody, (body) => body.public_key)
  if (!opened.ok) return opened
  const body = opened.value
  const hash = codeHash(parts.digest, body.code)
  const found = await parts.db.global((tx) =>
    tx.query<{ tenant: string | null }>('SELECT hq.tenant_of_code($1) AS tenant', [hash]),
  )
  const tenant = found[0]?.tenant
  if (!tenant)
    return refuse(problem('code_wrong', `This code is not known here. Type it again. ${ASK_FOR_ANOTHER}`))
  const { hqEpoch } = await parts.db.incarnation()
  const places = await parts.db.tenant(tenant, (tx) => useCode(parts, tx, tenant, hash, body), {
    // Two machines with one id came at the same moment: the second look sees the first one.
    retry: [DUPLICATE_KEY],
  })
  if (!places.ok) return places
  const reply = await parts.db.tenant(tenant, (tx) => replyTo(tx, tenant, places.value, hash))
  return ok({ ...reply, public_key: body.public_key, hq_epoch: hqEpoch, hq_time: nowOf(parts) })
}

interface Place {
  readonly device: string
  readonly epoch: number
}

async function useCode(
  parts: Parts,
  tx: Tx,
  tenant: string,
  hash: string,
  body: EnrolBody,
): Promise<Result<Place, Problem>> {
  const now = nowOf(parts)
  const rows = await tx.query<Code>(
    `SELECT store, till_name, device, made_by, expires_at, used_at, used_key, used_device
     FROM hq.enrol_code WHERE tenant_id = $1 AND code_hash = $2 FOR UPDATE`,
    [tenant, hash],
  )
  const code = rows[0]
  if (!code) return refuse(problem('code_wrong'))
  if (code.used_at !== null) return again(tx, tenant, code, body, now)
  if (code.expires_at <= now) {
    return refuse(problem('code_wrong', `This code is older than ten minutes. ${ASK_FOR_ANOTHER}`))
  }
  if (code.device !== null && code.device !== body.device) {
    const why = 'This code is for another till than this machine is. Ask for a code for a new till instead.'
    return refuse(problem('code_wrong', `${why} Everything on the till is safe.`))
  }
  const device = code.device ?? (await freeDevice(parts, tx, body.device))
  const till = await lockTill(tx, tenant, device)
  if (till?.state === 'written_off') {
    return refuse(
      problem('code_wrong', `This till was written off since the code was made. ${ASK_FOR_ANOTHER}`),
    )
  }
  const epochs = planEpochs(till, tenant, body)
  if (!epochs.ok) return epochs
  const epoch = epochs.value.next
  await register(parts, tx, { tenant, device, code, body, now, epochs: epochs.value })
  await tx.query(
    'UPDATE hq.enrol_code SET used_at = $3, used_key = $4, used_device = $5 WHERE tenant_id = $1 AND code_hash = $2',
    [tenant, hash, now, body.public_key, device],
  )
  const what = code.device === null ? 'till.enrolled' : 'till.enrolled_again'
  const detail = { epoch, store: code.store, name: code.till_name }
  await writeAudit(tx, { tenant, at: now, who: code.made_by, what, about: device, detail })
  return ok({ device, epoch })
}

async function again(
  tx: Tx,
  tenant: string,
  code: Code,
  body: EnrolBody,
  now: number,
): Promise<Result<Place, Problem>> {
  const rows = await tx.query<Place>(
    // A key that was to follow by rotation may be the one that a code made known: the newest epoch is the code's.
    `SELECT e.device, e.epoch FROM hq.device_epoch e
     JOIN hq.device d ON d.tenant_id = e.tenant_id AND d.id = e.device AND d.state = 'active'
     WHERE e.tenant_id = $1 AND e.device = $2 AND e.public_key = $3 ORDER BY e.epoch DESC LIMIT 1`,
    [tenant, code.used_device, body.public_key],
  )
  const place = rows[0]
  const lost = (code.used_at ?? 0) + REPEATED_MS > now
  if (lost && code.used_key === body.public_key && place) return ok(place)
  return refuse(problem('code_wrong', `This code was used already. ${ASK_FOR_ANOTHER}`))
}

/** The till's own id, or another one when a copy of it has that already: this machine is to be another till. */
async function freeDevice(parts: Parts, tx: Tx, wanted: string): Promise<string> {
  const rows = await tx.query<{ tenant: string | null }>('SELECT hq.tenant_of_device($1) AS tenant', [wanted])
  return rows[0]?.tenant ? newId(parts) : wanted
}

interface Registration {
  readonly tenant: string
  readonly device: string
  readonly code: Code
  readonly body: EnrolBody
  readonly now: number
  readonly epochs: EpochPlan
}

async function register(parts: Parts, tx: Tx, given: Registration): Promise<void> {
  const { tenant, device, code, body, now, epochs } = given
  const { keysFrom: keys_from } = epochs
  if (code.device !== null) {
    const entry = { what: 'device', tenant, device, state: 'active', reason: '', keys_from, at: now } as const
    await parts.journal.append(entry)
  }
  await tx.query(
    `INSERT INTO hq.device
       (tenant_id, id, kind, store, name, app_version, enrolled_at, last_contact, alone_tenant, alone_key, keys_from)
     VALUES ($1, $2, 'till', $3, $4, $5, $6, $6, $7, $8, $9)
     ON CONFLICT (tenant_id, id) DO UPDATE SET state = 'active', state_reason = '', last_contact = $6, keys_from = $9,
       alone_tenant = coalesce($7, hq.device.alone_tenant), alone_key = coalesce($8, hq.device.alone_key)`,
    [
      tenant,
      device,
      code.store,
      code.till_name,
      body.app_version,
      now,
      body.alone?.tenant ?? null,
      body.alone?.identity_key ?? null,
      keys_from,
    ],
  )
  await openEpochs(parts, tx, { tenant, device, public_key: body.public_key }, epochs, now)
}

async function replyTo(
  tx: Tx,
  tenant: string,
  place: Place,
  hash: string,
): Promise<Omit<EnrolReply, 'public_key' | 'hq_epoch' | 'hq_time'>> {
  const rows = await tx.query<
    EnrolReply['tenant'] & {
      identity_key: string
      public_key: string
      store: string
      store_name: string
      till_name: string
    }
  >(
    `SELECT t.tenant_id AS id, t.name, t.currency, t.minor_digits, t.time_zone, t.phone_region, t.identity_key,
            t.public_key, s.id AS store, s.name AS store_name, c.till_name
     FROM hq.tenant t JOIN hq.enrol_code c USING (tenant_id)
     JOIN hq.store s ON s.tenant_id = c.tenant_id AND s.id = c.store
     WHERE t.tenant_id = $1 AND c.code_hash = $2`,
    [tenant, hash],
  )
  const row = rows[0]
  if (!row) throw new Error('a code that was used is gone')
  return {
    tenant: {
      id: row.id,
      name: row.name,
      currency: row.currency,
      minor_digits: row.minor_digits,
      time_zone: row.time_zone,
      phone_region: row.phone_region,
    },
    identity_key: row.identity_key,
    store: { id: row.store, name: row.store_name },
    till_name: row.till_name,
    ...place,
    hq_public_key: row.public_key,
  }
}
