import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { FindForgery, SignedMessage, Signer, VerifySignature } from '../../shared/base/ports.ts'

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410) without its last 32 bytes, which are the raw key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const RAW_KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** A ledger is signed by a handful of keys; parsing one costs more than a verification. */
const PARSED_KEYS_MAX = 64
const parsed = new Map<string, KeyObject>()

/** A new Ed25519 private key: PKCS8 DER in base64, as `Secrets.signing_key` keeps it. */
export function generateSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
}

/** Signs with an Ed25519 private key given as PKCS8 DER in base64. Throws on any other kind of key. */
export function signerFromPkcs8(base64: string): Signer {
  const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' })
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the signing key is not an Ed25519 key')
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: new Uint8Array(spki.subarray(-RAW_KEY_BYTES)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}

/** Checks an Ed25519 signature with a raw 32-byte public key. Wrong sizes and points off the curve are false. */
export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  if (publicKey.length !== RAW_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  const key = publicKeyFrom(publicKey)
  return key !== null && verify(null, message, key, signature)
}

/** The same for many, on the threads that Node keeps for this: whoever else is served does not wait for it. */
export const firstForgery: FindForgery = async (publicKey, all) => {
  if (all.length === 0) return -1
  const key = publicKey.length === RAW_KEY_BYTES ? publicKeyFrom(publicKey) : null
  if (key === null) return 0
  const genuine = await Promise.all(all.map((one) => isGenuine(key, one)))
  return genuine.indexOf(false)
}

function isGenuine(key: KeyObject, { message, signature }: SignedMessage): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, fits) => (error ? reject(error) : resolve(fits)))
  })
}

function publicKeyFrom(raw: Uint8Array): KeyObject | null {
  const name = Buffer.from(raw).toString('hex')
  const known = parsed.get(name)
  if (known) return known
  let key: KeyObject
  try {
    key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
  } catch {
    return null
  }
  if (parsed.size >= PARSED_KEYS_MAX) parsed.clear()
  parsed.set(name, key)
  return key
}
