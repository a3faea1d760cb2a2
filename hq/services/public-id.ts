import type { Digest } from '../../shared/base/ports.ts'
import type { TenantRow } from './load-books.ts'

const SIGNS = 32
const LABEL = 'kasuwa public id of a customer\n'

/**
 * The id of a customer for whoever is outside (32 hex digits). It says nothing of the id that tills know, for no till
 * has the key; and it follows from that id, so that a customer whom a restored backup lacks gets the same one again.
 */
export function publicIdOf(
  digest: Digest,
  { signing_key }: Pick<TenantRow, 'signing_key'>,
  customer: string,
): string {
  const hash = digest.hmac(digest.utf8(signing_key), digest.utf8(`${LABEL}${customer}`))
  return digest.hex(hash).slice(0, SIGNS)
}
