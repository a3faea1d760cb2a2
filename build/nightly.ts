import { runNode, say, tookSeconds } from './step.ts'

/**
 * `npm run nightly`: the whole test command with its long runs (tests look at KASUWA_NIGHTLY: 100 crashes, every
 * byte of a torn write, longer random lives), then the bench with a million customers. Everything runs, whatever
 * failed before it, and the exit code is 1 when anything did.
 */

const CUSTOMERS = 1_000_000

const STEPS = [
  { name: 'tests, long', args: ['build/test.ts'] },
  { name: 'bench', args: ['tests/bench/main.ts', '--customers', String(CUSTOMERS)] },
] as const

const failed: string[] = []
for (const { name, args } of STEPS) {
  const { code, seconds } = await runNode(args, { environment: { KASUWA_NIGHTLY: '1' } })
  say(`### ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${tookSeconds(seconds)}`)
  if (code !== 0) failed.push(name)
}
say(failed.length === 0 ? 'The nightly run passed.' : `The nightly run failed: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1
