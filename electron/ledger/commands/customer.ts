import { businessDate } from '../../../shared/base/business-date.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { readBirth } from '../../../shared/domain/birthday.ts'
import { signUpDrafts } from '../../../shared/domain/decide/sign-up.ts'
import { readCard, readEmail } from '../../../shared/domain/identity.ts'
import { cleanName } from '../../../shared/domain/name-search.ts'
import type { Parsed } from '../../../shared/ipc/contract.ts'
import type { AnyDraft, PersonalValues } from '../../../shared/protocol/payload.ts'
import type { Customers } from '../customers.ts'
import { enrolledDraft, readPerson, readReferrer, takenBy } from '../person.ts'
import { type CommandParts, type Commands, contextOf, RULES_VERSION, specOf } from './command.ts'

const NOTE_CHARS_MAX = 500

/** Enrolling, changing and asking consent of a customer. */
export function customerCommands({
  ledger,
  customers,
}: CommandParts): Pick<Commands, 'customer.enrol' | 'customer.update' | 'customer.consent'> {
  const { writer } = ledger
  const today = (trusted: number): string => businessDate(trusted, ledger.settings().place.time_zone)
  return {
    'customer.enrol': (input, caller) =>
      writer.run({
        ...specOf(ledger, 'customer.enrol', input, caller),
        decide: (now) => {
          const read = readPerson(ledger, customers, input, today(now.trusted))
          if (!read.ok) return read
          const brought = readReferrer(ledger, customers, input.recommended_by ?? '')
          if (!brought.ok) return brought
          const { id, values, warning } = read.value
          const context = contextOf(ledger, now.trusted)
          const referrer = ledger.payloadMax() < RULES_VERSION ? null : brought.value
          const person = { joined: now.trusted, birth: values.birth, sales: 0, segments: [], referrer: null }
          const welcome = signUpDrafts(id, person, context)
          const wording = input.consent.wording.trim().slice(0, LIMITS.consentCharsMax)
          const drafts: AnyDraft[] = [
            enrolledDraft(0, id, values, read.value.kind, false, referrer),
            {
              kind: 'customer.consent',
              n: 1,
              customer: id,
              payload: { marketing: input.consent.marketing, wording },
            },
            ...welcome,
          ]
          const points = welcome
            .filter(({ program }) => program === context.program.id)
            .reduce((sum, { payload }) => sum + payload.points, 0)
          return ok({ drafts, answer: () => ({ customer_id: id, warning, points }) })
        },
      }),
    'customer.update': (input, caller) =>
      writer.run({
        ...specOf(ledger, 'customer.update', input, caller),
        decide: (now) => {
          if (!customers.row(input.customer_id))
            return refuse(refusal('not_found', { what: 'This customer' }))
          const values = readChanges(customers, input, today(now.trusted))
          if (!values.ok) return values
          const fields = Object.keys(values.value).filter((f) => !input.clear.some((c) => c === f))
          const cleared: readonly string[] = input.clear
          const drafts: AnyDraft[] = [
            {
              kind: 'customer.updated',
              n: 0,
              customer: input.customer_id,
              payload: { fields, cleared },
              personal: values.value,
            },
          ]
          return ok({ drafts, answer: () => ({ customer_id: input.customer_id }) })
        },
      }),
    'customer.consent': (input, caller) =>
      writer.run({
        ...specOf(ledger, 'customer.consent', input, caller),
        decide: () => {
          if (!customers.row(input.customer_id))
            return refuse(refusal('not_found', { what: 'This customer' }))
          const { marketing } = input
          const wording = input.wording.trim().slice(0, LIMITS.consentCharsMax)
          const drafts: AnyDraft[] = [
            { kind: 'customer.consent', n: 0, customer: input.customer_id, payload: { marketing, wording } },
          ]
          return ok({ drafts, answer: () => ({ customer_id: input.customer_id }) })
        },
      }),
  }
}

/** Fields typed; an empty text is left out unless it is named to be emptied. Refuses invalid when nothing is left. */
function readChanges(
  customers: Customers,
  input: Parsed<'customer.update'>,
  today: string,
): Result<PersonalValues['customer.updated'], Refusal> {
  const values: { name?: string; birth?: string; email?: string; card?: string; note?: string } = {}
  const typed = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''
  if (typed(input.name)) {
    const name = cleanName(input.name)
    if (!name.ok) return name
    values.name = name.value
  }
  if (typed(input.birth)) {
    const birth = readBirth(input.birth, today)
    if (!birth.ok) return birth
    values.birth = birth.value
  }
  for (const [field, read] of [
    ['email', readEmail],
    ['card', readCard],
  ] as const) {
    const text = input[field]
    if (!typed(text)) continue
    const value = read(text)
    if (!value.ok) return value
    values[field] = value.value
  }
  if (typed(input.note)) {
    if (input.note.length > NOTE_CHARS_MAX) return refuse(refusal('reason_too_long', { max: NOTE_CHARS_MAX }))
    values.note = input.note.trim()
  }
  for (const field of input.clear) values[field] = ''
  const row = customers.row(input.customer_id)
  if (
    row &&
    row.phone === null &&
    (values.email ?? row.email ?? '') === '' &&
    (values.card ?? row.card ?? '') === ''
  ) {
    return refuse(refusal('identity_missing'))
  }
  if (Object.keys(values).length === 0)
    return refuse(refusal('invalid', { what: 'The change', why: 'nothing was typed' }))
  const taken = takenBy(customers, values, input.customer_id)
  return taken ? refuse(taken) : ok(values)
}
