import { parseArgs } from 'node:util'
import { wholeNumber } from '../../electron/platform/flags.ts'

export interface BenchOptions {
  readonly customers: number
  readonly seed: number
  /** How often ours and the raw limit take turns. */
  readonly rounds: number
  /** One JSON document on standard output instead of the table. */
  readonly json: boolean
  /** Also other stores on the same customers: node:sqlite, Dexie in Chromium, a joined string. */
  readonly peers: boolean
  /** Only these parts (look-up, command, outage, import, first-load, start, upkeep, keystroke, shapes, ingest); none named: all. */
  readonly only: readonly string[]
}

const PARTS: readonly string[] = [
  'look-up',
  'command',
  'outage',
  'import',
  'first-load',
  'start',
  'upkeep',
  'keystroke',
  'shapes',
  'ingest',
]
const CUSTOMERS = { least: 1_000, most: 5_000_000, usual: '200000' }

/** Reads the flags of the bench; throws a sentence for the person. */
export function benchOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      customers: { type: 'string', default: CUSTOMERS.usual },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '9' },
      json: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  })
  const unknown = values.only.find((part) => !PARTS.includes(part))
  if (unknown !== undefined) throw new TypeError(`There is no part "${unknown}". Parts: ${PARTS.join(', ')}.`)
  return {
    customers: wholeNumber('--customers', values.customers, CUSTOMERS.least, CUSTOMERS.most),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    rounds: wholeNumber('--rounds', values.rounds, 1, 1_000),
    json: values.json,
    peers: values.peers,
    only: values.only,
  }
}
