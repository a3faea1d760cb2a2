import { refuse } from '../../../shared/base/result.ts'
import { mergeCustomers } from '../../services/merge.ts'
import { type Command, JSON_OPTION, TENANT } from '../command.ts'
import { tell, WHO, withTenant } from '../with-hq.ts'

export const mergeCustomersCommand: Command = {
  name: 'merge-customers',
  operand: 'INTO FROM',
  summary:
    'two customers are one person: FROM becomes another id of INTO, with its points; it cannot be undone',
  options: { ...TENANT, ...JSON_OPTION },
  run: (given, terminal) =>
    withTenant(given, terminal, async (hq, tenant) => {
      const [into = '', from = ''] = given.operands
      const done = await mergeCustomers(hq.parts, { tenant, into, from, who: WHO })
      if (!done.ok) return refuse(done.refusal.detail)
      return tell(given, terminal, { customer: done.value.customer, merged: from })
    }),
}
