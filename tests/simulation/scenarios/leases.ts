import { expect } from 'vitest'
import type { Account } from '../../../shared/domain/account.ts'
import { owed } from '../../../shared/domain/post.ts'
import { scenarioList } from '../scenario.ts'
import { setPolicy } from '../shop-rules.ts'
import { ADA, type Story } from '../story.ts'

export const LEASES = scenarioList()
const { scenario } = LEASES
const MINUTE = 60_000

/** Ada has been at both tills, and each has the half of what was open then, at most 500 points. */
async function setAside(s: Story): Promise<void> {
  await s.enrol()
  await setPolicy(s.hq, { lease_points: 500, floor_customer_points: 200 })
  await s.join(s.till(1), ADA)
  await s.sell(s.till(1), ADA, 200_000)
  await s.followed()
  await s.sell(s.till(2), ADA, 1_000)
  await s.followed()
  await s.run.pass(3 * MINUTE)
  for (const n of [1, 2]) expect((await s.card(s.till(n), ADA))?.account.usable_here).toBe(700)
}
const debtOf = async (s: Story): Promise<number> => {
  const rows = await s.hq.query<{ state: Account }>('SELECT state FROM hq.account')
  return rows.reduce((sum, { state }) => sum + owed(state), 0)
}

scenario(
  'case 1: two tills that do not see each other spend what is set aside, and nobody owes',
  2,
  async (s) => {
    await setAside(s)
    const [one, other] = [s.till(1), s.till(2)]
    s.offline(one)
    s.offline(other)
    await s.sell(one, ADA, 20_000, 500)
    await s.sell(other, ADA, 20_000, 500)
    expect(await s.trySell(one, ADA, 20_000, 201)).toBeNull()
    expect(one.refused).toBe('offline_limit_customer')
    s.online(one)
    s.online(other)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 1: an undoing gives back to the pot, which is spent again and no more than once',
  2,
  async (s) => {
    await setAside(s)
    const [one, other] = [s.till(1), s.till(2)]
    s.offline(one)
    const { sale_id } = await s.sell(one, ADA, 20_000, 500)
    await s.undo(one, sale_id)
    await s.sell(one, ADA, 20_000, 500)
    expect(await s.trySell(one, ADA, 20_000, 201)).toBeNull()
    s.online(one)
    await s.followed()
    await s.undo(other, sale_id)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)
