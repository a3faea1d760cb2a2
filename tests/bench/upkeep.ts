import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import path from 'node:path'
import { openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import { verifySignature } from '../../electron/platform/node-signer.ts'
import { BENCH_PIN, type Dataset, openBenchTill, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { median, microsecondsOf, seconds } from './measure.ts'

/** What is done beside the sales: check the ledger, rebuild it, check a PIN; and what a customer takes on disk. */

const PIN_CHECKS = 7
/** A PIN check that takes a second is felt at every sign-in; one of a few ms can be tried by the million. */
const PIN_MS_MAX = 300

export async function benchUpkeep(dataset: Dataset): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'upkeep')
  const { opened, till, key } = await openBenchTill(copy.dir)
  try {
    const file = path.join(copy.dir, DATABASE_FILE)
    const bytes = statSync(file).size
    const signed = await seconds(() => checkSignatures(file, key))
    const verify = await seconds(async () => {
      const result = await opened.verify()
      if (!result.ok || !result.value.ok) throw new Error('the till of the bench does not verify')
    })
    const read = await seconds(() => readEvents(file, key))
    const rebuild = await seconds(async () => {
      const done = await opened.admin('rebuild', {})
      if (!done.ok) throw new Error(done.refusal.sentence)
    })
    const [admin] = till.people.all()
    const pins: number[] = []
    for (let check = 0; check < PIN_CHECKS; check++) {
      pins.push(await microsecondsOf(() => till.people.checkPin(admin?.id ?? '', BENCH_PIN)))
    }
    const plain = { raw: null, rawIs: '', target: null }
    return [
      {
        ...plain,
        id: 'verify',
        what: `check of ${till.ledger.writer.head().place.toLocaleString('en')} events and every projection`,
        unit: 's',
        value: verify,
        raw: signed,
        rawIs: 'reading every event, its hash and its signature',
      },
      {
        ...plain,
        id: 'rebuild',
        what: 'rebuild of every projection',
        unit: 's',
        value: rebuild,
        raw: read,
        rawIs: 'reading and parsing every event',
      },
      {
        ...plain,
        id: 'disk.customer',
        what: 'disk for each customer',
        unit: 'bytes',
        value: bytes / dataset.customers,
      },
      { ...plain, id: 'disk.file', what: 'the database file', unit: 'MB', value: bytes / 1_048_576 },
      {
        ...plain,
        id: 'pin',
        what: 'check of a PIN (argon2id, 19 MiB, 2 passes)',
        unit: 'ms',
        value: median(pins) / 1_000,
        target: { atMost: PIN_MS_MAX },
        because: 'it is meant to be slow, and its 19 MiB compete for memory',
      },
    ]
  } finally {
    opened.close()
    copy.remove()
  }
}

interface Signed {
  readonly bytes: Buffer
  readonly prev_hash: Buffer
  readonly signature: Buffer
}

function checkSignatures(file: string, key: string): void {
  const db = openDatabase({ file, key, mode: 'read' })
  const publicKey = db
    .prepare<[], Buffer>('SELECT public_key FROM epoch ORDER BY epoch DESC LIMIT 1')
    .pluck()
    .get()
  if (!publicKey) throw new Error('the till of the bench has no epoch')
  for (const row of db.prepare<[], Signed>('SELECT bytes, prev_hash, signature FROM event').iterate()) {
    const hash = createHash('sha256').update(row.prev_hash).update(row.bytes).digest()
    if (!verifySignature(publicKey, hash, row.signature)) throw new Error('a signature of the bench is wrong')
  }
  db.close()
}

function readEvents(file: string, key: string): void {
  const db = openDatabase({ file, key, mode: 'read' })
  for (const bytes of db.prepare<[], Buffer>('SELECT bytes FROM event').pluck().iterate()) {
    JSON.parse(bytes.toString('utf8'))
  }
  db.close()
}
