import { openTerminal, ReaderGone } from '../../electron/cli/terminal.ts'
import { EXIT } from './command.ts'
import { runCommand } from './run.ts'

/** The `hq` command: head office itself, and what is done with it away from its console. */

const terminal = openTerminal(process)
try {
  process.exitCode = await runCommand(process.argv.slice(2), terminal)
} catch (error) {
  if (error instanceof ReaderGone) process.exitCode = EXIT.done
  else {
    terminal.note(
      `This did not work: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    terminal.note('What was done before stands; nothing is half written. Run the command again.')
    process.exitCode = EXIT.refused
  }
}
// What was cut short may still hold connections.
if (process.exitCode === EXIT.interrupted) process.exit()
// The channel to the program that started this one would keep it alive.
if (process.connected) process.disconnect()
