import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Digest, RandomSource } from '../../shared/base/ports.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'

/**
 * The key of the ledger wrapped with the recovery phrase, so that the file or a backup of it opens on another
 * computer. Stands beside `till.db` and inside every backup. Useless without the phrase, which is never stored.
 */
export interface WrappedKey {
  readonly kind: 'kasuwa recovery'
  readonly version: 1
  readonly salt: string
  readonly iv: string
  readonly wrapped: string
  readonly tag: string
  /** Tells a wrong key from a damaged file. */
  readonly key_check: string
}

/** 12 words of the BIP-39 English list: 128 random bits. */
const ENTROPY_BYTES = 16

/** Twelve random words. Shown once, never stored. */
export function newPhrase(random: RandomSource): string {
  return entropyToMnemonic(random.bytes(ENTROPY_BYTES), wordlist)
}

/** AES-256-GCM under HKDF-SHA-256 of the phrase's entropy. `databaseKey` is 64 hex. */
export function wrapKey(
  digest: Digest,
  random: RandomSource,
  phrase: string,
  databaseKey: string,
): WrappedKey {
  const salt = random.bytes(16)
  const iv = random.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(mnemonicToEntropy(phrase, wordlist), salt), iv)
  const wrapped = Buffer.concat([cipher.update(Buffer.from(databaseKey, 'hex')), cipher.final()])
  return {
    kind: 'kasuwa recovery',
    version: 1,
    salt: digest.hex(salt),
    iv: digest.hex(iv),
    wrapped: digest.hex(wrapped),
    tag: digest.hex(cipher.getAuthTag()),
    key_check: keyCheck(digest, databaseKey),
  }
}

/** The database key, 64 hex. Refuses phrase_wrong for words that are not a phrase or do not open this key. */
export function unwrapKey(digest: Digest, wrappedKey: WrappedKey, phrase: string): Result<string, Refusal> {
  const words = phrase.normalize('NFKD').toLowerCase().trim().split(/\s+/).join(' ')
  try {
    const key = wrappingKey(mnemonicToEntropy(words, wordlist), digest.fromHex(wrappedKey.salt))
    const decipher = createDecipheriv('aes-256-gcm', key, digest.fromHex(wrappedKey.iv))
    decipher.setAuthTag(digest.fromHex(wrappedKey.tag))
    return ok(
      digest.hex(Buffer.concat([decipher.update(digest.fromHex(wrappedKey.wrapped)), decipher.final()])),
    )
  } catch {
    // A word that is not on the list, a wrong check word or a wrong key: for the person it is one thing.
    return refuse(refusal('phrase_wrong'))
  }
}

/** A short proof that a key is the right one, which tells nothing about it. */
export function keyCheck(digest: Digest, databaseKey: string): string {
  return digest.hex(digest.hmac(digest.fromHex(databaseKey), digest.utf8('kasuwa key check 1'))).slice(0, 16)
}

/** True for a wrapped key of this version, whole and in hex. */
export function isWrappedKey(value: unknown): value is WrappedKey {
  const v = value as Partial<WrappedKey> | null
  const texts = [v?.salt, v?.iv, v?.wrapped, v?.tag, v?.key_check]
  return (
    v?.kind === 'kasuwa recovery' &&
    v.version === 1 &&
    texts.every((t) => typeof t === 'string' && /^([0-9a-f]{2})+$/.test(t))
  )
}

const wrappingKey = (entropy: Uint8Array, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', entropy, salt, 'kasuwa recovery 1', 32))
