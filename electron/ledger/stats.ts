import { businessDate } from '../../shared/base/business-date.ts'
import { open } from '../../shared/domain/post.ts'
import type { Ledger } from './ledger.ts'

export interface Stats {
  readonly customers: number
  readonly sales: number
  /** Sum of the sales that stand, in minor units (kobo). */
  readonly sales_minor: number
  readonly events: number
  /** Points that can be used now, over all customers. */
  readonly points: number
  /** yyyy-mm-dd. */
  readonly first_sale: string | null
  readonly last_sale: string | null
}

/** The ledger in seven figures. Undone sales do not count. */
export function ledgerStats(ledger: Ledger): Stats {
  const { db, writer } = ledger
  const sums = db
    .prepare<[], { sales: number; minor: number | null; first: number | null; last: number | null }>(
      `SELECT count(*) AS sales, sum(gross_kobo) AS minor, min(at) AS first, max(at) AS last FROM sale WHERE void_event IS NULL`,
    )
    .get()
  const asOf = writer.now().trusted
  const { place } = ledger.settings()
  const day = (ms: number | null | undefined): string | null =>
    ms == null ? null : businessDate(ms, place.time_zone)
  return {
    customers: db.prepare<[], number>('SELECT count(*) FROM customer').pluck().get() ?? 0,
    sales: sums?.sales ?? 0,
    sales_minor: sums?.minor ?? 0,
    events: writer.head().place,
    points: ledger.settings().headOffice ? pointsKnown(ledger, asOf) : pointsHere(ledger, asOf),
    first_sale: day(sums?.first),
    last_sale: day(sums?.last),
  }
}

/** Of a till alone: what stands beside each name, and the accounts themselves where points have lapsed since. */
function pointsHere({ db, projector, settings }: Ledger, asOf: number): number {
  const { program } = settings()
  const current = db
    .prepare<[number], number>(
      'SELECT coalesce(sum(points), 0) FROM customer WHERE points_until IS NULL OR points_until > ?',
    )
    .pluck()
    .get(asOf)
  let points = current ?? 0
  const stale = db.prepare<[number], string>('SELECT id FROM customer WHERE points_until <= ?').pluck()
  for (const id of stale.all(asOf)) points += open(projector.accounts.load(id, program.id), asOf)
  return points
}

/** Of a till of head office: every account it was told of, with the own entries that are not in it yet. */
function pointsKnown({ db, settings }: Ledger, asOf: number): number {
  const program = settings().program.id
  const known = `SELECT state FROM account WHERE program = @program
    UNION ALL SELECT r.state FROM replica_account r WHERE r.program = @program AND r.gone = 0
      AND NOT EXISTS (SELECT 1 FROM account a WHERE a.customer = r.customer AND a.program = r.program)`
  return (
    db
      .prepare<{ program: string; asOf: number }, number>(
        `SELECT coalesce(sum(lot.value ->> 'rest'), 0) FROM (${known}) k, json_each(k.state, '$.lots') lot
         WHERE lot.value ->> 'expiry' > @asOf`,
      )
      .pluck()
      .get({ program, asOf }) ?? 0
  )
}
