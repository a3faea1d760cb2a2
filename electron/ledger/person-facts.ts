import type { Account } from '../../shared/domain/account.ts'
import type { PersonFacts, Referrer, SaleCustomer } from '../../shared/domain/decide/sale-context.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import { decodeEnvelope } from '../../shared/protocol/event.ts'
import type { Payloads } from '../../shared/protocol/payload.ts'
import { EVENT_COUNTS } from './database.ts'
import type { Ledger } from './ledger.ts'

/** What programs ask of a person, as the rows and the own entries of this till have it. */
interface PeopleFacts {
  /** The accounts in the programs beside the one that is redeemed from, and what rules ask. */
  of(id: string, known: KnownPerson): Pick<SaleCustomer, 'others' | 'facts'>
}

interface KnownPerson {
  readonly joined: number
  readonly birth: string
  readonly sales: number
}

/** True where who brought a customer matters. */
const asksWhoBrought = ({ rules }: Program): boolean =>
  rules.some(({ kind, active, gives }) => {
    const on = kind === 'bonus' && active ? gives.on : null
    return on === 'referral_new' || on === 'referral_by'
  })

export function peopleFacts(ledger: Ledger): PeopleFacts {
  const { db, platform, projector } = ledger
  const { accounts } = projector
  const { replica } = accounts
  const enrolledAs = db
    .prepare<[string], Uint8Array>(
      `SELECT bytes FROM event e WHERE e.customer = ? AND e.kind = 'customer.enrolled' AND ${EVENT_COUNTS}
       ORDER BY e.place DESC LIMIT 1`,
    )
    .pluck()
  const person = db.prepare<[string], KnownPerson>(
    'SELECT joined, birth, sale_count AS sales FROM customer WHERE id = ?',
  )

  const broughtBy = (root: string): string | null => {
    for (const id of replica.idsOf(root)) {
      const bytes = enrolledAs.get(id)
      if (bytes === undefined) continue
      const { referred_by } = decodeEnvelope(platform.digest, bytes).payload as Payloads['customer.enrolled']
      if (referred_by !== undefined) return replica.rootOf(referred_by)
    }
    return null
  }

  const accountsOf = (root: string, programs: readonly Program[]): ReadonlyMap<string, Account> =>
    new Map(programs.map(({ id }) => [id, accounts.load(root, id)]))

  const referrerOf = (root: string, programs: readonly Program[]): Referrer | null => {
    const id = broughtBy(root)
    const known = id === null ? undefined : person.get(id)
    if (id === null || known === undefined || id === root) return null
    return { id, accounts: accountsOf(id, programs), facts: { ...known, segments: [] } }
  }

  return {
    of(root, { joined, birth, sales }) {
      const { program, otherPrograms } = ledger.settings()
      const all = [program, ...otherPrograms]
      // Only a first purchase asks who brought somebody.
      const referrer = sales === 0 && all.some(asksWhoBrought) ? referrerOf(root, all) : null
      const facts: PersonFacts = { joined, birth, sales, segments: [], referrer }
      return { others: accountsOf(root, otherPrograms), facts }
    },
  }
}
