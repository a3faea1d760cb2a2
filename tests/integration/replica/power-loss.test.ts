import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '../../../electron/ledger/database.ts'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { deliver, replicaOf } from '../../support/replica-till.ts'
import { newTill, removeTempDirs, saleOf, tempDir } from '../../support/till.ts'

afterAll(removeTempDirs)

/** People at head office after each reading. More at once than go with the cursor, so that some are written before it. */
const STANDS = [40, 41, 75]
const FRAME_BYTES = 24 + 4_096
const WAL_HEADER_BYTES = 32
const ID = (n: number): string => `c${n.toString(16).padStart(31, '0')}`

interface Left {
  readonly offset: string
  readonly rows: number
  readonly counted: number
  readonly there: number
}

/*
 * Rows and the cursor behind them do not wait for the disk: after a power cut any beginning of what was written is left.
 */
it('however much of the log a power cut leaves, a list has every row that its cursor says it has', async () => {
  const till = await newTill()
  const hq = new ReferenceHq()
  till.db.pragma('wal_checkpoint(TRUNCATE)')
  const before = readFileSync(till.file)
  const replica = replicaOf(till)
  let known = 0
  for (const people of STANDS) {
    for (; known < people; known += 1)
      hq.knows(ID(known), { name: `Person ${known}`, phone: `+234803${1_000_000 + known}` }, 100)
    for (const shape of ['account', 'customer'] as const) await deliver(replica, hq, shape, 1_000)
    await till.done('cashier', 'sale.record', saleOf(null, 100))
  }
  const wal = readFileSync(`${till.file}-wal`)
  expect(readFileSync(till.file).equals(before), 'no checkpoint ran meanwhile').toBe(true)
  const key = till.keys.secrets?.database_key ?? ''
  till.close()

  const seen = new Set<string>()
  const wrong: unknown[] = []
  for (let cut = WAL_HEADER_BYTES; cut <= wal.length; cut += FRAME_BYTES) {
    const file = path.join(tempDir(), 'till.db')
    writeFileSync(file, before)
    writeFileSync(`${file}-wal`, wal.subarray(0, cut))
    const db = openDatabase({ file, key, mode: 'write' })
    for (const [shape, table] of [
      ['account', 'replica_account'],
      ['customer', 'customer'],
    ]) {
      const left = db
        .prepare<[string | undefined], Left>(
          `SELECT s."offset" AS offset, s.rows, c.rows AS counted, (SELECT count(*) FROM ${table}) AS there
           FROM shape s JOIN shape_count c USING (shape) WHERE shape = ?`,
        )
        .get(shape)
      if (!left) continue
      seen.add(`${shape} ${left.offset}`)
      const promised = Math.max(0, Number(left.offset.split('_')[0]))
      if (left.rows !== left.counted || left.there !== left.counted || left.there < promised)
        wrong.push({ cut, shape, ...left })
    }
    db.close()
  }
  expect(wrong).toEqual([])
  // Every place at which a list stood was looked at, the last one too.
  for (const shape of ['account', 'customer'])
    for (const people of STANDS) expect(seen).toContain(`${shape} ${people}_0`)
}, 60_000)
