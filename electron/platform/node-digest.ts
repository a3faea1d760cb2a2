import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Digest } from '../../shared/base/ports.ts'

const encoder = new TextEncoder()
/** Damaged text must not pass for other text: bytes that are not UTF-8 throw. A leading U+FEFF is kept. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Preparing a key costs five times what the hash of a short message does; a till has one or two, and keeps them. */
const prepared = new WeakMap<Uint8Array, KeyObject>()

function secretKey(key: Uint8Array): KeyObject {
  const known = prepared.get(key)
  if (known) return known
  const made = createSecretKey(key)
  prepared.set(key, made)
  return made
}

/** `Digest` by node:crypto. A key given to `hmac` must not be changed afterwards. */
export const nodeDigest: Digest = {
  utf8: (text) => encoder.encode(text),
  fromUtf8: (bytes) => decoder.decode(bytes),
  sha256(...parts) {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return new Uint8Array(hash.digest())
  },
  hmac: (key, message) => new Uint8Array(createHmac('sha256', secretKey(key)).update(message).digest()),
  hex: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'),
  /** Throws on anything that is not an even number of hex characters. */
  fromHex(hex) {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new TypeError('not a hex string')
    return new Uint8Array(Buffer.from(hex, 'hex'))
  },
}
