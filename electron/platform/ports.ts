import type { ChildProcess } from 'node:child_process'
import type { Port } from '../ledger/messages.ts'

/** The parent's end of a process started by `child_process.fork` with serialization 'advanced'. */
export function childProcessPort<Out, In>(child: ChildProcess): Port<Out, In> {
  return {
    post(message) {
      // A process that is gone cannot be told anything; its `exit` says so to the supervisor.
      if (child.connected) child.send(message as object, () => undefined)
    },
    onMessage(listener) {
      child.on('message', (message) => listener(message as In))
    },
  }
}

/** What Electron adds to `process` in a utility process; named here because this room does not know Electron. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

function electronParentPort(): ParentPort | undefined {
  return (process as { parentPort?: ParentPort | null }).parentPort ?? undefined
}

/** The child's end, whichever shell started this process. Throws in a process that nobody started as a child. */
export function parentPort<Out, In>(): Port<Out, In> {
  const electron = electronParentPort()
  if (electron) {
    return {
      post: (message) => electron.postMessage(message),
      onMessage: (listener) => electron.on('message', (event) => listener(event.data as In)),
    }
  }
  // Ctrl-C in a terminal goes to every process of the till: the parent closes this one in order.
  process.on('SIGINT', () => undefined)
  if (!process.send) throw new Error('this program is started by the till, not by hand')
  return {
    post(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
    },
    onMessage: (listener) => {
      process.on('message', (message) => listener(message as In))
    },
  }
}

/** Calls back once when the shell is gone without saying goodbye. Electron ends its utility processes itself. */
export function onParentGone(listener: () => void): void {
  if (!electronParentPort()) process.once('disconnect', listener)
}

/** Two ends in one process. Messages are copied and arrive later, in order, as between processes. */
export function memoryPair<A, B>(): [Port<A, B>, Port<B, A>] {
  const left: ((message: B) => void)[] = []
  const right: ((message: A) => void)[] = []
  return [
    {
      post: (message) => deliver(right, message),
      onMessage: (listener) => {
        left.push(listener)
      },
    },
    {
      post: (message) => deliver(left, message),
      onMessage: (listener) => {
        right.push(listener)
      },
    },
  ]
}

function deliver<T>(listeners: readonly ((message: T) => void)[], message: T): void {
  const copy = structuredClone(message)
  setImmediate(() => {
    for (const listener of listeners) listener(copy)
  })
}
