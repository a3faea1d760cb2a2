import { businessDate } from '../../../shared/base/business-date.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { leastRole, may } from '../../../shared/base/roles.ts'
import { expiringSoon } from '../../../shared/domain/decide/expiring.ts'
import { keptLines } from '../../../shared/domain/decide/quote.ts'
import { balanceOf, decideSale, pointsToAskFor, type SaleTerms } from '../../../shared/domain/decide/sale.ts'
import type { SaleAsk, SaleContext, SaleCustomer } from '../../../shared/domain/decide/sale-context.ts'
import { decideVoid, isSameAccount } from '../../../shared/domain/decide/void.ts'
import { owed } from '../../../shared/domain/post.ts'
import { tierStanding } from '../../../shared/domain/program/tier.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import { eventId } from '../../../shared/protocol/event.ts'
import type { AnyDraft } from '../../../shared/protocol/payload.ts'
import type { Staff } from '../people.ts'
import { rewardCount } from '../reward-count.ts'
import type { Sales } from '../sales.ts'
import {
  approved,
  askOf,
  type CommandParts,
  type Commands,
  contextOf,
  pairOf,
  requestOf,
  specOf,
} from './command.ts'

interface AskedSale {
  readonly ask: SaleAsk
  readonly customer: SaleCustomer | null
  readonly context: SaleContext
}

/** Recording and undoing a sale: a second person may approve both. */
export function saleCommands(parts: CommandParts): Pick<Commands, 'sale.record' | 'sale.void'> {
  const { ledger, customers, sales } = parts
  const { writer, platform, projector } = ledger
  const given = rewardCount(ledger)
  const accountOf = (customer: string) => projector.accounts.load(customer, ledger.settings().program.id)

  /** What is asked for, for whom and by which terms, as all of that stands now. Refuses not_found. */
  const saleOf = (input: Parsed<'sale.record'>, trusted: number): Result<AskedSale, Refusal> => {
    const { customer_id: id, redeem } = input
    const found = id === null ? ok(null) : customers.forSale(id)
    if (!found.ok) return found
    const right = id === null || redeem === null ? undefined : parts.rightFor(id, trusted)
    const context = { ...contextOf(ledger, trusted, right), given }
    return ok({ ask: askOf(ledger, input), customer: found.value, context })
  }

  /**
   * Where a customer wants more points than this till may take, head office is asked first. What it sets aside is booked
   * when this resolves; what it does not answer in time is decided without it. A repeated command asks nobody.
   */
  const topUp = async (input: Parsed<'sale.record'>, request: string): Promise<void> => {
    if (input.customer_id === null || input.redeem === null || !parts.canAsk()) return
    if (writer.repeated(input.command_id, request)) return
    const asked = saleOf(input, writer.now().trusted)
    if (!asked.ok) return
    const { ask, customer, context } = asked.value
    const points = pointsToAskFor(ask, customer, context)
    if (points > 0) await parts.topUp(input.customer_id, points)
  }

  /** What the cashier and the customer are told, from the books as the sale has left them. */
  const soldAnswer = (
    named: Pick<Output<'sale.record'>, 'sale_id' | 'customer_id'>,
    { customer, context }: AskedSale,
    terms: SaleTerms,
    trusted: number,
  ): Output<'sale.record'> => {
    const { program, timeZone } = context
    const [main] = terms.earns ?? []
    const account = customer && customers.known(customer.id) ? accountOf(customer.id) : null
    const balance = account ? balanceOf(account, trusted) : customer ? null : 0
    const tier = account ? tierStanding(program, account, trusted, timeZone).tier : null
    return {
      ...named,
      gross_kobo: terms.gross,
      net_kobo: terms.net,
      earned: main?.points ?? 0,
      redeemed: terms.redeem.points,
      pays_kobo: terms.redeem.pays,
      ...(terms.earns ? keptLines(terms.earns) : { lines: [], others: [] }),
      reward: terms.redeem.reward?.name ?? '',
      balance,
      balance_worth_kobo: balance === null ? null : balance * program.point_worth_kobo,
      tier: tier?.name ?? '',
      tier_changed: account !== null && main?.tier.id !== tier?.id,
      expiring: account ? expiringSoon(account, trusted, timeZone) : null,
      at: trusted,
    }
  }

  return {
    async 'sale.record'(input, caller) {
      const saleId = eventId(platform.digest, input.command_id, 0)
      await topUp(input, requestOf(ledger, 'sale.record', input))
      return approved(parts, 'sale.record', input, caller, (approver) =>
        writer.run({
          ...specOf(ledger, 'sale.record', input, caller, approver),
          decide: (now) => {
            const asked = saleOf(input, now.trusted)
            if (!asked.ok) return asked
            const { customer, context } = asked.value
            const said = input.override_reason
            const override = said === undefined ? {} : { override: { reason: said, approver } }
            const ask = { ...asked.value.ask, ...override }
            const decided = decideSale(saleId, ask, customer, context)
            if (!decided.ok) return decided
            const reuse = receiptRefusal(sales, context, input.receipt, caller.staff, approver)
            if (reuse && 'code' in reuse) return refuse(reuse)
            const { drafts } = decided.value
            return ok({
              drafts: reuse ? [...drafts, reuse.draft] : drafts,
              answer: () =>
                soldAnswer(
                  { sale_id: saleId, customer_id: input.customer_id },
                  asked.value,
                  decided.value.terms,
                  now.trusted,
                ),
            })
          },
        }),
      )
    },
    'sale.void'(input, caller) {
      return approved(parts, 'sale.void', input, caller, (approver) =>
        writer.run({
          ...specOf(ledger, 'sale.void', input, caller, approver),
          decide: (now) => {
            const sale = sales.booked(input.sale_id)
            if (!sale) return refuse(refusal('not_found', { what: 'This sale' }))
            const drafts = decideVoid(sale, input.reason, pairOf(caller, approver))
            if (!drafts.ok) return drafts
            const lines = sale.lines
              .filter((one) => isSameAccount(one, sale))
              .map(({ customer, event }) => projector.accounts.line(customer, event))
            const left = (kind: string): number =>
              lines.reduce((sum, l) => (l?.kind === kind ? sum + l.points - l.reversed : sum), 0)
            const [takenBack, givenBack] = [left('earn'), left('redeem')]
            return ok({
              drafts: drafts.value,
              answer: () => {
                const { customer } = sale
                const known = customer === null || customers.known(customer)
                const account = customer === null || !known ? null : accountOf(customer)
                return {
                  sale_id: sale.id,
                  customer_id: customer,
                  taken_back: takenBack,
                  given_back: givenBack,
                  balance: account ? balanceOf(account, now.trusted) : known ? 0 : null,
                  debt: account ? owed(account) : 0,
                }
              },
            })
          },
        }),
      )
    },
  }
}

/** A receipt number already used today needs a supervisor, alone or as the second person; the override is an event. */
function receiptRefusal(
  sales: Sales,
  context: SaleContext,
  receipt: string,
  staff: Staff,
  approver: Staff | null,
): Refusal | { draft: AnyDraft } | null {
  const text = receipt.trim()
  if (text === '' || !sales.receiptUsed(businessDate(context.trusted, context.timeZone), text)) return null
  const who = leastRole('receipt.reuse')
  const allowed = approver ? may(approver.role, 'receipt.reuse') : may(staff.role, 'receipt.reuse')
  if (!allowed)
    return approver
      ? refusal('approver_not_allowed', { who })
      : refusal('receipt_used', { receipt: text, who })
  return { draft: { kind: 'override', n: 3, payload: { what: 'Receipt number used twice', about: text } } }
}
