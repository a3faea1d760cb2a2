import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { eventId } from '../../shared/protocol/event.ts'
import { type Spread, spreadOf } from '../bench/measure.ts'
import { CLEAR } from './lossy-proxy.ts'
import { type Town, until } from './town.ts'
import { newId, type TownTill } from './town-till.ts'

/** How fast what a till knows is at head office. */

const FILE_BATCH = 500
const WAIT_MS = 120_000

/** From the answer of a sale until head office has posted it, ms. */
export async function saleToOffice(town: Town, till: TownTill, sales: number): Promise<Spread> {
  const found: number[] = []
  for (let i = 0; i < sales; i += 1) {
    const id = newId()
    await till.ask('sale.record', saleOf(1_000 + i), id)
    const from = performance.now()
    const event = eventId(nodeDigest, id, 0)
    await until(async () => {
      if (!(await isPosted(town, event))) throw new Error(`sale ${i} of ${till.name} is not at head office`)
    }, WAIT_MS)
    found.push(performance.now() - from)
  }
  return spreadOf(found)
}

const saleOf = (kobo: number) => ({
  customer_id: null,
  gross_kobo: kobo,
  redeem: null,
  receipt: '',
  channel: 'pos' as const,
  approver: null,
})

async function isPosted(town: Town, event: string): Promise<boolean> {
  const sql = `SELECT 1 FROM hq.event WHERE id = $1 AND outcome = 'posted'`
  return (await town.hq.db.tenant(town.shop.tenant, (tx) => tx.query(sql, [event]))).length > 0
}

interface Outage {
  readonly events: number
  /** From the moment head office answers again until it has all of them. */
  readonly ms: number
  /** Replies that did not arrive. */
  readonly lost: number
}

const CUSTOMERS = 1_000
const phoneOf = (run: number, i: number): string => `0806${String(run * 10_000 + i).padStart(7, '0')}`

/** Head office is away while purchases of many customers are booked, each with points, and comes back. */
export async function afterOutage(
  town: Town,
  till: TownTill,
  given: { readonly events: number; readonly dropped: number; readonly run: number },
): Promise<Outage> {
  await town.strikeOffice()
  const before = await town.posted()
  const start = (await till.events()).length
  const { run } = given
  const rest = { email: '', card: '', birth: '', consent_marketing: 'not_asked' } as const
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => {
    return { key: `run ${run} ${i}`, phone: phoneOf(run, i), name: 'Musa', ...rest }
  })
  await till.admin('import_customers', { batch: customers })
  const occurred = Date.UTC(2026, 0, 5, 9)
  let row = 0
  for (let booked = 0; booked < given.events; ) {
    // A purchase and its points are two events.
    const length = Math.min(FILE_BATCH, Math.ceil((given.events - booked) / 2))
    const batch = Array.from({ length }, () => {
      row += 1
      const amount_kobo = 100_000 + row
      const who = { phone: phoneOf(run, row % CUSTOMERS), email: '', card: '' }
      const what = { amount_kobo, occurred_ms: occurred + row * 60_000, receipt: '', channel: 'pos' }
      return { key: `run ${run} sale ${row}`, ...who, ...what }
    })
    await till.admin('import_sales', { batch, earn: true })
    booked = (await till.events()).length - start
  }
  const events = (await till.events()).length - start
  town.network.change({ ...CLEAR, dropped: given.dropped })
  const lostBefore = town.network.lost()
  await town.openOffice()
  const from = performance.now()
  await till.ask('hq.send_now', {})
  await until(async () => {
    const missing = before + events - (await town.posted())
    if (missing > 0) throw new Error(`${missing} of ${events} events are not at head office`)
  }, WAIT_MS)
  const ms = performance.now() - from
  town.network.change(CLEAR)
  return { events, ms, lost: town.network.lost() - lostBefore }
}
