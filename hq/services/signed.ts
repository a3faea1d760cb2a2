import type { z } from 'zod'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { PROTOCOL_VERSION, type Problem, type Signed } from '../../shared/sync/wire.ts'
import type { Parts } from './parts.ts'
import { problem } from './problem.ts'

type Reading = Pick<Parts, 'digest' | 'verify'>

/** True when `signature` (base64) is of SHA-256(text) by that key (hex). */
export function signatureFits(parts: Reading, publicKey: string, text: string, signature: string): boolean {
  const { digest, verify } = parts
  const hash = digest.sha256(digest.utf8(text))
  return verify(digest.fromHex(publicKey), hash, new Uint8Array(Buffer.from(signature, 'base64')))
}

/**
 * The body of a signed request, read by its schema. Refuses with `malformed`, `protocol_unknown` (another version is
 * said so before anything else is looked at) and `signature_wrong`.
 */
export function openSigned<T>(
  parts: Reading,
  signed: Signed,
  schema: z.ZodType<T>,
  keyOf: (body: T) => string,
): Result<T, Problem> {
  const read = readSigned(signed, schema)
  if (!read.ok) return read
  if (!signatureFits(parts, keyOf(read.value), signed.body, signed.signature)) {
    return refuse(problem('signature_wrong'))
  }
  return read
}

/** The same without a look at the signature. */
export function readSigned<T>(signed: Signed, schema: z.ZodType<T>): Result<T, Problem> {
  let raw: unknown
  try {
    raw = JSON.parse(signed.body)
  } catch {
    return refuse(problem('malformed', 'The signed body is no JSON. Nothing was changed.'))
  }
  const spoken = typeof raw === 'object' && raw !== null && 'protocol' in raw ? raw.protocol : undefined
  if (typeof spoken === 'number' && spoken !== PROTOCOL_VERSION) {
    const which = spoken > PROTOCOL_VERSION ? 'Update head office first' : 'Update the till'
    return refuse(
      problem(
        'protocol_unknown',
        `The till speaks version ${spoken}, head office ${PROTOCOL_VERSION}. ${which}; everything on it is safe.`,
      ),
    )
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return ok(parsed.data)
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  return refuse(problem('malformed', `"${where}" is not as it must be. Nothing was changed.`))
}
