import { parseArgs } from 'node:util'
import { startTestPostgres } from '../support/test-postgres.ts'
import { runSeed } from './run-seed.ts'
import { clearFloor } from './shop-floor.ts'

/**
 * `npm run sim -- --seeds N [--seed S]`: N worlds from seed S on (1 when none is given), each from its first sale to
 * its rest. The last line is `seeds=N failed=M`; the exit code is 1 when one failed. A failing seed replays exactly
 * with `--seeds 1 --seed <it>`.
 */
const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, acts: { type: 'string' } },
})
const count = Number(values.seeds ?? 1)
const first = Number(values.seed ?? 1)
const acts = values.acts === undefined ? {} : { acts: Number(values.acts) }
if (![count, first, acts.acts ?? 1].every(Number.isSafeInteger))
  throw new Error('--seeds, --seed and --acts are whole numbers')

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const postgres = await startTestPostgres()
let failed = 0
try {
  for (let seed = first; seed < first + count; seed += 1) {
    const startedMs = performance.now()
    const result = await runSeed({ server: postgres.url, template: postgres.template }, { seed, ...acts })
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
    if (result.why === null)
      say(`seed ${seed}: ${result.events} events, ${result.requests} requests, ${seconds} s`)
    else {
      failed += 1
      say([`seed ${seed} FAILED`, ...result.story.map((line) => `  ${line}`), result.why].join('\n'))
    }
  }
} finally {
  clearFloor()
  await postgres.stop()
}
say(`seeds=${count} failed=${failed}`)
process.exitCode = failed === 0 ? 0 : 1
