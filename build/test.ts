import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { chromiumPath } from '../tests/support/chromium.ts'
import { COUNTS_FILE, type Counts } from './count-reporter.ts'
import { ROOT } from './source.ts'
import { PROGRAMS, runNode, say, tookSeconds } from './step.ts'

/**
 * `npm test`: lint, types, build, tests, tests in a browser. Stops at the first step that fails. Names given as
 * arguments (`npm test -- types tests`) run only those. The last line is "N passed, N failed, N skipped".
 */

interface Step {
  readonly name: string
  readonly args: readonly string[]
  /** What to do when it fails. */
  readonly failed: string
  /** Vitest: its counts are added up. */
  readonly counts?: true
  readonly before?: () => Promise<void>
}

const vitest = (config: string): readonly string[] => [
  PROGRAMS.vitest,
  'run',
  '--config',
  config,
  '--reporter=default',
  '--reporter=./build/count-reporter.ts',
]

const STEPS: readonly Step[] = [
  {
    name: 'lint',
    args: [PROGRAMS.biome, 'check', '--error-on-warnings', '.'],
    failed: 'The sources are not as Biome wants them. "npm run format" puts most of it right.',
  },
  {
    name: 'types',
    args: ['build/typecheck.ts'],
    failed: 'A room does not compile; the first error is above.',
  },
  {
    name: 'build',
    args: [PROGRAMS.vite, 'build', '--logLevel', 'warn'],
    failed: 'The app could not be built, so nothing that runs it was tested.',
  },
  {
    name: 'tests',
    args: vitest('vitest.config.ts'),
    failed: 'A test failed, so the browser was not started.',
    counts: true,
  },
  {
    name: 'browser',
    args: vitest('vitest.e2e.config.ts'),
    failed: 'A test in the browser failed.',
    counts: true,
    before: async () => say(`Chromium: ${await chromiumPath()}`),
  },
]

const COUNTS_DIR = path.join(ROOT, '.cache', 'test')

/** Runs one step; true when it passed. */
async function run(step: Step, counts: Counts[]): Promise<boolean> {
  say(`\n== ${step.name}`)
  await step.before?.()
  const file = path.join(COUNTS_DIR, `${step.name}.json`)
  const { code, seconds } = await runNode(step.args, { environment: { [COUNTS_FILE]: file } })
  say(`== ${step.name}: ${code === 0 ? 'passed' : 'FAILED'} in ${tookSeconds(seconds)}`)
  if (step.counts && existsSync(file)) counts.push(JSON.parse(readFileSync(file, 'utf8')) as Counts)
  return code === 0
}

function chosen(names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `There is no step ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}.`,
    )
  }
  return names.length === 0 ? STEPS : STEPS.filter((step) => names.includes(step.name))
}

function close(counts: readonly Counts[], failedSteps: number): void {
  const skipped = counts.flatMap((one) => one.skipped)
  for (const { name, why } of skipped) say(`skipped: ${name} (${why})`)
  for (const name of counts.flatMap((one) => one.secondTry)) say(`passed at the second try: ${name}`)
  const sum = (key: 'passed' | 'failed'): number => counts.reduce((total, one) => total + one[key], 0)
  // A step that failed without a failed test (lint, a compiler error, a crash) is a failure all the same.
  const failed = Math.max(sum('failed'), failedSteps)
  say(`${sum('passed')} passed, ${failed} failed, ${skipped.length} skipped`)
}

async function main(): Promise<void> {
  const steps = chosen(process.argv.slice(2))
  const counts: Counts[] = []
  rmSync(COUNTS_DIR, { recursive: true, force: true })
  mkdirSync(COUNTS_DIR, { recursive: true })
  let failedSteps = 0
  for (const step of steps) {
    const passed = await run(step, counts).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error))
      return false
    })
    if (passed) continue
    failedSteps = 1
    say(`\nStopped at ${step.name}. ${step.failed}`)
    break
  }
  close(counts, failedSteps)
  process.exitCode = failedSteps
}

await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
