import { parseArgs } from 'node:util'
import { wholeNumber } from '../../electron/platform/flags.ts'
import { memoryByProgram } from '../support/memory-use.ts'
import { startTestPostgres, urlOf } from '../support/test-postgres.ts'
import { type Market, openMarket, strikeOnce } from '../support/town-day.ts'
import { afterOutage, saleToOffice } from '../support/town-pace.ts'

/** For 10,000 events: all there, with so many of the replies lost. */
const TARGETS = [
  { dropped: 0, msPer10k: 10_000 },
  { dropped: 0.3, msPer10k: 30_000 },
] as const
const SALE_MS_MAX = 1_000
const SALES = 100

/** Head office and two tills are struck down again and again; then their pace is measured. Throws what is not right. */
export async function soakProcesses(argv: readonly string[], say: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cycles: { type: 'string', default: '50' },
      events: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
    },
  })
  const cycles = wholeNumber('--cycles', values.cycles, 0, 100_000)
  const events = wholeNumber('--events', values.events, 1, 1_000_000)
  const seed = wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1)
  const postgres = await startTestPostgres()
  try {
    const market = await openMarket(urlOf(postgres.url, postgres.template), seed)
    try {
      const { town, cashiers } = market
      await town.reconcile()
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        const struck = await strikeOnce(market, seed, cycle)
        say(`cycle ${cycle + 1} of ${cycles}: ${struck}; all agrees`)
      }
      for (const { till, done } of cashiers) {
        const { sales, redemptions, voids, enrolments, repeated } = done
        say(
          `${till.name}: ${sales} sales, ${redemptions} redemptions, ${voids} voids, ${enrolments} enrolments; ` +
            `${repeated} commands sent again; ${town.network.lost()} replies lost`,
        )
      }
      const late = await pace(market, events, say)
      for (const [name, megabytes] of memoryByProgram()) say(`memory of the ${name}: ${megabytes} MB`)
      await town.reconcile()
      if (late.length > 0) throw new Error(`Too slow: ${late.join('; ')}`)
    } finally {
      await market.town.close()
    }
  } finally {
    await postgres.stop()
  }
}

/** What took longer than it may. */
async function pace({ town }: Market, events: number, say: (line: string) => void): Promise<string[]> {
  const till = town.tills[0]
  if (!till) throw new Error('the town has no till')
  const sale = await saleToOffice(town, till, SALES)
  say(`sale answered to event posted: p50 ${sale.p50.toFixed(0)} ms, p99 ${sale.p99.toFixed(0)} ms`)
  const late = sale.p99 > SALE_MS_MAX ? [`a sale takes ${sale.p99.toFixed(0)} ms`] : []
  for (const [run, { dropped, msPer10k }] of TARGETS.entries()) {
    const outage = await afterOutage(town, till, { events, dropped, run: run + 1 })
    const lost = `${dropped * 100} % of replies dropped`
    say(
      `${outage.events} events after an outage, ${lost} (${outage.lost}): ${(outage.ms / 1_000).toFixed(1)} s`,
    )
    if (outage.ms > (msPer10k * outage.events) / 10_000) late.push(`${outage.events} events with ${lost}`)
    await town.reconcile()
  }
  return late
}
