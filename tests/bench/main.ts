import { cpus } from 'node:os'
import { benchColdStart } from './cold-start.ts'
import { type Dataset, prepareDataset } from './dataset.ts'
import { benchDurable } from './durable.ts'
import { type Figure, judge, peerTable, table } from './figure.ts'
import { benchFirstLoad } from './first-load.ts'
import { benchImport } from './import.ts'
import { benchIngest } from './ingest.ts'
import { benchLookUps } from './look-up.ts'
import { type BenchOptions, benchOptions } from './options.ts'
import { benchOutage } from './outage.ts'
import { benchPeers } from './peers.ts'
import { benchScreen } from './screen.ts'
import { benchShapes } from './shapes.ts'
import { benchUpkeep } from './upkeep.ts'

/**
 * `npm run bench`: each figure of the till beside the raw limit of the same machine, measured in the same run on the
 * same data. A missed target is said, and is no failure: the exit code is 2 only when something could not be run.
 */

const REFUSED = 2

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

async function main(options: BenchOptions): Promise<void> {
  const { customers, seed, rounds, only } = options
  // Made once, and only for what needs a till that is full already.
  let made: Promise<Dataset> | null = null
  const dataset = (): Promise<Dataset> => {
    made ??= prepareDataset(customers, seed, say)
    return made
  }
  const parts: readonly { name: string; run: () => Promise<readonly Figure[]> }[] = [
    { name: 'look-up', run: async () => benchLookUps(await dataset(), rounds) },
    { name: 'command', run: async () => benchDurable(await dataset(), rounds) },
    { name: 'outage', run: async () => benchOutage(await dataset(), rounds) },
    { name: 'import', run: async () => benchImport(await dataset()) },
    { name: 'first-load', run: () => benchFirstLoad(customers, seed) },
    { name: 'start', run: async () => benchColdStart(await dataset(), rounds) },
    { name: 'upkeep', run: async () => benchUpkeep(await dataset()) },
    { name: 'keystroke', run: async () => benchScreen(await dataset()) },
    { name: 'shapes', run: () => benchShapes(customers) },
    { name: 'ingest', run: benchIngest },
  ]
  const figures: Figure[] = []
  for (const { name, run } of parts) {
    if (only.length > 0 && !only.includes(name)) continue
    say(`Measuring: ${name}`)
    figures.push(...(await run()))
  }
  const judged = figures.map(judge)
  if (options.peers) say('Measuring: peers')
  const peers = options.peers ? await benchPeers(await dataset()) : []
  const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ customers, seed, machine, figures: judged, peers })}\n`)
    return
  }
  const { processor, cores, node } = machine
  process.stdout.write(
    `${customers.toLocaleString('en')} customers, seed ${seed}; ${processor}, ${cores} cores, Node ${node}\n\n`,
  )
  process.stdout.write(`${table(judged)}\n`)
  if (peers.length > 0) process.stdout.write(`\n${peerTable(peers)}\n`)
}

try {
  await main(benchOptions(process.argv.slice(2)))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = REFUSED
}
