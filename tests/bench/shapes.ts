import { openShapeLoad } from '../support/shape-load.ts'
import type { Figure } from './figure.ts'

/** Head office's shapes over HTTP on a Postgres of its own, beside what Postgres itself takes for the same. */

const ROWS_MAX = 100_000
const ROUNDS = 200
const TILLS = 200
const CHANGES = 5
const OF_TILLS = 1_000

export async function benchShapes(customers: number): Promise<Figure[]> {
  const load = await openShapeLoad(Math.min(customers, ROWS_MAX), TILLS)
  try {
    const { ours, raw } = await load.latency(ROUNDS)
    const held = await load.hold(TILLS, CHANGES)
    const loaded = await load.load()
    const notice = 'a notice from one connection of Postgres to another'
    const none = { raw: null, rawIs: '', target: null }
    return [
      figure('shapes.load', 'first load of a table over HTTP', 'rows/s', loaded.rowsPerS, {
        raw: loaded.rawRowsPerS,
        rawIs: 'the same rows in the same pages by a plain query',
        target: null,
      }),
      figure('shapes.load.cpu', 'processor of head office for one row', 'us', loaded.cpuUsPerRow, none),
      figure('shapes.latency.p50', 'from a write at head office to a till that waits, p50', 'ms', ours.p50, {
        raw: raw.p50,
        rawIs: notice,
        target: null,
      }),
      figure('shapes.latency.p99', 'the same, p99', 'ms', ours.p99, {
        raw: raw.p99,
        rawIs: notice,
        target: null,
      }),
      figure(
        'shapes.all.p50',
        `one change to ${TILLS} tills, until the last has it`,
        'ms',
        held.lastTill.p50,
        none,
      ),
      figure(
        'shapes.waiting',
        'memory of head office for 1,000 tills that wait',
        'MB',
        Math.max(0, ((held.waitingMb - held.restMb) * OF_TILLS) / TILLS),
        none,
      ),
      figure('shapes.memory', `memory of head office with ${TILLS} tills`, 'MB', held.waitingMb, none),
    ]
  } finally {
    await load.close()
  }
}

const figure = (
  id: string,
  what: string,
  unit: Figure['unit'],
  value: number,
  rest: Pick<Figure, 'raw' | 'rawIs' | 'target'>,
): Figure => ({ id, what, unit, value, ...rest })
