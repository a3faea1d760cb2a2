import { soakProcesses } from './processes.ts'
import { soakShapes } from './shapes.ts'
import { soakSimulation } from './simulation.ts'

/** `npm run soak -- NAME [flags]`: long runs that the test command has no time for. Exit code 1 when one fails. */

interface Soak {
  readonly name: string
  readonly what: string
  readonly run: (argv: readonly string[], say: (line: string) => void) => Promise<void>
}

const SOAKS: readonly Soak[] = [
  {
    name: 'shapes',
    what: 'tills on long polls, and a table loaded over HTTP (--tills, --rows)',
    run: soakShapes,
  },
  {
    name: 'processes',
    what: 'head office and two tills killed again and again over a lossy network (--cycles, --events, --seed)',
    run: soakProcesses,
  },
  {
    name: 'simulation',
    what: 'every moment to die at, then seed after seed (--hours, --seed, --moments)',
    run: soakSimulation,
  },
]

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const [wanted, ...argv] = process.argv.slice(2)
const soak = SOAKS.find(({ name }) => name === wanted)
if (soak === undefined) {
  say(`npm run soak -- NAME [flags]\n${SOAKS.map(({ name, what }) => `  ${name}: ${what}`).join('\n')}`)
  process.exitCode = 1
} else {
  try {
    await soak.run(argv, say)
    say(`${soak.name}: passed`)
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    say(`${soak.name}: FAILED`)
    process.exitCode = 1
  }
}
