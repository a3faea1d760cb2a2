import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ShapeSource } from '../../../hq/shapes/source.ts'
import { DIGEST_BUCKETS } from '../../../shared/sync/digest.ts'
import { codeFor, get, HandTill, openHqApp, openShop } from '../../support/hq-app.ts'
import { freshDatabase } from '../../support/postgres.ts'

/** The figures of a list cost head office a whole list: whoever asks for many at once keeps nobody else from selling. */

let database: Awaited<ReturnType<typeof freshDatabase>>
let hq: Awaited<ReturnType<typeof openHqApp>>
const open: (() => void)[] = []
const COUNTED = {
  state: 'counted' as const,
  buckets: Array.from({ length: DIGEST_BUCKETS }, () => [0, 0, 0] as [number, number, number]),
}

beforeAll(async () => {
  database = await freshDatabase()
  const shapes: ShapeSource = {
    answer: () => Promise.reject(new Error('not asked')),
    digest: () => new Promise((resolve) => open.push(() => resolve(COUNTED))),
  }
  hq = await openHqApp(database.url, { shapes })
})
afterAll(async () => {
  await hq.close()
  await database.drop()
})

test('one digest of a till and three of all are worked on at once; the others are sent away, and all go on', async () => {
  const shop = await openShop(hq)
  const tills = [new HandTill(), new HandTill(), new HandTill(), new HandTill()]
  for (const till of tills) await till.join(hq, await codeFor(hq, shop))
  const ask = (till: HandTill | undefined) =>
    get(hq, '/sync/v1/digest?shape=customer&handle=h&offset=1_0', till?.token ?? '')
  const begun = async (count: number): Promise<void> => vi.waitFor(() => expect(open).toHaveLength(count))

  const first = ask(tills[0])
  await begun(1)
  const twice = await ask(tills[0])
  expect([twice.status, twice.body]).toEqual([503, expect.objectContaining({ code: 'unavailable' })])
  expect(Number(twice.headers['retry-after'])).toBeGreaterThan(0)
  const working = [first, ask(tills[1]), ask(tills[2])]
  await begun(3)
  expect((await ask(tills[3])).status).toBe(503)
  // Whoever sends a sale is kept from nothing.
  const beat = tills[3]?.signed(tills[3].heartbeat(hq.now()))
  expect(
    (
      await hq.app.inject({
        method: 'POST',
        url: '/sync/v1/push',
        headers: { authorization: `Bearer ${tills[3]?.token}` },
        payload: beat ?? {},
      })
    ).statusCode,
  ).toBe(200)

  for (const done of open.splice(0)) done()
  expect((await Promise.all(working)).map(({ status }) => status)).toEqual([200, 200, 200])
  const last = ask(tills[3])
  await begun(1)
  for (const done of open.splice(0)) done()
  expect((await last).status).toBe(200)
})
