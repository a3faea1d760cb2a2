import { createHash, timingSafeEqual } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import type { Refusal } from '../../shared/base/refusal.ts'
import type { AdminOp, AdminOps } from '../ledger/messages.ts'
import { writeDurably } from './files.ts'
import { LineReader } from './line-reader.ts'
import { randomHex } from './random.ts'

/**
 * How the command line reaches the app that holds the writer lock: a socket (a pipe on Windows) that only this
 * person's programs can open, and a token from the data directory. One line of JSON for each request and answer.
 */

const CONTROL = {
  /** A batch of 500 imported rows with the longest texts. */
  lineBytesMax: 8 * 1024 * 1024,
  connectionsMax: 8,
  connectMs: 2_000,
} as const

const WRITER_FILE = 'writer.json'
/** What fits into a socket address everywhere (macOS: 104 bytes with the end mark). */
const SOCKET_PATH_MAX = 100
/** Total by type: an operation that is added does not compile until it stands here. */
export const ADMIN_OPS: Readonly<Record<AdminOp, true>> = {
  import_customers: true,
  import_sales: true,
  rebuild: true,
  backup: true,
  enrol: true,
  hq_address: true,
  rotate_key: true,
  export_unsent: true,
  import_package: true,
}

export type ControlAnswer<O extends AdminOp = AdminOp> =
  | { readonly ok: true; readonly output: AdminOps[O]['output'] }
  | { readonly ok: false; readonly refusal: Refusal | null; readonly message: string }

export interface ControlServer {
  close(): Promise<void>
}

export interface ControlClient {
  /** Rejects when the app goes away before it has answered: what was asked may or may not have happened. */
  call<O extends AdminOp>(op: O, input: AdminOps[O]['input']): Promise<ControlAnswer<O>>
  close(): void
}

interface ControlRequest {
  readonly token: string
  readonly id: number
  readonly op: AdminOp
  readonly input: unknown
}

/**
 * Answers the command line on behalf of the writer of `dir`. Call it only while the writer lock is held: it takes
 * the place of a socket that a crashed writer left. Rejects when the per-user folder cannot be trusted.
 */
export async function serveControl(
  dir: string,
  handler: (op: AdminOp, input: unknown) => Promise<ControlAnswer>,
): Promise<ControlServer> {
  const address = controlAddress(dir)
  const token = randomHex(32)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    serveOne(socket, token, handler)
  })
  server.maxConnections = CONTROL.connectionsMax
  // Left by a writer that was struck down: it names a place where by now somebody else may listen.
  const writerFile = path.join(dir, WRITER_FILE)
  rmSync(writerFile, { force: true })
  if (process.platform !== 'win32') {
    refuseForeignFolder(path.dirname(address))
    rmSync(address, { force: true })
  }
  await listen(server, address)
  if (process.platform !== 'win32') chmodSync(address, 0o600)
  writeDurably(writerFile, `${JSON.stringify({ pid: process.pid, address, token })}\n`)
  return {
    close: () => {
      rmSync(writerFile, { force: true })
      return new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      })
    },
  }
}

/**
 * A connection to the app that writes `dir`, or null when there is none. The address of one that was struck down may
 * have been taken over since (the temporary folder is emptied at a start): what is imported goes to nobody else.
 */
export async function callControl(dir: string): Promise<ControlClient | null> {
  const writer = readWriterNote(dir)
  if (writer === null || !isOwnPlace(path.dirname(writer.address))) return null
  const socket = await connect(writer.address)
  return socket && clientOf(socket, writer.token)
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      // Does not keep the app alive.
      server.unref()
      resolve()
    })
  })
}

/** The same for every path that leads to the same directory. */
export function controlAddress(dir: string): string {
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\kasuwa-${name}`
  const inTemporary = path.join(tmpdir(), `kasuwa-${userInfo().uid}`, `${name}.sock`)
  return inTemporary.length <= SOCKET_PATH_MAX ? inTemporary : `/tmp/kasuwa-${userInfo().uid}/${name}.sock`
}

/** The temporary folder is everybody's: a folder somebody else put there first must not be used. */
function refuseForeignFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid) {
    throw new Error(`${folder} belongs to somebody else, so the command line cannot reach this till`)
  }
  chmodSync(folder, 0o700)
}

/** False where another person could have put the socket. A pipe of Windows has no folder. */
function isOwnPlace(folder: string): boolean {
  if (process.platform === 'win32') return true
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === userInfo().uid && (found.mode & 0o022) === 0
}

// ---- the app's side -------------------------------------------------------------------------------------------

function serveOne(
  socket: Socket,
  token: string,
  handler: (op: AdminOp, input: unknown) => Promise<ControlAnswer>,
): void {
  const reply = (id: number, answer: ControlAnswer): void => {
    if (socket.writable) socket.write(`${JSON.stringify({ id, ...answer })}\n`)
  }
  const onLine = (line: string): void => {
    const request = parseRequest(line)
    if (!request || !sameToken(request.token, token)) {
      socket.end(`${JSON.stringify({ id: request?.id ?? 0, ...NOT_UNDERSTOOD })}\n`)
      return
    }
    handler(request.op, request.input).then(
      (answer) => reply(request.id, answer),
      (error: unknown) => reply(request.id, { ok: false, refusal: null, message: messageOf(error) }),
    )
  }
  const lines = new LineReader(CONTROL.lineBytesMax, onLine)
  socket.on('data', (chunk) => {
    if (!lines.push(chunk)) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
}

const NOT_UNDERSTOOD = {
  ok: false,
  refusal: null,
  message: 'This request was not understood by the running till. Close the app and run the command again.',
} as const

function parseRequest(line: string): ControlRequest | null {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof raw !== 'object' || raw === null) return null
  const { token, id, op, input } = raw as Record<string, unknown>
  if (typeof token !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id)) return null
  if (typeof op !== 'string' || !Object.hasOwn(ADMIN_OPS, op)) return null
  return { token, id, op: op as AdminOp, input }
}

function sameToken(given: string, token: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(token)
  return a.length === b.length && timingSafeEqual(a, b)
}

// ---- the command line's side ------------------------------------------------------------------------------------

/** Of this person's own file: whoever may write it may read the key beside it. */
function readWriterNote(dir: string): { address: string; token: string } | null {
  let raw: unknown
  try {
    raw = JSON.parse(readFileSync(path.join(dir, WRITER_FILE), 'utf8'))
  } catch (error) {
    if (
      error instanceof SyntaxError ||
      (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    )
      return null
    throw error
  }
  if (typeof raw !== 'object' || raw === null || !('token' in raw) || !('address' in raw)) return null
  const { address, token } = raw
  return typeof address === 'string' && typeof token === 'string' ? { address, token } : null
}

/** Null when nobody listens: the writer file was left by an app that was struck down. */
function connect(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(address)
    const giveUp = (): void => {
      socket.destroy()
      resolve(null)
    }
    socket.setTimeout(CONTROL.connectMs, giveUp)
    socket.once('error', giveUp)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', giveUp)
      resolve(socket)
    })
  })
}

function clientOf(socket: Socket, token: string): ControlClient {
  const waiting = new Map<number, { resolve(answer: ControlAnswer): void; reject(error: Error): void }>()
  let lastId = 0
  let gone = false
  const lines = new LineReader(CONTROL.lineBytesMax, (line) => {
    const { id, ...answer } = JSON.parse(line) as { id: number } & ControlAnswer
    waiting.get(id)?.resolve(answer)
    waiting.delete(id)
  })
  socket.on('data', (chunk) => {
    if (!lines.push(chunk)) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    gone = true
    for (const one of waiting.values()) one.reject(new Error('the till was closed while it worked on this'))
    waiting.clear()
  })
  return {
    call<O extends AdminOp>(op: O, input: AdminOps[O]['input']) {
      return new Promise<ControlAnswer<O>>((resolve, reject) => {
        if (gone) {
          reject(new Error('the till was closed'))
          return
        }
        const id = ++lastId
        waiting.set(id, { resolve: (answer) => resolve(answer as ControlAnswer<O>), reject })
        socket.write(`${JSON.stringify({ token, id, op, input })}\n`)
      })
    },
    close: () => socket.end(),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
