import { leased, open, owed } from '../../../shared/domain/post.ts'
import type { AccountFigures } from '../../../shared/sync/wire.ts'
import { EVENT_COUNTS } from '../database.ts'
import type { Ledger } from '../ledger.ts'
import type { ChainFigures, SyncOps } from '../sync-port.ts'
import { otherWork } from './other-work.ts'
import type { OwnEvents } from './own-events.ts'

type Ask = SyncOps['reconcile_page']['input']
type Page = SyncOps['reconcile_page']['output']

/** Accounts computed before a sale may go first. */
const ACCOUNTS_AT_ONCE = 50
/** Events summed before a sale may go first. */
const EVENTS_AT_ONCE = 2_000

interface Reconciliation {
  ask(report: string): void
  page(ask: Ask): Promise<Page>
  done(answer: SyncOps['reconciled']['input']): void
}

interface Report {
  readonly report: string
  readonly as_of: number
}

const ASKED = 'reconcile_report'

/** What this till shows, page by page, for head office to compare with what it holds. */
export function createReconciliation(ledger: Ledger, own: OwnEvents): Reconciliation {
  const { db, writer } = ledger
  const read = db.prepare<[], string>(`SELECT value FROM till WHERE key = '${ASKED}'`).pluck()
  const save = db.prepare(`INSERT OR REPLACE INTO till (key, value) VALUES ('${ASKED}', ?)`)
  const close = db.prepare(`DELETE FROM till WHERE key = '${ASKED}' AND value ->> 'report' = ?`)
  const figuresOf = accountFigures(ledger, own)
  const chainsOf = chainFigures(ledger)
  const keys = db.prepare<[string, string, number], { customer: string; program: string }>(
    `SELECT customer, program FROM (
       SELECT customer, program FROM replica_account WHERE gone = 0 UNION SELECT customer, program FROM account)
     WHERE (customer, program) > (?, ?) ORDER BY customer, program LIMIT ?`,
  )
  const asked = (): Report | null => {
    const text = read.get()
    return text === undefined ? null : (JSON.parse(text) as Report)
  }
  return {
    ask(report) {
      if (asked()?.report !== report) save.run(JSON.stringify({ report, as_of: writer.now().trusted }))
    },
    done({ report }) {
      close.run(report)
    },
    async page({ after, rows }) {
      const report = asked()
      if (!report) return null
      const [customer = '', program = ''] = after === null ? [] : after.split('~')
      const found = keys.all(customer, program, rows)
      const accounts: AccountFigures[] = []
      for (const [i, key] of found.entries()) {
        if (i > 0 && i % ACCOUNTS_AT_ONCE === 0) await otherWork()
        accounts.push(figuresOf(key.customer, key.program, report.as_of))
      }
      const last = found.at(-1)
      return {
        ...report,
        chains: after === null ? await chainsOf() : [],
        accounts,
        next: found.length === rows && last ? `${last.customer}~${last.program}` : null,
      }
    },
  }
}

function accountFigures({ projector }: Ledger, own: OwnEvents) {
  const { accounts } = projector
  return (customer: string, program: string, asOf: number): AccountFigures => {
    const row = accounts.replica.account(customer, program)
    const account = accounts.load(customer, program)
    const later = own.later(accounts.replica.idsOf(customer), row?.applied ?? {})
    return {
      customer,
      program,
      version: row?.version ?? 0,
      hq_epoch: row?.hq_epoch ?? 0,
      pending: later.filter((event) => event.program === program).length,
      open: open(account, asOf),
      leased: leased(account),
      debt: owed(account),
      lifetime: account.lifetime,
    }
  }
}

interface Sums {
  readonly epoch: number
  readonly events: number
  readonly points: number
  readonly sales: number
  readonly last: number
}

/**
 * Of each epoch: how many events count, where the chain ends, points of its earns and adjustments less those of its
 * redemptions as the events say them, and the gross of its sales. A stretch of places at a time.
 */
function chainFigures({ db, platform }: Ledger): () => Promise<readonly ChainFigures[]> {
  const stretch = db.prepare<[number, number], Sums>(
    `SELECT epoch, count(*) AS events, max(place) AS last,
       coalesce(sum(CASE kind WHEN 'points.earned' THEN CAST(bytes AS TEXT) ->> '$.payload.points'
         WHEN 'points.adjusted' THEN CAST(bytes AS TEXT) ->> '$.payload.points'
         WHEN 'points.redeemed' THEN -(CAST(bytes AS TEXT) ->> '$.payload.points') END), 0) AS points,
       coalesce(sum(CASE kind WHEN 'sale.recorded' THEN CAST(bytes AS TEXT) ->> '$.payload.gross' END), 0) AS sales
     FROM event e WHERE place > ? AND place <= ? AND ${EVENT_COUNTS} GROUP BY epoch`,
  )
  const hashOf = db.prepare<[number], Uint8Array>('SELECT hash FROM event WHERE place = ?').pluck()
  const head = db.prepare<[], number | null>('SELECT max(place) FROM event').pluck()
  return async () => {
    const chains = new Map<number, Sums>()
    const end = head.get() ?? 0
    for (let after = 0; after < end; after += EVENTS_AT_ONCE) {
      for (const part of stretch.all(after, Math.min(end, after + EVENTS_AT_ONCE))) {
        const sum = chains.get(part.epoch)
        chains.set(part.epoch, {
          epoch: part.epoch,
          events: part.events + (sum?.events ?? 0),
          points: part.points + (sum?.points ?? 0),
          sales: part.sales + (sum?.sales ?? 0),
          last: part.last,
        })
      }
      await otherWork()
    }
    return [...chains.values()].map(({ epoch, events, points, sales, last }) => ({
      epoch,
      events,
      head_hash: platform.digest.hex(new Uint8Array(hashOf.get(last) ?? [])),
      points,
      sales_kobo: sales,
    }))
  }
}
