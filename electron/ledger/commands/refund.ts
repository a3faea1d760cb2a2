import type { Refusal } from '../../../shared/base/refusal.ts'
import { refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result } from '../../../shared/base/result.ts'
import { decideRefund, leftOf, type Refund, refundOf } from '../../../shared/domain/decide/refund.ts'
import { balanceOf } from '../../../shared/domain/decide/sale.ts'
import { owed } from '../../../shared/domain/post.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import { eventId } from '../../../shared/protocol/event.ts'
import type { Customers } from '../customers.ts'
import type { Sales } from '../sales.ts'
import { approved, type CommandParts, type Commands, pairOf, specOf } from './command.ts'

/** Giving back a part of a sale, or all that is left of it. */
export function refundCommands(parts: CommandParts): Pick<Commands, 'sale.refund'> {
  const { ledger, customers, sales } = parts
  const { writer, platform, projector } = ledger
  return {
    'sale.refund'(input, caller) {
      const event = eventId(platform.digest, input.command_id, 0)
      return approved(parts, 'sale.refund', input, caller, (approver) =>
        writer.run({
          ...specOf(ledger, 'sale.refund', input, caller, approver),
          decide: (now) => {
            const found = sales.toRefund(input.sale)
            if (!found.ok) return found
            const sale = found.value
            const decided = decideRefund(sale, input, pairOf(caller, approver))
            if (!decided.ok) return decided
            const { refund, drafts } = decided.value
            return ok({
              drafts,
              answer: () => {
                const { customer } = sale
                const known = customer === null || customers.known(customer)
                const account = customer === null ? null : projector.accounts.load(customer, sale.program)
                return {
                  sale_id: sale.id,
                  customer_id: customer,
                  kobo: refund.kobo,
                  left_kobo: leftOf(sale) - refund.kobo,
                  whole: refund.whole,
                  taken_back: refund.takenBack,
                  given_back: refund.givenBack,
                  waiting: account?.pending.some((one) => one.event === event) ?? false,
                  balance: !known ? null : account ? balanceOf(account, now.trusted) : 0,
                  debt: known && account ? owed(account) : 0,
                }
              },
            })
          },
        }),
      )
    },
  }
}

/** What giving so much back would do. */
export function quoteRefund(
  sales: Sales,
  customers: Customers,
  { sale: named, kobo }: Parsed<'sale.refund_quote'>,
): Result<Output<'sale.refund_quote'>, Refusal> {
  const found = sales.toRefund(named)
  if (!found.ok) return found
  const sale = found.value
  const refund = sale.void ? { ok: false as const, refusal: refusal('already_void') } : refundOf(sale, kobo)
  const nothing: Pick<Refund, 'kobo' | 'takenBack' | 'givenBack'> = { kobo: 0, takenBack: 0, givenBack: 0 }
  const does = refund.ok ? refund.value : nothing
  const customer = sale.customer === null ? null : customers.forSale(sale.customer)
  return ok({
    sale_id: sale.id,
    customer_id: sale.customer,
    customer_name: customer?.ok ? customer.value.name : '',
    ours: sale.ours,
    net_kobo: sale.netKobo,
    refunded_kobo: sale.refundedKobo,
    left_kobo: sale.void ? 0 : leftOf(sale),
    state: sale.void ? 'void' : 'booked',
    kobo: does.kobo,
    taken_back: does.takenBack,
    given_back: does.givenBack,
    refusal: refund.ok ? null : { code: refund.refusal.code, sentence: refund.refusal.sentence },
  })
}
