import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { keepUp } from '../../../hq/jobs/keep-up.ts'
import { listTenants } from '../../../hq/services/tenants.ts'
import { readEvent } from '../../../shared/protocol/payload-schema.ts'
import { joinedTill } from '../../support/forging-till.ts'
import { type HqApp, openHqApp, openShop } from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** What head office does by itself is done for every business, and the log is shortened, whatever fails for one. */

let database: FreshDatabase
let hq: HqApp

beforeAll(async () => {
  database = await freshDatabase()
  hq = await openHqApp(database.url, {
    reads: (text) => ({ ok: false, why: 'newer_version', json: JSON.parse(text ?? '') }),
  })
})
afterAll(async () => {
  await hq.close()
  await database.drop()
})

test('a business that fails keeps no other one waiting, nor the log', async () => {
  for (const name of ['Alheri', 'Binta', 'Chidi']) {
    const shop = await openShop(hq, name)
    const till = await joinedTill(hq, shop)
    await till.push(hq, [till.earned(randomHex(16), 10)])
  }
  const [first, ...others] = (await listTenants(hq)).map(({ id }) => id)
  const postedOf = async (tenant: string): Promise<string[]> => {
    const rows = await hq.db.tenant(tenant, (tx) =>
      tx.query<{ outcome: string }>('SELECT outcome FROM hq.event'),
    )
    return rows.map(({ outcome }) => outcome)
  }
  const trimmed: string[] = []
  const global: HqApp['db']['global'] = (work) =>
    hq.db.global((tx) =>
      work({
        query(sql, values) {
          if (sql.includes('sync_head_at')) trimmed.push(sql)
          return tx.query(sql, values)
        },
      }),
    )
  const reads: typeof readEvent = (text, bytes) => {
    if (text?.includes(first ?? '')) throw new Error('a mistake of ours')
    return readEvent(text, bytes)
  }
  const troubles: string[] = []
  const stop = keepUp({ ...hq.parts, db: { ...hq.db, global }, reads }, (error) =>
    troubles.push(String(error)),
  )
  await vi.waitFor(() => expect(trimmed).not.toEqual([]), { timeout: 20_000 })
  await stop()
  expect(troubles).toEqual(['Error: a mistake of ours'])
  expect(await postedOf(first ?? '')).toEqual(['quarantined'])
  for (const tenant of others) expect(await postedOf(tenant)).toEqual(['posted'])
})
