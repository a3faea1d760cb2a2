import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { openDatabase } from '../../../hq/db/database.ts'
import { LOG_KEPT, trimLog } from '../../../hq/db/feed-retention.ts'
import { migrate } from '../../../hq/db/migrate.ts'
import { NAIVE_LOG, raceOnLog } from '../../support/log-race.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { onServer, urlOf } from '../../support/test-postgres.ts'

const RACE = { writers: 12, keys: 40, transactions: 40, seed: 7 }
const RIGHT = { missed: 0, stale: 0, torn: 0, backwards: 0 }
/** An older Postgres, where one stands on this machine. */
const OLDER = 'postgres://postgres@127.0.0.1:5432/postgres'
const older = await onServer(OLDER, 'SELECT 1').then(
  () => true,
  () => false,
)

const drops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const drop of drops) await drop()
})

async function fresh(): Promise<string> {
  const database = await freshDatabase()
  drops.push(() => database.drop())
  return database.url
}

describe('the change log under twelve writers', () => {
  test('misses nothing, and nothing comes late, on the Postgres that ships', async () => {
    const outcome = await raceOnLog(await fresh(), RACE)
    expect(outcome).toMatchObject(RIGHT)
    expect(outcome.written).toBeGreaterThan(RACE.writers * RACE.transactions)
    expect(outcome.read).toBe(outcome.written + RACE.keys)
  })

  test.skipIf(!older)(`misses nothing on an older Postgres (skipped: none at 127.0.0.1:5432)`, async () => {
    const name = `kasuwa_race_${randomHex(6)}`
    await onServer(OLDER, `CREATE DATABASE ${name}`)
    drops.push(() => onServer(OLDER, `DROP DATABASE ${name} WITH (FORCE)`))
    await migrate(urlOf(OLDER, name))
    const outcome = await raceOnLog(urlOf(OLDER, name), RACE)
    expect(outcome).toMatchObject(RIGHT)
    expect(outcome.read).toBe(outcome.written + RACE.keys)
  })

  test('is seen to fail with numbers that are taken before the commit', async () => {
    const url = await fresh()
    await onServer(url, NAIVE_LOG)
    const outcome = await raceOnLog(url, RACE)
    expect(outcome.missed + outcome.stale).toBeGreaterThan(0)
  })
})

describe('what is kept of the change log', () => {
  test('is bounded by age and by rows, and shortened in small steps', async () => {
    const url = await fresh()
    const sql = new pg.Client({ connectionString: url })
    await sql.connect()
    const steps: string[] = []
    const database = openDatabase({ url, onStatement: (text) => steps.push(text) })
    try {
      await sql.query(
        `INSERT INTO hq.sync_program_v1 (tenant_id, id, settings)
         SELECT 'one', i::text, '{}' FROM generate_series(1, 100) i`,
      )
      await sql.query(`UPDATE hq.sync_log SET at = now() - interval '3 days' WHERE seq <= 30`)
      const day = 86_400_000
      const left = async (): Promise<unknown> =>
        (
          await sql.query<{ left: string; floor: string }>(
            'SELECT count(*) AS left, (SELECT floor FROM hq.sync_log_floor) AS floor FROM hq.sync_log',
          )
        ).rows[0]
      expect(await trimLog(database)).toEqual({ floor: 0, head: 100 })
      expect(await trimLog(database, { ...LOG_KEPT, keepMs: 2 * day, stepRows: 7 })).toEqual({
        floor: 30,
        head: 100,
      })
      expect(await left()).toEqual({ left: '70', floor: '30' })
      expect(steps.filter((text) => text.includes('sync_trim')).length).toBe(5)
      await trimLog(database, { ...LOG_KEPT, keepRows: 25 })
      expect(await left()).toEqual({ left: '25', floor: '75' })
      await trimLog(database, { ...LOG_KEPT, keepMs: 0 })
      expect(await left()).toEqual({ left: '0', floor: '100' })
      // An empty log still knows where it stands.
      expect(await trimLog(database)).toEqual({ floor: 100, head: 100 })
    } finally {
      await database.close()
      await sql.end()
    }
  })
})
