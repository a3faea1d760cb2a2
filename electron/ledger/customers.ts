import type { z } from 'zod'
import { businessDate } from '../../shared/base/business-date.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { birthdayInDays } from '../../shared/domain/birthday.ts'
import { expiringList } from '../../shared/domain/decide/expiring.ts'
import type { RedeemRight } from '../../shared/domain/decide/floor.ts'
import { usableHere } from '../../shared/domain/decide/redeem-right.ts'
import { balanceOf } from '../../shared/domain/decide/sale.ts'
import type { SaleCustomer } from '../../shared/domain/decide/sale-context.ts'
import { maskPhone, phoneGroups } from '../../shared/domain/phone.ts'
import { summary } from '../../shared/domain/post.ts'
import { tierStanding } from '../../shared/domain/program/tier.ts'
import type { Card } from '../../shared/ipc/customer-values.ts'
import { accountViews } from './account-view.ts'
import { createSearch, type Found } from './customer-search.ts'
import type { Ledger } from './ledger.ts'
import { peopleFacts } from './person-facts.ts'
import type { Sales } from './sales.ts'
import { type StatementPage, statementReader } from './statement.ts'

type CardView = z.infer<typeof Card>

interface CustomerRow {
  readonly id: string
  readonly name: string
  readonly phone: string | null
  readonly phone_typed: string
  readonly email: string | null
  readonly card: string | null
  readonly birth: string
  readonly note: string
  readonly marketing: 'yes' | 'no' | 'not_asked'
  readonly consent_at: number | null
  readonly consent_wording: string
  readonly joined: number
  readonly version: number
  readonly sale_count: number
  readonly spend_kobo: number
  readonly lifetime: number
}

export interface Customers {
  search(text: string): Found
  row(id: string): CustomerRow | null
  /** As a sale or an adjustment takes it. Refuses not_found. */
  forSale(id: string): Result<SaleCustomer, Refusal>
  card(id: string): Result<CardView, Refusal>
  statement(id: string, cursor: string | null, limit: number): StatementPage
  /** False: head office has not told this till of their account. */
  known(id: string): boolean
  /** Who has this email or card, if anyone. */
  holderOf(field: 'email' | 'card', value: string): CustomerRow | null
  /** How a sentence calls this person. */
  callName(row: { name: string; phone: string | null; card: string | null; email: string | null }): string
}

/** Everything the till knows about people, read from the projections. */
export function createCustomers(
  ledger: Ledger,
  sales: Sales,
  rightFor: (customer: string, trusted: number) => RedeemRight,
): Customers {
  const { db, writer, projector } = ledger
  const byId = db.prepare<[string], CustomerRow>('SELECT * FROM customer WHERE id = ?')
  const forSaleOf = db
    .prepare<
      [string],
      readonly [
        name: string,
        phone: string | null,
        card: string | null,
        email: string | null,
        joined: number,
        birth: string,
        sales: number,
      ]
    >('SELECT name, phone, card, email, joined, birth, sale_count FROM customer WHERE id = ?')
    .raw()
  const idOfEmail = db.prepare<[string], CustomerRow>('SELECT * FROM customer WHERE email = ?')
  const idOfCard = db.prepare<[string], CustomerRow>('SELECT * FROM customer WHERE card = ?')
  const statement = statementReader(ledger)
  const { rootOf } = projector.accounts.replica
  const views = accountViews(ledger)
  const facts = peopleFacts(ledger)

  const callName: Customers['callName'] = (row) =>
    row.name || (row.phone ? phoneShown(row.phone) : row.card || row.email || 'This customer')
  const phoneShown = (e164: string): string => {
    const display = phoneGroups(e164).join(' ')
    return ledger.settings().policy.mask_phones ? maskPhone(display) : display
  }

  return {
    search: createSearch(ledger, phoneShown, views.known),
    row: (id) => byId.get(rootOf(id)) ?? null,
    forSale(named) {
      const id = rootOf(named)
      const row = forSaleOf.get(id)
      if (!row) return refuse(refusal('not_found', { what: 'This customer' }))
      const [name, phone, card, email, joined, birth, sales] = row
      const known = facts.of(id, { joined, birth, sales })
      const account = projector.accounts.load(id, ledger.settings().program.id)
      return ok({ id, name: callName({ name, phone, card, email }), account, ...known })
    },
    card(named) {
      const id = rootOf(named)
      const row = byId.get(id)
      if (!row) return refuse(refusal('not_found', { what: 'This customer' }))
      const { program, otherPrograms, place } = ledger.settings()
      const asOf = writer.now().trusted
      const account = projector.accounts.load(id, program.id)
      const sums = summary(account, asOf)
      const { tier, next, missing, points, keeps_until } = tierStanding(
        program,
        account,
        asOf,
        place.time_zone,
      )
      const last = sales.list({ customer: id, cursor: null, limit: 5 }).sales
      return ok({
        id,
        name: row.name,
        phone: row.phone === null ? '' : phoneShown(row.phone),
        phone_e164: ledger.settings().policy.mask_phones ? '' : (row.phone ?? ''),
        card: row.card ?? '',
        email: row.email ?? '',
        birth: row.birth,
        birthday_in_days: birthdayInDays(row.birth, businessDate(asOf, place.time_zone)),
        joined_at: row.joined,
        consent: { marketing: row.marketing, at: row.consent_at, wording: row.consent_wording },
        note: row.note,
        version: row.version,
        tier: { ...tier, benefits: [...tier.benefits] },
        tier_kept_until: keeps_until,
        tier_points: points,
        next_tier: next,
        points_to_next_tier: missing,
        other_programs: otherPrograms
          .map(({ id: other, name }) => {
            return { program: name, points: balanceOf(projector.accounts.load(id, other), asOf) }
          })
          .filter((one) => one.points > 0),
        account: {
          ...views.of(id, asOf),
          available: sums.open,
          leased: sums.leased,
          balance: balanceOf(account, asOf),
          worth_kobo: balanceOf(account, asOf) * program.point_worth_kobo,
          usable_here: usableHere(rightFor(id, asOf), sums.open),
          debt: sums.debt,
          earned: sums.earned,
          redeemed: sums.redeemed,
          expired: sums.lapsed,
          lifetime: account.lifetime,
          expiring: expiringList(account, asOf, place.time_zone),
          last_activity_at: account.postNo === 0 ? null : account.lastEffective,
        },
        segments: [],
        visits: { count: row.sale_count, spend_kobo: row.spend_kobo, last },
      })
    },
    statement,
    known: views.known,
    holderOf: (field, value) => (field === 'email' ? idOfEmail : idOfCard).get(value) ?? null,
    callName,
  }
}
