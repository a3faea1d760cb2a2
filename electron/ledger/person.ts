import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { readBirth } from '../../shared/domain/birthday.ts'
import { customerId, identityOf, readContact } from '../../shared/domain/identity.ts'
import { cleanName } from '../../shared/domain/name-search.ts'
import { type PhoneWarning, phoneWarning } from '../../shared/domain/phone.ts'
import { CANON_VERSION } from '../../shared/domain/phone-canon.ts'
import type { AnyDraft, PersonalValues } from '../../shared/protocol/payload.ts'
import type { Customers } from './customers.ts'
import type { Ledger } from './ledger.ts'

/** The event of a new customer. `n`: its number among the events of its command. `referrer`: who recommended it. */
export function enrolledDraft(
  n: number,
  customer: string,
  personal: PersonalValues['customer.enrolled'],
  identity: 'phone' | 'email' | 'card',
  imported: boolean,
  referrer: string | null = null,
): AnyDraft {
  return {
    kind: 'customer.enrolled',
    n,
    customer,
    payload: {
      generation: 0,
      identity,
      canon: CANON_VERSION,
      imported,
      ...(referrer === null ? {} : { referred_by: referrer }),
    },
    personal,
  }
}

export interface ReadPerson {
  readonly id: string
  readonly kind: 'phone' | 'email' | 'card'
  readonly values: PersonalValues['customer.enrolled']
}

interface TypedPerson {
  readonly phone: string
  readonly email: string
  readonly card: string
  readonly name: string
  readonly birth: string
}

/** A new person as typed. Refuses the contact refusals, name_too_long, birth_date_invalid, already_enrolled, identity_taken. */
export function readPerson(
  ledger: Ledger,
  customers: Customers,
  typed: TypedPerson,
  today: string,
): Result<ReadPerson & { readonly warning: PhoneWarning }, Refusal> {
  const read = readTypedPerson(ledger, typed, today)
  if (!read.ok) return read
  const known = customers.row(read.value.id)
  if (known) return refuse(refusal('already_enrolled', { name: customers.callName(known) }))
  const taken = takenBy(customers, read.value.values, read.value.id)
  if (taken) return refuse(taken)
  const { phone } = read.value.values
  return ok({ ...read.value, warning: phone ? phoneWarning(phone) : 'none' })
}

/** The same without asking who is known already. */
export function readTypedPerson(
  ledger: Ledger,
  typed: TypedPerson,
  today: string,
): Result<ReadPerson, Refusal> {
  const contact = readContact(typed)
  if (!contact.ok) return contact
  const identity = identityOf(contact.value)
  if (!identity.ok) return identity
  const name = cleanName(typed.name)
  if (!name.ok) return name
  const birth = readBirth(typed.birth, today)
  if (!birth.ok) return birth
  const { phone, email, card } = contact.value
  const { digest } = ledger.platform
  return ok({
    id: customerId(digest, ledger.identityKey, ledger.ids.tenant, identity.value, 0),
    kind: identity.value.kind,
    values: {
      phone: phone ?? '',
      phone_typed: phone === null ? '' : typed.phone.trim(),
      email,
      card,
      name: name.value,
      birth: birth.value,
    },
  })
}

/** Somebody else has this email or card. */
export function takenBy(
  customers: Customers,
  values: { email?: string; card?: string },
  id: string,
): Refusal | null {
  for (const field of ['email', 'card'] as const) {
    const value = values[field]
    const holder = value ? customers.holderOf(field, value) : null
    if (holder && holder.id !== id)
      return refusal('identity_taken', { what: field, name: customers.callName(holder) })
  }
  return null
}

/** Who has this number, where somebody says that a recommendation was theirs. Refuses referrer_unknown. */
export function readReferrer(
  ledger: Ledger,
  customers: Customers,
  typed: string,
): Result<string | null, Refusal> {
  if (typed.trim() === '') return ok(null)
  const read = readTypedPerson(ledger, { phone: typed, email: '', card: '', name: '', birth: '' }, '')
  const row = read.ok ? customers.row(read.value.id) : null
  return row ? ok(row.id) : refuse(refusal('referrer_unknown', { typed: typed.trim() }))
}
