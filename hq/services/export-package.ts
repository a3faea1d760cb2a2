import { createHash, type Hash } from 'node:crypto'
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { FILE_LIMITS, FILE_NUMBERS, type PackageHeader, type PackageRow } from '../../shared/sync/files.ts'
import { SHAPE_TABLES, SHAPES, type ShapeName } from '../../shared/sync/rows.ts'
import {
  definitionFor,
  definitionHash,
  type ShapeCaller,
  type ShapeDefinition,
} from '../shapes/definitions.ts'
import type { ChangeFeed } from '../shapes/feed.ts'
import { formatHandle, logOffset } from '../shapes/position.ts'
import { receiptsOf } from './package-receipts.ts'
import { nowOf, type Parts } from './parts.ts'

const PAGE = { limit: 2_000, bytesMax: 8 * 1024 * 1024 } as const
const NONCE_BYTES = 4

interface PackageWanted {
  readonly tenant: string
  readonly store: { readonly id: string; readonly name: string }

  readonly feed: ChangeFeed
  /** Another service has the stream: its places are not known here. */
  readonly streamElsewhere?: boolean
  readonly file: string
}

interface PackageFigures {
  readonly rows: number
  readonly receipts: number
}

/**
 * Writes everything that the tills of a store follow into one signed file, with what head office has of their chains.
 * The file is there whole, or not at all; for its owner alone.
 */
export async function exportPackage(parts: Parts, wanted: PackageWanted): Promise<PackageFigures> {
  const { file } = wanted
  const rowsFile = `${file}.rows`
  const part = `${file}.part`
  try {
    const shapes = await writeShapes(parts, wanted, rowsFile)
    const out = openOut(part)
    const tenant = await tenantKeys(parts, wanted.tenant)
    const { hqEpoch } = await parts.db.incarnation()
    const header: PackageHeader = {
      kasuwa: 'package',
      ...FILE_NUMBERS,
      tenant: wanted.tenant,
      store: wanted.store.id,
      store_name: wanted.store.name,
      hq_epoch: hqEpoch,
      made_at: nowOf(parts),
      shapes,
    }
    out.line(JSON.stringify(header))
    const rows = shapes.reduce((sum, shape) => sum + shape.rows, 0)
    for await (const piece of createReadStream(rowsFile)) out.bytes(piece as Buffer)
    const since = header.made_at - FILE_LIMITS.receiptAgeMs
    let receipts = 0
    const signer = parts.keys.signer(tenant.signing_key)
    for await (const one of receiptsOf(parts, {
      tenant: wanted.tenant,
      store: wanted.store.id,
      since,
      signer,
      hqEpoch,
    })) {
      out.line(JSON.stringify(one))
      receipts += 1
    }
    const sha256 = out.hash.digest()
    const signature = Buffer.from(signer.sign(new Uint8Array(sha256))).toString('base64')
    const end = { end: true, lines: 1 + rows + receipts, sha256: sha256.toString('hex'), signature }
    out.close(`${JSON.stringify(end)}\n`)
    renameSync(part, file)
    return { rows, receipts }
  } finally {
    rmSync(rowsFile, { force: true })
    rmSync(part, { force: true })
  }
}

async function tenantKeys(parts: Parts, tenant: string): Promise<{ signing_key: string }> {
  const rows = await parts.db.tenant(tenant, (tx) =>
    tx.query<{ signing_key: string }>('SELECT signing_key FROM hq.tenant WHERE tenant_id = $1', [tenant]),
  )
  const row = rows[0]
  if (!row) throw new Error('the business of a store is there')
  return row
}

async function writeShapes(
  parts: Parts,
  wanted: PackageWanted,
  file: string,
): Promise<PackageHeader['shapes']> {
  const [tenant] = await parts.db.tenant(wanted.tenant, (tx) =>
    tx.query<{ account_scope: ShapeCaller['accountScope'] }>('SELECT account_scope FROM hq.tenant'),
  )
  const devices = await parts.db.tenant(wanted.tenant, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM hq.device WHERE store = $1 ORDER BY id', [wanted.store.id]),
  )
  const caller: ShapeCaller = {
    tenant: wanted.tenant,
    store: wanted.store.id,
    devices: devices.map(({ id }) => id),
    may: 'all',
    accountScope: tenant?.account_scope ?? 'tenant',
  }
  const out = openOut(file)
  const shapes: PackageHeader['shapes'] = []
  for (const shape of SHAPES) {
    const definition = definitionFor(caller, SHAPE_TABLES[shape].table)
    if (definition === undefined) throw new Error(`there is no shape ${shape}`)
    // Where the feed stands before the first row is read: what changes meanwhile comes again behind it.
    const { identity, head } = await wanted.feed.position()
    const handle = formatHandle(
      { definition: definitionHash(definition), identity, since: head },
      parts.digest.hex(parts.random.bytes(NONCE_BYTES)),
    )
    // The stream brings each till its own grants; here stand those of the whole store.
    const elsewhere = wanted.streamElsewhere || shape === 'grant'
    const at = elsewhere ? null : { handle, offset: logOffset(head) }
    let rows = 0
    for await (const row of rowsOf(wanted.feed, definition, shape)) {
      out.line(JSON.stringify(row))
      rows += 1
    }
    shapes.push({ shape, at, rows })
  }
  out.close('')
  return shapes
}

async function* rowsOf(
  feed: ChangeFeed,
  definition: ShapeDefinition,
  shape: ShapeName,
): AsyncGenerator<PackageRow> {
  const { tenant, table, where } = definition
  const columns = definition.columns.map(({ name }) => name)
  for (let after = 0; ; ) {
    const { rows, isLast } = await feed.page({ tenant, table, columns, where, after, ...PAGE })
    for (const { values } of rows) {
      yield { shape, row: Object.fromEntries(columns.map((name, i) => [name, values[i] ?? null])) }
    }
    const last = rows.at(-1)
    if (last === undefined || isLast) return
    after = last.rid
  }
}

interface Out {
  readonly hash: Hash
  line(text: string): void
  bytes(piece: Buffer): void
  /** Durable; the text after everything else is not part of the hash. */
  close(last: string): void
}

function openOut(file: string): Out {
  rmSync(file, { force: true })
  const descriptor = openSync(file, 'wx', 0o600)
  const hash = createHash('sha256')
  const bytes = (piece: Buffer): void => {
    hash.update(piece)
    writeSync(descriptor, piece)
  }
  return {
    hash,
    bytes,
    line: (text) => bytes(Buffer.from(`${text}\n`)),
    close(last) {
      writeSync(descriptor, last)
      fsyncSync(descriptor)
      closeSync(descriptor)
    },
  }
}
