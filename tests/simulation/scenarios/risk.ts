import { expect } from 'vitest'
import { scenarioList } from '../scenario.ts'
import { ADA } from '../story.ts'

export const RISK = scenarioList()
const { scenario } = RISK
const MINUTE = 60_000

scenario('a till that is cut off redeems up to the limit of a customer, and no point more', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await s.join(one, ADA)
  await s.sell(one, ADA, 600_000)
  await s.followed()
  s.offline(other)
  await s.sell(other, ADA, 20_000, 1_500)
  expect(await s.trySell(other, ADA, 20_000, 600)).toBeNull()
  expect(other.refused).toBe('offline_limit_customer')
  await s.sell(other, ADA, 20_000, 500)
  s.online(other)
  await s.followed()
  // What head office has answered for counts against no limit any more.
  await s.sell(other, ADA, 20_000, 600)
})

scenario('a debt that stays is before a person once, and on the deny list', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await s.join(one, ADA)
  await s.sell(one, ADA, 60_000)
  await s.followed()
  s.offline(one)
  s.offline(other)
  await s.sell(one, ADA, 1_000, 500)
  await s.sell(other, ADA, 1_000, 500)
  s.online(one)
  s.online(other)
  await s.followed()
  expect(await s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'overdraft' AND state = 'open'")).toHaveLength(
    1,
  )
})

scenario('case 17: a till that is heard and hears nothing spends no more than its limit', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await s.join(one, ADA)
  await s.sell(one, ADA, 900_000)
  await s.followed()
  for (let spell = 0; spell < 2; spell += 1) {
    s.offline(other)
    await s.sell(other, ADA, 20_000, 1_900)
    s.network.cut.set(other.name, 'in')
    await s.run.pass(2 * MINUTE)
    // A wrong clock begins no spell either.
    other.clock.offsetMs -= 60 * MINUTE
    expect(await s.trySell(other, ADA, 20_000, 200)).toBeNull()
    expect(other.refused).toBe('offline_limit_customer')
    s.online(other)
    await s.followed()
  }
  const [row] = await s.hq.query<{ spent: number }>(
    `SELECT count(*)::int AS spent FROM hq.event WHERE kind = 'points.redeemed' AND outcome = 'posted'`,
  )
  expect(row?.spent).toBe(2)
})
