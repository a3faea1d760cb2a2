import { businessDate } from '../../../shared/base/business-date.ts'
import { ok } from '../../../shared/base/result.ts'
import { quoteSale } from '../../../shared/domain/decide/quote.ts'
import { balanceOf } from '../../../shared/domain/decide/sale.ts'
import { askOf, contextOf } from '../commands/command.ts'
import { quoteRefund } from '../commands/refund.ts'
import { settingsView } from '../commands/settings.ts'
import { explainer } from '../explain.ts'
import { exportPage } from '../export.ts'
import { createReports } from '../reports.ts'
import { rewardCount } from '../reward-count.ts'
import type { HandlerParts, Handlers } from './handler.ts'
import type { HeadOfficeMethod } from './head-office.ts'
import { healthReport } from './health.ts'
import type { ReceiptMethod } from './receipt.ts'

/** Handlers of everything that the till answers by itself. */
export function tillHandlers({
  parts,
  people,
  customers,
  sales,
  commands,
  status,
  openSession,
}: HandlerParts): Omit<Handlers, HeadOfficeMethod | ReceiptMethod> {
  const { ledger } = parts
  const reports = createReports(ledger, parts.headOffice)
  const given = rewardCount(ledger)
  const explain = explainer(ledger)
  return {
    ...commands,
    'system.status': () => ok(status()),
    async 'session.sign_in'(input) {
      const staff = await people.checkPin(input.staff_id, input.pin)
      return staff.ok ? ok(openSession(staff.value.id)) : staff
    },
    'session.sign_out'(_input, caller) {
      people.close(caller.token)
      return ok({})
    },
    'session.touch': () => ok({}),
    'customer.search': (input) => ok(customers.search(input.text)),
    'customer.card': (input) => customers.card(input.customer_id),
    'customer.lines': (input) => ok(customers.statement(input.customer_id, input.cursor, input.limit)),
    'sale.quote'(input) {
      const found = input.customer_id === null ? ok(null) : customers.forSale(input.customer_id)
      if (!found.ok) return found
      const ask = askOf(ledger, input)
      const { trusted } = ledger.writer.now()
      const customer = found.value
      // Looked up where it says something: points to redeem, or an account that is not known here.
      const hasRight =
        customer !== null &&
        (input.redeem !== null || balanceOf(customer.account, trusted) > 0 || !customers.known(customer.id))
      const right = hasRight ? parts.headOffice.rightFor(customer.id, trusted) : undefined
      const canAsk = hasRight && parts.headOffice.canAsk()
      return ok(quoteSale(ask, customer, { ...contextOf(ledger, trusted, right), canAsk, given }))
    },
    'sale.explain': (input) => explain(input.customer_id, input.event_id),
    'sale.list'(input, caller) {
      const { time_zone } = ledger.settings().place
      const mine = { staff: caller.staff.id, day: businessDate(ledger.writer.now().trusted, time_zone) }
      const { customer_id: customer, receipt, cursor, limit } = input
      return ok(
        sales.list({
          customer,
          receipt: receipt.trim(),
          cursor,
          limit,
          ...(input.mine_today ? mine : {}),
        }),
      )
    },
    'sale.refund_quote': (input) => quoteRefund(sales, customers, input),
    'manager.today': (input) => ok(reports.today(input.date)),
    'manager.events': (input) => ok(reports.events(input)),
    'staff.list': () => ok({ staff: people.all() }),
    'settings.get': () => ok(settingsView(ledger)),
    'health.get': () => ok(healthReport(parts)),
    'health.verify': (_input, caller) => ok({ started: parts.beside.verify(caller.staff.name).started }),
    'backup.create': () => parts.beside.backup(),
    'export.page': (input) => exportPage(ledger, input),
  }
}
