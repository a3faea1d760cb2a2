import type { Digest } from '../../shared/base/ports.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { type Problem, SYNC_LIMITS } from '../../shared/sync/wire.ts'
import type { Tx } from '../db/database.ts'
import { writeAudit } from './audit.ts'
import { deviceRow } from './devices.ts'
import { nowOf, type Parts } from './parts.ts'
import { problem } from './problem.ts'

/** No letter or digit that is taken for another one when read out or written by hand. 29 signs, 12 of them: 58 bits. */
const LETTERS = 'ABCDEFGHJKMNPQRTUVWXYZ2346789'
const GROUPS = 3
const GROUP = 4

interface EnrolCode {
  /** As it is read out: three groups of four. Kept nowhere. */
  readonly code: string
  readonly expires_at: number
}

/** For a till that is new here, or for one that is enrolled again. */
export type CodeFor = { readonly store: string; readonly name: string } | { readonly device: string }

/**
 * A code that enrols one till once, within ten minutes. Refuses with `not_found` where the store or till is not of this
 * business, and with `device_revoked` for a till that was written off.
 */
export function makeEnrolCode(
  parts: Parts,
  wanted: { readonly tenant: string; readonly for: CodeFor; readonly who: string },
): Promise<Result<EnrolCode, Problem>> {
  const { tenant, who } = wanted
  const at = nowOf(parts)
  const code = randomCode(parts)
  return parts.db.tenant(tenant, async (tx) => {
    const till = await tillOf(tx, tenant, wanted.for)
    if (!till.ok) return till
    const { store, name, device } = till.value
    const expiresAt = at + SYNC_LIMITS.enrolCodeLifeMs
    await tx.query(
      `INSERT INTO hq.enrol_code (tenant_id, code_hash, store, till_name, device, made_by, made_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [tenant, codeHash(parts.digest, code), store, name, device, who, at, expiresAt],
    )
    await writeAudit(tx, { tenant, at, who, what: 'code.made', about: device ?? store, detail: { name } })
    return ok({ code, expires_at: expiresAt })
  })
}

async function tillOf(
  tx: Tx,
  tenant: string,
  wanted: CodeFor,
): Promise<Result<{ store: string; name: string; device: string | null }, Problem>> {
  if ('store' in wanted) {
    const stores = await tx.query('SELECT 1 FROM hq.store WHERE tenant_id = $1 AND id = $2', [
      tenant,
      wanted.store,
    ])
    if (stores.length === 0) return refuse(problem('not_found', 'There is no such store. No code was made.'))
    return ok({ store: wanted.store, name: wanted.name, device: null })
  }
  const row = await deviceRow(tx, tenant, wanted.device)
  if (row === null || row.store === null) {
    return refuse(problem('not_found', 'There is no such till here. No code was made.'))
  }
  if (row.state === 'written_off') {
    const why = 'This till was written off. Make a code for a new till instead; what is on it is not lost.'
    return refuse(problem('device_revoked', why))
  }
  return ok({ store: row.store, name: row.name, device: row.id })
}

/** Blanks, dashes and small letters do not count: codes are read out over the phone. */
export function codeHash(digest: Digest, typed: string): string {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return digest.hex(digest.sha256(digest.utf8(`kasuwa enrol code 1\n${plain}`)))
}

function randomCode({ random }: Pick<Parts, 'random'>): string {
  const letters: string[] = []
  // A byte that would make some letters likelier than others is thrown away.
  const most = 256 - (256 % LETTERS.length)
  while (letters.length < GROUPS * GROUP) {
    for (const byte of random.bytes(GROUPS * GROUP)) {
      if (byte < most && letters.length < GROUPS * GROUP) letters.push(LETTERS.charAt(byte % LETTERS.length))
    }
  }
  return Array.from({ length: GROUPS }, (_, i) => letters.slice(i * GROUP, (i + 1) * GROUP).join('')).join(
    '-',
  )
}
