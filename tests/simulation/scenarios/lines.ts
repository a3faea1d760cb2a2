import { expect } from 'vitest'
import { scenarioList } from '../scenario.ts'
import { ADA, BOLA } from '../story.ts'

/** What machines on the way to head office make of answers. */
export const LINES = scenarioList()
const { scenario } = LINES
const ROUNDS = 12

scenario('a reply that is lost: what was sent is sent again, and counts once', 1, async (s) => {
  const till = s.till(1)
  await s.enrol()
  await s.join(till, ADA)
  await s.sent()
  s.network.cut.set(till.name, 'in')
  await s.sell(till, ADA, 10_000)
  await s.run.pass(60_000)
  expect(await s.hq.query('SELECT 1 FROM hq.sale')).toHaveLength(1)
  s.online(till)
  await s.sell(till, ADA, 20_000)
  await s.followed()
  expect(await s.points(till, ADA)).toBe(300)
})

scenario(
  'a cache that gives older answers again: no balance goes back, and in the end everything is there',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const ada = await s.join(one, ADA)
    await s.sell(one, ADA, 10_000)
    await s.followed()
    s.network.faults = { ...s.network.faults, stale: 0.6, refetch: 0.1 }
    let [sold, seen] = [100, 100]
    for (let round = 0; round < ROUNDS; round += 1) {
      await s.sell(one, ADA, 1_000)
      sold += 10
      // Fetched beside the list, always at one address.
      other.begin('customer.fetch', { customer_id: ada })
      await s.run.pass(60_000)
      const now = await s.points(other, ADA)
      expect(now).toBeGreaterThanOrEqual(seen)
      seen = now
      expect(await s.points(one, ADA)).toBe(sold)
    }
    expect(s.network.given.older).toBeGreaterThan(ROUNDS)
    s.network.heal()
    await s.followed()
    expect(await s.points(other, ADA)).toBe(sold)
  },
)

scenario(
  'answers that are mixed up: nobody takes the receipt or the token of another till for its own, and none stops',
  2,
  async (s) => {
    const tills = [s.till(1), s.till(2)]
    await s.enrol()
    for (const [n, till] of tills.entries()) await s.join(till, [ADA, BOLA][n] ?? ADA)
    await s.followed()
    s.network.faults = { ...s.network.faults, mixedUp: 0.5 }
    for (let round = 0; round < ROUNDS; round += 1) {
      await s.sell(s.till(1), ADA, 1_000)
      await s.sell(s.till(2), BOLA, 2_000)
      await s.run.pass(30_000)
      expect(tills.map(({ stopped }) => stopped)).toEqual([null, null])
    }
    expect(s.network.given.mixedUp).toBeGreaterThan(ROUNDS / 2)
    s.network.heal()
    await s.followed()
    expect([await s.points(s.till(2), ADA), await s.points(s.till(1), BOLA)]).toEqual([120, 240])
  },
)
