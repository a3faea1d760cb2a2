import path from 'node:path'
import { RELEASE } from '../../shared/base/release.ts'
import { DATA_DIR } from '../platform/flags.ts'
import { commandHelp, EXIT, type Given, readArguments, refused } from './command.ts'
import { COMMANDS, help } from './commands/index.ts'
import { nearest } from './suggest.ts'
import { openTerminal, ReaderGone, type Terminal } from './terminal.ts'

/** The `till` command: everything a shop does with its ledger away from the screen. */

async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = argv
  if (name === 'version' || name === '--version' || name === '-v') {
    await terminal.out(`${RELEASE.version}\n`)
    return EXIT.done
  }
  if (name === 'help' || name === '--help' || name === '-h') return showHelp(rest, terminal)
  const command = COMMANDS.find((one) => one.name === name)
  if (!command) return unknown(name, terminal)
  const read = readArguments(command, rest)
  if (!read.ok) return refused(read.refusal, terminal)
  const { operand, values } = read.value
  if (values['help'] === true) {
    await terminal.out(commandHelp(command))
    return EXIT.done
  }
  const text = (option: string): string | null => {
    const value = values[option]
    return typeof value === 'string' ? value : null
  }
  const given: Given = {
    dir: path.resolve(text('data') ?? DATA_DIR),
    operand,
    text,
    flag: (option) => values[option] === true,
  }
  return command.run(given, terminal)
}

async function showHelp(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name] = words
  if (name === undefined) {
    await terminal.out(help())
    return EXIT.done
  }
  const command = COMMANDS.find((one) => one.name === name)
  if (!command) return unknown(name, terminal)
  await terminal.out(commandHelp(command))
  return EXIT.done
}

function unknown(name: string, terminal: Terminal): number {
  const near = nearest(name, [...COMMANDS.map((command) => command.name), 'help', 'version'])
  terminal.note(
    `There is no command "${name}"${near ? `; did you mean "${near}"?` : '.'} "till help" lists them all.`,
  )
  return EXIT.refused
}

const terminal = openTerminal(process)
try {
  process.exitCode = await main(process.argv.slice(2), terminal)
} catch (error) {
  if (error instanceof ReaderGone) process.exitCode = EXIT.done
  else {
    // Not a refusal: something that must never happen, or the machine failed. The ledger has rolled back.
    terminal.note(
      `This did not work: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    terminal.note('What was booked before stands; nothing is half written. Run the command again.')
    process.exitCode = EXIT.refused
  }
}
