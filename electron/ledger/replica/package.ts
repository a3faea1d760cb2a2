import { createHash } from 'node:crypto'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { invariant, ok, type Result, refuse } from '../../../shared/base/result.ts'
import {
  FILE_NUMBERS,
  FileEnd,
  PackageHeader,
  PackageReceipt,
  PackageRow,
} from '../../../shared/sync/files.ts'
import type { ShapeName } from '../../../shared/sync/rows.ts'
import type { Ledger } from '../ledger.ts'
import type { Intake } from './intake.ts'
import type { RowChange } from './messages.ts'
import { otherWork } from './other-work.ts'
import type { ImportedPackage } from './replica.ts'
import type { ShapeStore } from './shape-store.ts'

/** Whose packages this till takes. */
interface Connected {
  readonly tenant: string
  readonly store: string
  readonly hq_public_key: string
  readonly hq_epoch: number
}

const FILE = 'The package'
const damaged = (why: string): Refusal =>
  refusal('file_damaged', { file: FILE, why, remedy: 'Nothing was changed. Ask head office for a new one.' })
const wrongKind = (expected: string): Refusal => refusal('file_wrong_kind', { file: FILE, expected })

/** The lines of a file from its beginning, as often as they are asked for. */
export type Lines = () => Iterable<string>

/** A package whose signature, owner and age were looked at. */
interface Checked {
  readonly header: PackageHeader
  readonly receipts: readonly PackageReceipt[]
}

/** Lines read before a sale may go first. */
const LINES_AT_ONCE = 200

/**
 * Reads a package as a whole before anything is changed. Refuses file_wrong_kind for another file, or one of another
 * business or store; file_newer; file_damaged for one that was cut off or altered, or that is older than what is here.
 */
export async function checkPackage(
  ledger: Ledger,
  shapes: ShapeStore,
  lines: Lines,
): Promise<Result<Checked, Refusal>> {
  const { db, platform } = ledger
  const connected = db
    .prepare<[], Connected>('SELECT tenant, store, hq_public_key, hq_epoch FROM connection')
    .get()
  if (!connected) return refuse(wrongKind('for this till, which does not belong to a head office yet'))
  const [first] = lines()
  const header = PackageHeader.safeParse(parsed(first))
  if (!header.success) return refuse(wrongKind('a package of head office'))
  const { version, protocol, tenant, store, store_name } = header.data
  if (version > FILE_NUMBERS.version || protocol > FILE_NUMBERS.protocol)
    return refuse(refusal('file_newer', { file: FILE, version }))
  const read = await readWhole(header.data, lines)
  if (!read.ok) return read
  const { sha, end, receipts, fault } = read.value
  if (sha.toString('hex') !== end.sha256) return refuse(damaged('it was changed after it was made'))
  if (tenant !== connected.tenant) return refuse(wrongKind('a package of your head office'))
  const key = platform.digest.fromHex(connected.hq_public_key)
  if (!platform.verify(key, sha, Buffer.from(end.signature ?? '', 'base64')))
    return refuse(damaged('head office did not sign it'))
  if (fault !== null) return refuse(damaged(fault))
  if (store !== connected.store)
    return refuse(wrongKind(`a package for this store (it is for ${store_name})`))
  if (isOlder(header.data, connected, shapes))
    return refuse(damaged('it is older than what this till has already'))
  return ok({ header: header.data, receipts })
}

const parsed = (line: string | undefined): unknown => {
  try {
    return JSON.parse(line ?? '')
  } catch {
    // No JSON is no line of ours: the schema says so.
    return null
  }
}

/** Lists that are here already, from a later time or a later head office. */
function isOlder(header: PackageHeader, { hq_epoch }: Connected, shapes: ShapeStore): boolean {
  if (header.hq_epoch !== hq_epoch) return header.hq_epoch < hq_epoch
  return header.shapes.some(({ shape }) => {
    const { as_of, phase } = shapes.get(shape)
    return phase === 'live' && as_of !== null && as_of > header.made_at
  })
}

interface Whole {
  readonly sha: Buffer
  readonly end: FileEnd
  readonly receipts: readonly PackageReceipt[]
  /** What is wrong with a line, though nobody changed it. */
  readonly fault: string | null
}

/** Every line between must be a row, list by list, or a receipt; and as many rows as the header says. */
async function readWhole(header: PackageHeader, lines: Lines): Promise<Result<Whole, Refusal>> {
  const hash = createHash('sha256')
  const content = contentCheck(header)
  let before: string | null = null
  let count = 0
  for (const line of lines()) {
    if (before !== null) {
      hash.update(`${before}\n`)
      count += 1
      if (count > 1) content.take(parsed(before), count)
      if (count % LINES_AT_ONCE === 0) await otherWork()
    }
    before = line
  }
  const end = FileEnd.safeParse(parsed(before ?? undefined))
  if (!end.success || end.data.lines !== count) return refuse(damaged('its end is missing'))
  return ok({ sha: hash.digest(), end: end.data, receipts: content.receipts, fault: content.fault() })
}

function contentCheck({ shapes, tenant }: PackageHeader) {
  const left = new Map<ShapeName, number>(shapes.map(({ shape, rows }) => [shape, rows]))
  const order = shapes.map(({ shape }) => shape)
  const receipts: PackageReceipt[] = []
  let at = 0
  let fault: string | null = null
  return {
    receipts,
    take(value: unknown, line: number): void {
      const row = PackageRow.safeParse(value)
      const place = row.success ? order.indexOf(row.data.shape, at) : -1
      if (row.success && place !== -1 && receipts.length === 0) {
        at = place
        left.set(row.data.shape, (left.get(row.data.shape) ?? 0) - 1)
        if (row.data.row['tenant_id'] !== tenant) fault ??= `line ${line} is of another business`
        return
      }
      const receipt = PackageReceipt.safeParse(value)
      if (receipt.success) receipts.push(receipt.data)
      else fault ??= `line ${line} cannot be read`
    },
    fault: (): string | null =>
      fault ?? ([...left.values()].some((rows) => rows !== 0) ? 'rows are missing in it' : null),
  }
}

/** Puts a checked package in place: list by list, as a load from the start, and goes on from its place in the stream. */
export async function takePackage(
  intake: Intake,
  { header, receipts }: Checked,
  lines: Lines,
): Promise<ImportedPackage> {
  const source = lines()[Symbol.iterator]()
  source.next()
  for (const { shape, at, rows } of header.shapes) {
    await intake.whole(shape, changes(source, rows), at)
  }
  return {
    rows: header.shapes.reduce((sum, { rows }) => sum + rows, 0),
    made_at: header.made_at,
    receipts,
  }
}

/** The next so many rows; lists stand one behind the other. */
function* changes(source: Iterator<string>, rows: number): Generator<RowChange> {
  for (let i = 0; i < rows; i++) {
    const line = source.next()
    invariant(!line.done, 'the package that was checked ends too early')
    yield { row: PackageRow.parse(JSON.parse(line.value)).row, leaves: false }
  }
}
