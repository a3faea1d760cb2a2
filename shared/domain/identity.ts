import type { Digest } from '../base/ports.ts'
import { firstRefusal, type Refusal, refusal } from '../base/refusal.ts'
import { invariant, ok, type Result, refuse } from '../base/result.ts'
import { readE164 } from './phone.ts'
import type { HomeRegion } from './phone-canon.ts'
import { excerpt, plainText, withoutInvisible } from './typed-text.ts'

/** What makes a customer the same customer on two tills that never met. */
export interface Identity {
  readonly kind: 'phone' | 'email' | 'card'
  /** E.164, a lower-case address, or upper-case letters and digits. */
  readonly value: string
}

const EMAIL_CHARS_MAX = 254
const CARD_CHARS_MAX = 40
/** A scanner may put blanks and dashes between; nothing longer than this is worth reading. */
const CARD_TYPED_CHARS_MAX = 120

/** One name, one host with at least one dot, none of the characters that need quoting. Not proof that it exists. */
const EMAIL =
  /^[^\s@"<>()[\]\\,;:]{1,64}@[^\s@"<>()[\]\\,;:._/-]+(?:[.-]+[^\s@"<>()[\]\\,;:._/-]+)*\.[^\s@"<>()[\]\\,;:._/-]{2,}$/u

/** Lower case, NFC, trimmed, without invisible characters. Refuses with `email_invalid`. */
export function readEmail(typed: string): Result<string, Refusal> {
  const refused = refuse(refusal('email_invalid', { typed: excerpt(typed) }))
  if (typed.length > EMAIL_CHARS_MAX * 2) return refused
  const value = withoutInvisible(typed).toLowerCase().normalize('NFC').trim()
  const fine = value.length <= EMAIL_CHARS_MAX && EMAIL.test(value) && !/\p{Cc}|\.\.|^\.|\.@/u.test(value)
  return fine ? ok(value) : refused
}

/** Upper-case letters and digits, at most 40; blanks and dashes go. Refuses with `card_invalid`. */
export function readCard(typed: string): Result<string, Refusal> {
  const value =
    typed.length > CARD_TYPED_CHARS_MAX
      ? ''
      : plainText(typed)
          .toUpperCase()
          .replace(/[\s\-\u2010-\u2015\u2212]/g, '')
  const fine = value.length <= CARD_CHARS_MAX && /^[A-Z0-9]+$/.test(value)
  return fine ? ok(value) : refuse(refusal('card_invalid', { typed: excerpt(typed) }))
}

interface TypedContact {
  readonly phone: string
  readonly email: string
  readonly card: string
}

/** Each contact as it is kept; empty where nothing was typed. */
interface Contact {
  /** E.164. */
  readonly phone: string | null
  readonly email: string
  readonly card: string
}

/** Reads every contact that was typed. The first refusal of the registry is the answer. */
export function readContact(typed: TypedContact, region: HomeRegion = 'NG'): Result<Contact, Refusal> {
  const phone = blank(typed.phone) ? ok(null) : readE164(typed.phone, region)
  const email = blank(typed.email) ? ok('') : readEmail(typed.email)
  const card = blank(typed.card) ? ok('') : readCard(typed.card)
  if (phone.ok && email.ok && card.ok) {
    return ok({ phone: phone.value, email: email.value, card: card.value })
  }
  const refusals = [phone, email, card].flatMap((one) => (one.ok ? [] : [one.refusal]))
  const first = firstRefusal(refusals)
  invariant(first, 'a contact that is not read has a refusal')
  return refuse(first)
}

/** Bounded: a blank that long is not blank. */
const blank = (text: string): boolean =>
  text.length <= CARD_TYPED_CHARS_MAX && withoutInvisible(text).trim() === ''

/**
 * The identity a customer is known by: phone, else email, else card. Refuses with `phone_invalid`,
 * `email_invalid` or `card_invalid` for whatever was typed and cannot be read, and with `identity_missing`.
 */
export function canonicalIdentity(typed: TypedContact, region: HomeRegion = 'NG'): Result<Identity, Refusal> {
  const contact = readContact(typed, region)
  return contact.ok ? identityOf(contact.value) : contact
}

/** The identity of contacts already read. Refuses with `identity_missing`. */
export function identityOf(contact: Contact): Result<Identity, Refusal> {
  if (contact.phone !== null) return ok({ kind: 'phone', value: contact.phone })
  if (contact.email !== '') return ok({ kind: 'email', value: contact.email })
  if (contact.card !== '') return ok({ kind: 'card', value: contact.card })
  return refuse(refusal('identity_missing'))
}

/** Part of what is hashed: a change to the encoding would be another name, and other ids. */
const ENCODING = 'kasuwa/customer/1'
const ID_BYTES = 16

/**
 * The customer's id: 16 bytes, in hex, of an HMAC under the tenant's key over (tenant, identity, generation). Two
 * offline tills of one tenant that enrol the same phone make the same id; without the key nobody can try numbers.
 * `generation` counts owners of a recycled number, from 0. The version of the canonical form is not part of it:
 * a number whose form does not change keeps its id.
 */
export function customerId(
  digest: Digest,
  tenantKey: Uint8Array,
  tenant: string,
  identity: Identity,
  generation: number,
): string {
  invariant(Number.isSafeInteger(generation) && generation >= 0, 'a generation is a non-negative integer')
  const fields = [ENCODING, tenant, identity.kind, identity.value, String(generation)]
  const mac = digest.hmac(tenantKey, lengthPrefixed(fields.map((field) => digest.utf8(field))))
  return digest.hex(mac.slice(0, ID_BYTES))
}

/** Each part behind its length in four bytes, so that no two lists of fields give the same bytes. */
function lengthPrefixed(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const part of parts) {
    view.setUint32(at, part.length)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  return bytes
}
