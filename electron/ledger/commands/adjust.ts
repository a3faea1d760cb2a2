import { businessDate, startOfDate } from '../../../shared/base/business-date.ts'
import { refusal } from '../../../shared/base/refusal.ts'
import { ok, refuse } from '../../../shared/base/result.ts'
import { decideAdjust } from '../../../shared/domain/decide/adjust.ts'
import { balanceOf } from '../../../shared/domain/decide/sale.ts'
import { EVENT_COUNTS } from '../database.ts'
import { approved, type CommandParts, type Commands, contextOf, pairOf, specOf } from './command.ts'

/** Giving or taking points by hand, which a second person may approve. */
export function adjustCommands(parts: CommandParts): Pick<Commands, 'points.adjust'> {
  const { ledger, customers } = parts
  const { db, writer, projector } = ledger
  const aloneToday = db
    .prepare<[string, number], number>(
      `SELECT coalesce(sum(CASE WHEN ${EVENT_COUNTS} THEN
           CASE WHEN CAST(bytes AS TEXT) ->> '$.actor.approver' IS NULL
             THEN abs(CAST(bytes AS TEXT) ->> '$.payload.points') END END), 0)
       FROM event e INDEXED BY event_notable
       WHERE staff <> 'import' AND kind NOT IN ('sale.recorded', 'points.earned', 'points.redeemed')
         AND staff = ? AND trusted >= ? AND kind = 'points.adjusted'`,
    )
    .pluck()

  return {
    'points.adjust'(input, caller) {
      return approved(parts, 'points.adjust', input, caller, (approver) =>
        writer.run({
          ...specOf(ledger, 'points.adjust', input, caller, approver),
          decide: (now) => {
            const customer = customers.forSale(input.customer_id)
            if (!customer.ok) return customer
            const context = contextOf(ledger, now.trusted)
            const known = customers.known(input.customer_id)
            if (!known && input.points < 0)
              return refuse(refusal('view_unknown', { name: customer.value.name }))
            const dayStart = startOfDate(businessDate(now.trusted, context.timeZone), context.timeZone)
            const limits = {
              dailyLimit: ledger.settings().policy.adjust_daily_limit[caller.staff.role],
              aloneToday: aloneToday.get(caller.staff.id, dayStart) ?? 0,
            }
            const drafts = decideAdjust(input, customer.value, pairOf(caller, approver), limits, context)
            if (!drafts.ok) return drafts
            return ok({
              drafts: drafts.value,
              answer: () => ({
                customer_id: input.customer_id,
                points: input.points,
                balance: known
                  ? balanceOf(projector.accounts.load(input.customer_id, context.program.id), now.trusted)
                  : null,
                approved_by: approver?.id ?? '',
              }),
            })
          },
        }),
      )
    },
  }
}
