import { nearest } from '../../electron/cli/suggest.ts'
import type { Terminal } from '../../electron/cli/terminal.ts'
import { RELEASE } from '../../shared/base/release.ts'
import { allHelp, type Command, commandHelp, EXIT, readArguments } from './command.ts'
import { COMMANDS } from './commands.ts'

/** Carries out one `hq` command; answers its exit code. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = argv
  if (name === 'version' || name === '--version' || name === '-v') {
    await terminal.out(`${RELEASE.version}\n`)
    return EXIT.done
  }
  const help = name === 'help' || name === '--help' || name === '-h'
  const wanted = help ? rest[0] : name
  if (wanted === undefined) {
    await terminal.out(allHelp(COMMANDS))
    return EXIT.done
  }
  const command = COMMANDS.find((one) => one.name === wanted)
  if (!command) return unknown(wanted, terminal)
  return help ? show(command, terminal) : run(command, rest, terminal)
}

async function run(command: Command, argv: readonly string[], terminal: Terminal): Promise<number> {
  const given = readArguments(command, argv)
  if (!given.ok) {
    terminal.note(given.refusal)
    return EXIT.refused
  }
  return given.value.flag('help') ? show(command, terminal) : command.run(given.value, terminal)
}

async function show(command: Command, terminal: Terminal): Promise<number> {
  await terminal.out(commandHelp(command))
  return EXIT.done
}

function unknown(name: string, terminal: Terminal): number {
  const near = nearest(name, [...COMMANDS.map((command) => command.name), 'help', 'version'])
  const hint = near ? `; did you mean "${near}"?` : '.'
  terminal.note(`There is no command "${name}"${hint} "hq help" lists them all.`)
  return EXIT.refused
}
