import { fork } from 'node:child_process'
import type { Port } from '../../ledger/messages.ts'
import { childProcessPort } from '../ports.ts'

interface Child<Out, In> {
  readonly port: Port<Out, In>
  onExit(listener: (how: string) => void): void
  kill(): void
}

/** Starts a process of the till under plain Node: without arguments, with the given environment alone. */
export function forkChild<Out, In>(entry: string, env: Readonly<Record<string, string>>): Child<Out, In> {
  const child = fork(entry, [], {
    serialization: 'advanced',
    env,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C in a terminal goes to a whole process group; the ledger is to be closed, not struck down.
    detached: process.platform !== 'win32',
  })
  let gone: string | null = null
  const listeners: ((how: string) => void)[] = []
  const exited = (how: string): void => {
    if (gone !== null) return
    gone = how
    for (const listener of listeners) listener(how)
  }
  child.on('error', (error) => exited(error.message))
  child.on('exit', (code, signal) => exited(signal ? `signal ${signal}` : `exit code ${code}`))
  return {
    port: childProcessPort<Out, In>(child),
    onExit(listener) {
      if (gone === null) listeners.push(listener)
      else listener(gone)
    },
    kill: () => child.kill('SIGKILL'),
  }
}
