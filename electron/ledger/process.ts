import { onParentGone, parentPort } from '../platform/ports.ts'
import { boundYoungHeap } from '../platform/young-heap.ts'
import type {
  AdminOp,
  AdminOps,
  FromLedger,
  OpenRequest,
  Secrets,
  SendToPrinter,
  ToLedger,
} from './messages.ts'
import { nodePlatform } from './node-platform.ts'
import { createService, type Service } from './service.ts'
import type { SyncOp, SyncOps, SyncToLedger } from './sync-port.ts'

/** Entry of the ledger process: the only process that opens `till.db`. Started by a shell, never by hand. */
const port = parentPort<FromLedger, ToLedger>()
let service: Service | null = null
let savedSecrets: ((error: string | null) => void) | null = null

const printing = new Map<number, (problem: string | null) => void>()
let prints = 0

boundYoungHeap()

function saveSecrets(secrets: Secrets): Promise<void> {
  return new Promise((resolve, reject) => {
    savedSecrets = (error) => (error === null ? resolve() : reject(new Error(error)))
    port.post({ type: 'save_secrets', secrets })
  })
}

const sendToPrinter: SendToPrinter = (to, bytes) =>
  new Promise((resolve) => {
    prints += 1
    printing.set(prints, resolve)
    port.post({ type: 'print', id: prints, to, bytes })
  })

function printed(id: number, problem: string | null): void {
  printing.get(id)?.(problem)
  printing.delete(id)
}

function open(request: OpenRequest): void {
  service = createService({
    dir: request.dir,
    platform: nodePlatform(request.clock_offset_ms ?? 0),
    host: request.host,
    keyStore: request.key_store,
    mode: 'write',
    saveSecrets,
    sendToPrinter,
    notify: (notice) => port.post({ type: 'notice', notice }),
    signal: (what) => port.post({ type: 'sync', message: { type: 'changed', what } }),
  })
  const blocked = service.open(request.secrets)
  port.post(blocked ? { type: 'blocked', ...blocked } : { type: 'opened' })
}

async function answer(request: Extract<ToLedger, { type: 'request' }>['request']): Promise<void> {
  if (!service) throw new Error('asked before open')
  try {
    port.post({ type: 'reply', reply: await service.call(request) })
  } catch (error) {
    // A bug: the caller learns that nothing was saved (the transaction rolled back), the log learns what it was.
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `${JSON.stringify({ level: 'error', method: request.method, message, stack: (error as Error).stack })}\n`,
    )
    port.post({ type: 'reply', reply: { id: request.id, outcome: 'failed', message, retry: false } })
  }
}

async function admin(id: number, op: AdminOp, input: unknown): Promise<void> {
  try {
    if (!service) throw new Error('asked before open')
    const done = await service.admin(op, input as AdminOps[AdminOp]['input'])
    if (done.ok) port.post({ type: 'admin_reply', id, ok: true, output: done.value })
    else
      port.post({ type: 'admin_reply', id, ok: false, refusal: done.refusal, message: done.refusal.sentence })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    port.post({ type: 'admin_reply', id, ok: false, refusal: null, message })
  }
}

async function sync({ id, op, input }: SyncToLedger): Promise<void> {
  try {
    if (!service) throw new Error('asked before open')
    const output = await service.sync(op, input as SyncOps[SyncOp]['input'])
    port.post({ type: 'sync', message: { type: 'answer', id, ok: true, output } })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    port.post({ type: 'sync', message: { type: 'answer', id, ok: false, message } })
  }
}

function close(): void {
  service?.close()
  service = null
}

port.onMessage((message) => {
  if (message.type === 'open') open(message)
  else if (message.type === 'request') void answer(message.request)
  else if (message.type === 'admin') void admin(message.id, message.op, message.input)
  else if (message.type === 'secrets_saved') savedSecrets?.(message.error)
  else if (message.type === 'printed') printed(message.id, message.problem)
  else if (message.type === 'sync') void sync(message.message)
  else {
    close()
    port.post({ type: 'closed' })
  }
})
onParentGone(() => {
  close()
  process.exit(0)
})
port.post({ type: 'started' })
