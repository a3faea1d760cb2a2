import type { Port } from '../ledger/messages.ts'
import type { ElectronParts } from './parts.ts'

interface UtilityOptions {
  readonly entry: string
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly log: (line: string) => void
}

interface Utility<Out, In> {
  readonly port: Port<Out, In>
  onExit(listener: (how: string) => void): void
  kill(): void
}

/** Starts a process of the till as a utility process: no arguments, almost no environment. */
export function startUtility<Out, In>(
  utilityProcess: ElectronParts['utilityProcess'],
  { entry, name, env, log }: UtilityOptions,
): Utility<Out, In> {
  const child = utilityProcess.fork(entry, [], { serviceName: name, env: { ...env }, stdio: 'inherit' })
  child.on('error', (type, location) => log(`the process "${name}" failed: ${type} at ${location}`))
  let gone: string | null = null
  child.once('exit', (code) => {
    gone = `exit code ${code}`
  })
  return {
    port: {
      post: (message) => {
        if (gone === null) child.postMessage(message)
      },
      onMessage: (listener) => {
        child.on('message', (message: In) => listener(message))
      },
    },
    onExit(listener) {
      if (gone === null) child.once('exit', (code) => listener(`exit code ${code}`))
      else listener(gone)
    },
    kill: () => {
      child.kill()
    },
  }
}
