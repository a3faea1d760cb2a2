import { parseArgs } from 'node:util'
import { wholeNumber } from '../../electron/platform/flags.ts'
import { openShapeLoad } from '../support/shape-load.ts'

const CHANGES = 10
const ROUNDS = 300

/** Every row arrives, every waiting till gets every change once; else it throws. */
export async function soakShapes(argv: readonly string[], say: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      tills: { type: 'string', default: '1000' },
      rows: { type: 'string', default: '1000000' },
    },
  })
  const tills = wholeNumber('--tills', values.tills, 1, 10_000)
  const rows = wholeNumber('--rows', values.rows, 1, 10_000_000)
  say(`Filling a table with ${rows} rows`)
  const load = await openShapeLoad(rows, tills)
  try {
    const { ours, raw } = await load.latency(ROUNDS)
    say(`write to till: p50 ${ours.p50.toFixed(1)} ms, p99 ${ours.p99.toFixed(1)} ms`)
    say(`a bare notice: p50 ${raw.p50.toFixed(1)} ms, p99 ${raw.p99.toFixed(1)} ms`)
    const held = await load.hold(tills, CHANGES)
    say(
      `${tills} long polls: server ${whole(held.restMb)} MB at rest, ${whole(held.waitingMb)} MB while they wait, ` +
        `${whole(held.afterMb)} MB after ${CHANGES} changes to all`,
    )
    say(
      `a change to all of them: the last till has it after p50 ${whole(held.lastTill.p50)} ms, ` +
        `at most ${whole(held.lastTill.p99)} ms; ${whole(held.cpuMsPerChange)} ms of processor`,
    )
    const loaded = await load.load()
    say(
      `${rows} rows over HTTP: ${whole(loaded.rowsPerS)} rows/s (${loaded.cpuUsPerRow.toFixed(1)} µs of the server's ` +
        `processor each); read plainly: ${whole(loaded.rawRowsPerS)} rows/s`,
    )
  } finally {
    await load.close()
  }
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
