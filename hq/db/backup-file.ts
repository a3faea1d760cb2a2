import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { ok, type Result, refuse } from '../../shared/base/result.ts'

/**
 * A backup of head office: gzip of JSON lines. The first says what it is, the last that it is whole; between them one
 * row a line, as Postgres writes it as JSON. It holds keys and personal data: keep it as the database is kept.
 */
export const BACKUP_VERSION = 1

export const BackupHeader = z.object({
  kasuwa: z.literal('hq-backup'),
  version: z.int().min(1),
  /** Number of the last migration. */
  structure: z.int().min(1),
  hq_epoch: z.int(),
  made_at: z.int(),
})
export type BackupHeader = z.infer<typeof BackupHeader>

const Row = z.object({
  t: z.string().regex(/^[a-z_0-9]+$/),
  r: z.looseObject({ tenant_id: z.string() }),
})
const End = z.object({
  end: z.literal(true),
  rows: z.record(z.string(), z.int().min(0)),
  sha256: z.string(),
  /** Of that hash, under a key that is in no backup. */
  mac: z.string(),
})
type BackupEnd = z.infer<typeof End>
const END_LINE = '{"end":'

interface BackupRow {
  readonly table: string
  readonly tenant: string
  /** The JSON of the row, as it stands in the file. */
  readonly json: string
  readonly row: Readonly<Record<string, unknown>>
}

/** Hash of all lines before the last one, each with its end. */
export const lineHash = () => createHash('sha256')

/** The last line of a backup: what makes it whole, and its seal. */
export function endLine(rows: Readonly<Record<string, number>>, sha256: string, key: Uint8Array): string {
  const end: BackupEnd = { end: true, rows, sha256, mac: macOf(sha256, key) }
  return `${JSON.stringify(end)}\n`
}

const macOf = (sha256: string, key: Uint8Array): string =>
  createHmac('sha256', key).update(`kasuwa hq-backup ${sha256}`).digest('hex')

const ANOTHER = 'Nothing was changed. Choose another file.'

/**
 * Reads the whole file once; refuses with a sentence what is foreign, newer, cut off or altered. Without a key anybody
 * could have made the file.
 */
export async function checkBackup(
  file: string,
  structure: number,
  key: Uint8Array | null,
): Promise<Result<{ readonly header: BackupHeader; readonly rows: number }, string>> {
  if (!existsSync(file)) return refuse(`There is no file ${file}. ${ANOTHER}`)
  const hash = lineHash()
  const counts = new Map<string, number>()
  let header: BackupHeader | null = null
  let end: BackupEnd | null = null
  try {
    for await (const line of backupLines(file)) {
      if (end !== null) return refuse(`${file} goes on after its end. ${ANOTHER}`)
      const raw: unknown = JSON.parse(line)
      if (header === null) {
        const read = readHeader(file, raw, structure)
        if (!read.ok) return read
        header = read.value
      } else {
        if (line.startsWith(END_LINE)) {
          end = End.parse(raw)
          continue
        }
        const { t } = Row.parse(raw)
        counts.set(t, (counts.get(t) ?? 0) + 1)
      }
      hash.update(`${line}\n`)
    }
  } catch (error) {
    return refuse(
      `${file} is damaged or no backup (${error instanceof Error ? error.name : 'unreadable'}). ${ANOTHER}`,
    )
  }
  if (header === null || end === null) return refuse(`${file} is cut off. ${ANOTHER}`)
  const same = [...counts].every(([table, count]) => end.rows[table] === count)
  if (end.sha256 !== hash.digest('hex') || !same)
    return refuse(`${file} was altered or is damaged. ${ANOTHER}`)
  if (key !== null && !isSealed(end, key)) {
    return refuse(
      `${file} is not sealed with the key of this head office: it is of another one, or somebody altered it. Nothing was changed. Give the backup.key of the head office that made it with --key FILE, or another file.`,
    )
  }
  return ok({ header, rows: [...counts.values()].reduce((sum, count) => sum + count, 0) })
}

function isSealed({ sha256, mac }: BackupEnd, key: Uint8Array): boolean {
  const [expected, found] = [Buffer.from(macOf(sha256, key)), Buffer.from(mac)]
  return expected.length === found.length && timingSafeEqual(expected, found)
}

function readHeader(file: string, raw: unknown, structure: number): Result<BackupHeader, string> {
  const read = BackupHeader.safeParse(raw)
  if (!read.success) return refuse(`${file} is no backup of head office. ${ANOTHER}`)
  if (read.data.version > BACKUP_VERSION || read.data.structure > structure) {
    return refuse(`${file} was made by a newer head office. Nothing was changed. Update this program first.`)
  }
  return ok(read.data)
}

/** The rows of a file that was checked. */
export async function* backupRows(file: string): AsyncGenerator<BackupRow> {
  let first = true
  for await (const line of backupLines(file)) {
    if (first) {
      first = false
      continue
    }
    if (line.startsWith(END_LINE)) return
    const { t, r } = Row.parse(JSON.parse(line))
    const json = line.slice(line.indexOf('"r":') + 4, -1)
    yield { table: t, tenant: r.tenant_id, json, row: r }
  }
}

async function* backupLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const plain = createGunzip()
  // A file that cannot be read ends the lines with its error.
  source.on('error', (error) => plain.destroy(error))
  source.pipe(plain)
  const lines = createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })
  let failed: Error | null = null
  plain.on('error', (error) => {
    failed = error
    lines.close()
  })
  for await (const line of lines) yield line
  if (failed !== null) throw failed
}
