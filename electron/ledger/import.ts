import { businessDate } from '../../shared/base/business-date.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result } from '../../shared/base/result.ts'
import { earnedDraft, earnedPayload } from '../../shared/domain/decide/earn-drafts.ts'
import { amountRefusal } from '../../shared/domain/program/amount.ts'
import { earnFor } from '../../shared/domain/program/base-earn.ts'
import { BASE_RULE } from '../../shared/domain/program/rate.ts'
import { tierStanding } from '../../shared/domain/program/tier.ts'
import { eventId } from '../../shared/protocol/event.ts'
import type { AnyDraft, PersonalValues } from '../../shared/protocol/payload.ts'
import { contextOf } from './commands/command.ts'
import type { Customers } from './customers.ts'
import type { Ledger } from './ledger.ts'
import type { ImportCustomer, ImportOutcome, ImportSale } from './messages.ts'
import { enrolledDraft, type ReadPerson, readTypedPerson, takenBy } from './person.ts'

const ACTOR = { staff: 'import' } as const
/** No purchase is older than this; it catches a date column read wrongly. */
const OCCURRED_LEAST_MS = Date.parse('1970-01-02T00:00:00Z')

/** People remembered while a history is read. */
const BUYERS_MAX = 20_000

/** Numbers of the events of an imported sale: fixed, so that two tills that import one file make the same ids. */
const SALE_N = { sale: 0, earned: 1, enrolled: 2 } as const

export interface Importer {
  customers(batch: readonly ImportCustomer[]): ImportOutcome[]
  sales(batch: readonly ImportSale[], earn: boolean): ImportOutcome[]
}

/** Books rows of a file, a batch in one transaction. A row that was booked before does nothing. */
export function createImporter(ledger: Ledger, customers: Customers): Importer {
  const { writer, platform } = ledger
  // One file is one import on every till of a tenant, before an enrolment and after it.
  const commandId = (what: string, key: string): string =>
    eventId(platform.digest, `import ${what} ${key}`, 0)
  /** A row was booked before, also under the id that this till would have given it in earlier versions. */
  const isBooked = (what: string, key: string): boolean => {
    const older = eventId(platform.digest, `${ledger.tenantAlone} import ${what} ${key}`, 0)
    return [commandId(what, key), older].some((id) => writer.hasEvent(eventId(platform.digest, id, 0)))
  }
  const today = (): string => businessDate(writer.now().trusted, ledger.settings().place.time_zone)

  const run = (id: string, decide: () => Result<readonly AnyDraft[], Refusal>): Result<null, Refusal> =>
    writer.runWithin({
      id,
      actor: ACTOR,
      request: '',
      derivedSalts: true,
      decide: () => {
        const drafts = decide()
        return drafts.ok ? ok({ drafts: drafts.value, answer: () => null }) : drafts
      },
    })

  const customerRow = (row: ImportCustomer): ImportOutcome => {
    const id = commandId('customer', row.key)
    if (isBooked('customer', row.key)) return { outcome: 'already_there' }
    const read = readTypedPerson(ledger, row, today())
    if (!read.ok) return { outcome: 'refused', refusal: read.refusal }
    const taken = takenBy(customers, read.value.values, read.value.id)
    if (taken) return { outcome: 'refused', refusal: taken }
    const known = customers.row(read.value.id)
    const changes = known ? differences(known, read.value) : {}
    const consent = row.consent_marketing
    const sameConsent = consent === 'not_asked' || known?.marketing === consent || known?.marketing === 'no'
    if (known && Object.keys(changes).length === 0 && sameConsent) return { outcome: 'already_there' }
    const customer = read.value.id
    const drafts: AnyDraft[] = []
    if (!known) drafts.push(enrolledDraft(0, customer, read.value.values, read.value.kind, true))
    else if (Object.keys(changes).length > 0) {
      drafts.push({
        kind: 'customer.updated',
        n: 0,
        customer,
        payload: { fields: Object.keys(changes), cleared: [] },
        personal: changes,
      })
    }
    if (!sameConsent || (!known && consent !== 'not_asked')) {
      drafts.push({
        kind: 'customer.consent',
        n: drafts.length === 0 ? 0 : 1,
        customer,
        payload: { marketing: consent, wording: 'From a file' },
      })
    }
    const done = run(id, () => ok(drafts))
    return done.ok
      ? { outcome: 'booked', customer: known ? 'known' : 'new' }
      : { outcome: 'refused', refusal: done.refusal }
  }

  /** The same people come again and again in a history, and reading a phone number costs more than a look-up. */
  const buyers = new Map<string, Result<ReadPerson, Refusal>>()
  const readBuyer = (row: ImportSale): Result<ReadPerson, Refusal> => {
    const typed = `${row.phone}\n${row.email}\n${row.card}`
    const before = buyers.get(typed)
    if (before) return before
    if (buyers.size >= BUYERS_MAX) buyers.clear()
    const read = readTypedPerson(ledger, { ...row, name: '', birth: '' }, '')
    buyers.set(typed, read)
    return read
  }

  const saleRow = (row: ImportSale, earn: boolean): ImportOutcome => {
    const id = commandId('sale', row.key)
    const sale = eventId(platform.digest, id, SALE_N.sale)
    if (isBooked('sale', row.key)) return { outcome: 'already_there' }
    const person = readBuyer(row)
    if (!person.ok) return { outcome: 'refused', refusal: person.refusal }
    const wrong = saleRefusal(row, writer.now().trusted)
    if (wrong) return { outcome: 'refused', refusal: wrong }
    const known = knownPerson(customers, person.value)
    const done = run(id, () =>
      ok(saleDrafts(ledger, row, sale, known ?? person.value.id, known ? null : person.value, earn)),
    )
    return done.ok
      ? { outcome: 'booked', customer: known ? 'known' : 'new' }
      : { outcome: 'refused', refusal: done.refusal }
  }

  return {
    customers: (batch) => writer.transaction(() => batch.map(customerRow)),
    sales: (batch, earn) => writer.transaction(() => batch.map((row) => saleRow(row, earn))),
  }
}

/** Somebody known by this identity, or by the card or email beside another one. */
function knownPerson(customers: Customers, person: ReadPerson): string | null {
  if (customers.row(person.id)) return person.id
  const { email, card } = person.values
  const holder =
    (card ? customers.holderOf('card', card) : null) ?? (email ? customers.holderOf('email', email) : null)
  return holder?.id ?? null
}

function saleRefusal(row: ImportSale, trusted: number): Refusal | null {
  // Zero is a purchase too in a history (paid by voucher, given away): a visit that earns nothing.
  const amount = row.amount_kobo === 0 ? null : amountRefusal(row.amount_kobo)
  if (amount) return amount
  if (!Number.isSafeInteger(row.occurred_ms) || row.occurred_ms < OCCURRED_LEAST_MS) {
    return refusal('invalid', { what: 'The date', why: 'it is before 1970' })
  }
  if (row.occurred_ms > trusted + 86_400_000)
    return refusal('invalid', { what: 'The date', why: 'it lies in the future' })
  const receipt = row.receipt.trim()
  if (receipt.length > LIMITS.receiptCharsMax || /[~\p{Cc}]/u.test(receipt)) {
    return refusal('receipt_invalid', { max: LIMITS.receiptCharsMax })
  }
  return null
}

function saleDrafts(
  ledger: Ledger,
  row: ImportSale,
  sale: string,
  customer: string,
  enrol: ReadPerson | null,
  earn: boolean,
): AnyDraft[] {
  const context = contextOf(ledger, ledger.writer.now().trusted)
  const drafts: AnyDraft[] = []
  if (enrol) drafts.push(enrolledDraft(SALE_N.enrolled, customer, enrol.values, enrol.kind, true))
  drafts.push({
    kind: 'sale.recorded',
    n: SALE_N.sale,
    customer,
    payload: {
      sale,
      gross: row.amount_kobo,
      net: row.amount_kobo,
      currency: context.currency,
      channel: row.channel || 'pos',
      receipt: row.receipt.trim(),
      lines: [],
      occurred_at: row.occurred_ms,
      imported: true,
    },
  })
  if (earn) {
    const { program, trusted, timeZone } = context
    const account = ledger.projector.accounts.load(customer, program.id)
    const { tier } = tierStanding(program, account, trusted, timeZone)
    const { points, base, multiplier_bp } = earnFor(program, tier, row.amount_kobo)
    if (points > 0) {
      // A history earns by the base alone: rules are about what a customer does now.
      const line = {
        rule: BASE_RULE,
        rule_name: program.name,
        points,
        base,
        on_kobo: row.amount_kobo,
        multiplier_bp,
        tier: tier.name,
        once: [],
        tier_counts: true,
      }
      const times = { effective: trusted, occurred: row.occurred_ms, timeZone }
      const payload = earnedPayload(sale, line, program, row.amount_kobo, times)
      drafts.push(earnedDraft(SALE_N.earned, customer, program, payload))
    }
  }
  return drafts
}

/** Fields typed in the file that differ from what is known; an empty field overwrites nothing. */
function differences(
  known: { name: string; birth: string; email: string | null; card: string | null },
  read: ReadPerson,
): PersonalValues['customer.updated'] {
  const { name, birth, email, card } = read.values
  return {
    ...(name && name !== known.name ? { name } : {}),
    ...(birth && birth !== known.birth ? { birth } : {}),
    ...(email && email !== (known.email ?? '') ? { email } : {}),
    ...(card && card !== (known.card ?? '') ? { card } : {}),
  }
}
