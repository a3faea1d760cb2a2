import type { AdminOp, AdminOps } from '../../ledger/messages.ts'
import { type ControlServer, serveControl } from '../control-socket.ts'
import type { LedgerSupervisor } from './supervisor.ts'

/**
 * Lets the command line in while this shell's ledger process holds the writer lock. A till that opens blocked is
 * reached once it is up. Without the socket everything else works, so its failure is only told.
 */
export function controlWhileUp(
  ledger: LedgerSupervisor,
  dir: string,
  log: (line: string) => void,
): { close(): Promise<void> } {
  let served: Promise<ControlServer | null> | null = null
  const serve = (): void => {
    if (served || ledger.state() !== 'up') return
    served = serveControl(dir, (op, input) => ledger.admin(op, input as AdminOps[AdminOp]['input'])).catch(
      (error: unknown) => {
        log(
          `the command line cannot reach this till: ${error instanceof Error ? error.message : String(error)}`,
        )
        return null
      },
    )
  }
  const stop = ledger.onNotice(serve)
  serve()
  return {
    async close() {
      stop()
      await (await served)?.close()
    },
  }
}
