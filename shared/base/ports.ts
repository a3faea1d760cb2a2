/** What pure code needs from a platform. Implementations live in `electron/platform`. */

/** Hashing and UTF-8. All hashes are SHA-256. */
export interface Digest {
  utf8(text: string): Uint8Array
  fromUtf8(bytes: Uint8Array): string
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  hmac(key: Uint8Array, message: Uint8Array): Uint8Array
  hex(bytes: Uint8Array): string
  fromHex(hex: string): Uint8Array
}

/** Ed25519 with the private key of this device and epoch. */
export interface Signer {
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/** A message with the signature it came with. */
export interface SignedMessage {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The first of many messages whose signature is not of this raw 32-byte public key; -1: all are. */
export type FindForgery = (publicKey: Uint8Array, all: readonly SignedMessage[]) => Promise<number>

/** What the machine says about time. Nothing here is believed without `trustedTime`. */
export interface ClockReading {
  /** The wall clock, ms since 1970. May be wrong by decades. */
  readonly wallMs: number
  /** Milliseconds since an arbitrary start, never going back while `bootId` stays the same. */
  readonly monotonicMs: number
  /** Changes with every boot of the machine. */
  readonly bootId: string
}

export interface Clock {
  read(): ClockReading
}

export interface RandomSource {
  /** `length` random bytes from the operating system. */
  bytes(length: number): Uint8Array
}
