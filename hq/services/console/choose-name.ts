import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import { loadBooks, tenantRow } from '../load-books.ts'
import { writeOwnEvents } from '../own-events.ts'
import { nowOf, type Parts } from '../parts.ts'
import { saveBooks } from '../save-books.ts'
import type { Person } from './person.ts'

/** The name of a customer from now on, as an entry of head office's own chain. Refuses refused. */
export function chooseName(
  parts: Parts,
  who: Person,
  customer: string,
  name: string,
): Promise<Result<null, ConsoleRefusal>> {
  return parts.db.tenant(who.tenant, async (tx) => {
    const tenant = await tenantRow(tx, who.tenant)
    const now = nowOf(parts)
    const { books } = await loadBooks(parts, tx, tenant, [], [customer])
    if (!books.customers.has(books.aliases.get(customer) ?? customer)) {
      return refuse(consoleRefusal('refused', 'This customer is not here any more. Nothing was changed.'))
    }
    const payload = { fields: ['name'], cleared: [] }
    await writeOwnEvents(
      parts,
      tx,
      tenant,
      books,
      [{ kind: 'customer.updated', payload, customer, personal: { name } }],
      { staff: who.name, now },
    )
    await saveBooks(tx, tenant, books, now)
    return ok(null)
  })
}
