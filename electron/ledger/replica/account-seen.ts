import type { Ledger } from '../ledger.ts'

/** What is known of where an account comes from. */
interface AccountSeen {
  /** Trusted time at which it was last known to be the latest, ms. */
  readonly at: number
}

/** When this till was enrolled; null: it works alone. */
export function enrolmentOf({ db }: Ledger): () => { readonly place: number; readonly at: number } | null {
  const enrolled = db.prepare<[], string>(`SELECT value FROM setting WHERE key = 'enrolled'`).pluck()
  return () => {
    const text = enrolled.get()
    return text === undefined ? null : (JSON.parse(text) as { place: number; at: number })
  }
}

/**
 * Since when an enrolled till knows the account it shows: a row of a list that is followed is as young as the list,
 * one that was fetched as the answer, and an own account from before the enrolment that no row has replaced yet as the
 * enrolment. Null: there is no such account here.
 */
export function accountSeen(ledger: Ledger): (customer: string, program: string) => AccountSeen | null {
  const { db, projector } = ledger
  const listAsOf = db.prepare<[], number | null>(`SELECT as_of FROM shape WHERE shape = 'account'`).pluck()
  const before = db
    .prepare<[string, number], number>('SELECT 1 FROM event WHERE customer = ? AND place < ? LIMIT 1')
    .pluck()
  const enrolment = enrolmentOf(ledger)
  const { replica } = projector.accounts
  return (customer, program) => {
    const root = replica.rootOf(customer)
    const row = replica.account(root, program)
    if (row) {
      if (row.gone) return null
      return { at: row.fetched ? row.seen : Math.max(row.seen, listAsOf.get() ?? 0) }
    }
    const since = enrolment()
    if (since === null) return null
    const alone = replica.idsOf(root).some((id) => before.get(id, since.place) !== undefined)
    return alone ? { at: since.at } : null
  }
}
