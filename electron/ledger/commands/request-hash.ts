import { LIMITS } from '../../../shared/base/limits.ts'
import type { Digest } from '../../../shared/base/ports.ts'

/**
 * Keyed hash of a request without its secrets, 32 hex. Object keys stand in the order of the schema. It stands in
 * bytes that are never changed, so without the key nobody may find out a name or number by trying them.
 */
export function requestHash(digest: Digest, key: Uint8Array, method: string, input: unknown): string {
  const text = JSON.stringify([method, input], (name, value) =>
    name === 'pin' || name === 'command_id' ? undefined : value,
  )
  return digest
    .hex(digest.hmac(key, digest.utf8(`kasuwa request 1\n${text}`)))
    .slice(0, LIMITS.requestHashChars)
}
