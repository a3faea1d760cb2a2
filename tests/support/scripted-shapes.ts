import type { ServerResponse } from 'node:http'
import type { ConnectionState, SyncOp, SyncOps } from '../../electron/ledger/sync-port.ts'
import type { LedgerCalls } from '../../electron/sync/ledger-calls.ts'
import { SHAPE_TABLES, SHAPES, type ShapeCursor, type ShapeName } from '../../shared/sync/rows.ts'
import { type Asked, sendProblem } from './scripted-server.ts'

type Values = Readonly<Record<string, string | null>>
interface Entry {
  readonly operation: 'insert' | 'update' | 'delete'
  readonly key: string
  readonly value: Values
}

const SCHEMA = JSON.stringify({
  id: { type: 'text' },
  customer: { type: 'text' },
  name: { type: 'text' },
  version: { type: 'int8' },
  joined: { type: 'int8' },
})
const LIVE_MS = 200
const shapeOf = (table: string | null): ShapeName | undefined =>
  SHAPES.find((shape) => SHAPE_TABLES[shape].table === table)

/** The shape protocol over lists in memory: as much of it as the real client needs, in the order it must have. */
export class ScriptedShapes {
  readonly logs = new Map<ShapeName, Entry[]>(SHAPES.map((shape) => [shape, []]))
  readonly handles = new Map<ShapeName, string>(SHAPES.map((shape) => [shape, `${shape}-1`]))
  pageRows = 3
  #wake = new Set<() => void>()

  add(
    shape: ShapeName,
    key: string,
    version: number | string,
    operation: Entry['operation'] = 'insert',
  ): void {
    const value = { id: key, name: `name ${key}`, version: String(version), joined: '1800000000000' }
    this.logs.get(shape)?.push({ operation, key, value })
    for (const wake of [...this.#wake]) wake()
  }

  /** A new handle: nobody can go on from where they were. */
  rotate(shape: ShapeName): void {
    this.handles.set(shape, `${this.handles.get(shape)}+`)
    for (const wake of [...this.#wake]) wake()
  }

  answer = async (asked: Asked, response: ServerResponse): Promise<void> => {
    const shape = shapeOf(asked.query.get('table'))
    const log = shape && this.logs.get(shape)
    const offset = asked.query.get('offset') ?? '-1'
    if (!shape || !log) {
      sendProblem(response, 403, 'shape_refused')
      return
    }
    const handle = this.handles.get(shape) ?? ''
    const given = asked.query.get('handle')
    if (offset !== '-1' && given !== handle) {
      response.writeHead(409, { 'electric-handle': handle, 'content-type': 'application/json' })
      response.end(JSON.stringify([{ headers: { control: 'must-refetch' } }]))
      return
    }
    const from = offset === '-1' ? 0 : Number(offset.split('_')[0])
    const live = asked.query.get('live') === 'true'
    if (live && from >= log.length) await this.#change()
    if (response.destroyed) return
    const to = Math.min(log.length, from + this.pageRows)
    const messages: object[] = log.slice(from, to).map(({ operation, key, value }) => ({
      key: `"public"."${key}"`,
      value,
      headers: { operation },
    }))
    const upToDate = to === log.length
    if (upToDate) messages.push({ headers: { control: 'up-to-date', global_last_seen_lsn: '1' } })
    response.writeHead(200, {
      'content-type': 'application/json',
      'electric-handle': handle,
      'electric-offset': `${to}_0`,
      ...(live ? { 'electric-cursor': String(Date.now()) } : { 'electric-schema': SCHEMA }),
      ...(upToDate ? { 'electric-up-to-date': '' } : {}),
    })
    response.end(JSON.stringify(messages))
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#wake.delete(done)
        resolve()
      }
      const timer = setTimeout(done, LIVE_MS)
      this.#wake.add(done)
    })
  }
}

/** What a ledger keeps of shapes, as `shape_chunk` promises it: rows and cursor together, or an error. */
export class ShapeLedger implements LedgerCalls {
  readonly cursors = new Map<ShapeName, ShapeCursor>()
  readonly rows = new Map<ShapeName, Map<string, Values>>(SHAPES.map((shape) => [shape, new Map()]))
  readonly chunks: SyncOps['shape_chunk']['input'][] = []
  readonly resets: ShapeName[] = []
  /** Called before a chunk is kept: may throw, may take its time. */
  beforeCommit: (chunk: SyncOps['shape_chunk']['input']) => Promise<void> | void = () => undefined

  async call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
    return (await this.#answer(op, input)) as SyncOps[O]['output']
  }

  async #answer(op: SyncOp, input: unknown): Promise<unknown> {
    if (op === 'connection') return { shapes: [...this.cursors.values()] } as Partial<ConnectionState>
    if (op === 'shape_reset') {
      const { shape, handle } = input as SyncOps['shape_reset']['input']
      this.resets.push(shape)
      return this.#keep({ shape, handle, offset: '-1', phase: 'snapshot' })
    }
    if (op !== 'shape_chunk') throw new Error(`not asked of it: ${op}`)
    const chunk = input as SyncOps['shape_chunk']['input']
    await this.beforeCommit(chunk)
    return this.#apply(chunk)
  }

  #apply(chunk: SyncOps['shape_chunk']['input']): ShapeCursor {
    const { shape, from, handle, offset } = chunk
    const stands = this.cursors.get(shape) ?? { handle: null, offset: '-1', phase: 'snapshot' }
    if (stands.offset !== from.offset || stands.handle !== from.handle)
      throw new Error('another cursor stands')
    this.chunks.push(chunk)
    if (from.offset === '-1') this.rows.get(shape)?.clear()
    let live = stands.phase === 'live'
    for (const { key, value, headers } of chunk.messages.split('\n').flatMap((line) => JSON.parse(line))) {
      if (headers.control === 'up-to-date') live = true
      if (headers.operation === 'delete') this.rows.get(shape)?.delete(key)
      else if (headers.operation) this.rows.get(shape)?.set(key, value)
    }
    return this.#keep({ shape, handle, offset, phase: live ? 'live' : 'snapshot' })
  }

  #keep(cursor: ShapeCursor): ShapeCursor {
    this.cursors.set(cursor.shape, cursor)
    return cursor
  }

  names(shape: ShapeName): string[] {
    return [...(this.rows.get(shape)?.values() ?? [])].map((row) => row['id'] ?? '').sort()
  }
}
