import { expect } from 'vitest'
import { ownEvents } from '../own-chain.ts'
import { scenarioList } from '../scenario.ts'
import { setPolicy } from '../shop-rules.ts'
import { ADA, type Story } from '../story.ts'
import {
  booked,
  debtOf,
  grantedWhileWaiting,
  grants,
  nights,
  rightsOf,
  setAside,
  usable,
} from './lease-steps.ts'
import { apart, together, write } from './steps.ts'

/** Points set aside at tills, while nobody is lost. */
export const LEASES = scenarioList()
const { scenario } = LEASES
const MINUTE = 60_000

scenario(
  'cases 1 and 12a: two tills of one store that do not see each other spend what is set aside at each, and nobody owes',
  2,
  async (s) => {
    await setAside(s)
    const [one, other] = [s.till(1), s.till(2)]
    apart(s, one, other)
    await s.sell(one, ADA, 20_000, 500)
    await s.sell(other, ADA, 20_000, 500)
    expect(await s.trySell(one, ADA, 20_000, 201)).toBeNull()
    expect(one.refused).toBe('offline_limit_customer')
    together(s, one, other)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 1a: what is set aside is good after its points have lapsed, and lapses when it goes back',
  1,
  async (s) => {
    const one = s.till(1)
    await s.enrol()
    await s.join(one, ADA)
    await s.sell(one, ADA, 100_000)
    await s.sent()
    for (let month = 0; month < 8; month += 1) {
      await nights(s, 44)
      await s.sell(one, ADA, 100)
      await s.sent()
    }
    await setPolicy(s.hq, { lease_points: 500, lease_share_bp: 10_000 })
    await s.run.pass(2 * MINUTE)
    await s.sell(one, ADA, 100)
    await s.followed()
    expect(await grants(s)).toMatchObject([{ points: 500, closed_by: null }])
    s.offline(one)
    await nights(s, 20)
    await s.sell(one, ADA, 20_000, 300)
    expect(rightsOf(one)).toEqual(['lease 300'])
    s.online(one)
    await s.followed()
    await s.run.pass(5 * MINUTE)
    expect(await debtOf(s)).toBe(0)
    // The rest of a thousand is gone with its day; what was earned later is there.
    expect((await grants(s)).some(({ points, closed_by }) => points === 500 && closed_by !== null)).toBe(true)
    expect((await s.card(one, ADA))?.account.balance).toBeLessThan(300)
  },
)

scenario(
  'case 1b: a till that knows an older row spends what is set aside elsewhere: the debt is its own, with one flag',
  2,
  async (s) => {
    const [holder, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await setPolicy(s.hq, { lease_points: 0, floor_customer_points: 200 })
    await s.join(holder, ADA)
    await s.sell(holder, ADA, 50_000)
    await s.followed()
    s.offline(other)
    await setPolicy(s.hq, { lease_points: 500, lease_share_bp: 10_000 })
    await s.run.pass(2 * MINUTE)
    await s.sell(holder, ADA, 100)
    await s.sent(holder)
    await s.run.pass(2 * MINUTE)
    expect(await usable(s, holder)).toBeGreaterThanOrEqual(500)
    await s.sell(other, ADA, 1_000, 150)
    s.offline(holder)
    await s.sell(holder, ADA, 1_000, 500)
    s.online(other)
    await s.sent(other)
    const owes = async () =>
      s.hq.query<{ by: string; flags: number }>(
        `SELECT debt ->> 'by' AS by, (SELECT count(*)::int FROM hq.inbox i WHERE i.event = debt ->> 'event' AND i.state = 'open') AS flags
       FROM hq.account, jsonb_array_elements(state -> 'debts') AS debt`,
      )
    expect(await owes()).toEqual([{ by: 'redeem', flags: 1 }])
    s.online(holder)
    await s.followed()
    // What is bought afterwards repays it, the flag closes itself, and the customer may redeem again.
    await s.sell(holder, ADA, 40_000)
    await s.followed()
    expect(await owes()).toEqual([])
    expect(await s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'overdraft' AND state = 'open'")).toEqual([])
    expect(await s.hq.query('SELECT 1 FROM hq.sync_deny_v1')).toEqual([])
  },
)

scenario(
  'case 1c: the purchase is undone elsewhere whose points are set aside and spent: that is owed by nobody who redeemed',
  2,
  async (s) => {
    const [holder, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await s.join(other, ADA)
    const { sale_id } = await s.sell(other, ADA, 50_000)
    await s.followed()
    s.offline(other)
    expect(await s.undo(other, sale_id)).toBe(true)
    await setPolicy(s.hq, { lease_points: 500, lease_share_bp: 10_000, floor_customer_points: 0 })
    await s.run.pass(2 * MINUTE)
    await s.sell(holder, ADA, 100)
    await s.sent(holder)
    await s.run.pass(2 * MINUTE)
    await s.sell(holder, ADA, 1_000, 500)
    expect(rightsOf(holder)).toEqual(['lease 500'])
    s.online(other)
    await s.followed()
    const debts = await s.hq.query<{ by: string }>(
      `SELECT debt ->> 'by' AS by FROM hq.account, jsonb_array_elements(state -> 'debts') AS debt`,
    )
    expect(debts).toEqual([{ by: 'reverse' }])
    expect(await s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'overdraft'")).toEqual([])
  },
)

scenario(
  'cases 1d and N3: both tills undo what one of them redeemed, and it spends all it had: the pot has it, once',
  2,
  async (s) => {
    await setAside(s)
    const [one, other] = [s.till(1), s.till(2)]
    const { sale_id } = await s.sell(one, ADA, 20_000, 100)
    await s.followed()
    s.offline(one)
    const [redeemed] = ownEvents(one).flatMap(({ id, kind }) => (kind === 'points.redeemed' ? [id] : []))
    const targets = [{ event: redeemed ?? '', points: 'all' as const }]
    const customer = (await other.customerOf(ADA)) ?? ''
    const payload = { sale: null, targets }
    write(s, other, [
      { kind: 'points.reversed', n: 0, customer, program: 'default', payload, personal: { reason: 'Wrong' } },
    ])
    await s.sent(other)
    expect(await s.undo(one, sale_id)).toBe(true)
    await s.sell(one, ADA, 20_000, 500)
    expect(await s.trySell(one, ADA, 20_000, 201)).toBeNull()
    expect(rightsOf(one)).toEqual(['lease 100', 'lease 500'])
    s.online(one)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 12: a customer who wants more than is here gets it from head office while they wait',
  2,
  async (s) => {
    await setAside(s)
    const one = s.till(1)
    await s.sell(one, ADA, 20_000, 1_400)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
    expect(rightsOf(one)).toEqual(['lease 500', 'lease 900'])
    expect(await grantedWhileWaiting(s)).toBe(1)
  },
)

scenario(
  'case 12d: the answer comes too late: the sale goes by the limits, and what was granted is there for the next one, once',
  2,
  async (s) => {
    await setAside(s)
    const one = s.till(1)
    s.network.meddle = (_, { url }) => (url.endsWith('/lease') ? 'wait' : null)
    expect(await s.trySell(one, ADA, 20_000, 1_400)).toBeNull()
    expect(one.refused).toBe('offline_limit_customer')
    expect(await grantedWhileWaiting(s)).toBe(1)
    await s.run.pass(2 * MINUTE)
    s.network.letGo()
    await s.followed()
    s.offline(one)
    await s.sell(one, ADA, 20_000, 1_400)
    expect(rightsOf(one)).toEqual(['lease 500', 'lease 900'])
    s.online(one)
    await s.followed()
    expect(await grantedWhileWaiting(s)).toBe(1)
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 12e: a package brings a grant again that went back: nothing is booked, and nothing more may be spent',
  1,
  async (s) => {
    const one = s.till(1)
    await setAside(s)
    const carried = await s.hq.writePackage(s.hq.stores[0] ?? '')
    await setPolicy(s.hq, { lease_points: 0, floor_customer_points: 200 })
    await nights(s, 1)
    await s.run.pass(3 * MINUTE)
    await s.followed()
    expect((await grants(s)).filter(({ closed_by }) => closed_by === null)).toEqual([])
    s.offline(one)
    await one.importPackage(carried)
    expect(await usable(s, one)).toBe(200)
    expect(rightsOf(one)).toEqual([])
  },
)

scenario('case 12: what a till does not use for long it gives back, and asks anew', 1, async (s) => {
  await s.enrol()
  await setPolicy(s.hq, { lease_points: 500, lease_unused_days: 2 })
  const one = s.till(1)
  await s.join(one, ADA)
  await s.sell(one, ADA, 200_000)
  await booked(s, one)
  expect(await grants(s)).toHaveLength(1)
  await nights(s, 3)
  await s.run.until(async () => (await grants(s)).length > 1, 'it asks anew')
  await s.followed()
  const all = await grants(s)
  expect(all.length).toBeGreaterThan(1)
  expect(all.filter(({ closed_by }) => closed_by === null)).toHaveLength(1)
})

scenario(
  'case 13c: the grant is here and the row of the account is not: what may be spent is never counted twice',
  2,
  async (s) => {
    await s.enrol()
    const one = s.till(1)
    await s.join(one, ADA)
    await s.sell(one, ADA, 100_000)
    await s.followed()
    await setPolicy(s.hq, { lease_points: 500, floor_customer_points: 10_000, floor_till_points: 10_000 })
    s.network.meddle = (_, { url }) => (url.includes('sync_account_v1') ? 'wait' : null)
    await s.run.pass(2 * MINUTE)
    await s.sell(one, null, 100)
    await s.run.until(async () => (await s.card(one, ADA))?.account.leased === 500, 'it is set aside')
    expect((await s.card(one, ADA))?.account).toMatchObject({
      balance: 1_000,
      available: 500,
      usable_here: 1_000,
    })
    await s.sell(one, ADA, 20_000, 700)
    const after = (await s.card(one, ADA))?.account
    expect(after?.usable_here).toBe(after?.balance)
    s.network.letGo()
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'default shares: a till gets its share of what is open and no more, of so many customers',
  2,
  async (s) => {
    await s.enrol()
    const one = s.till(1)
    await setPolicy(s.hq, { lease_points: 5_000, lease_share_bp: 2_500, lease_customers_max: 1 })
    await s.run.pass(2 * MINUTE)
    for (const person of [ADA, '08035550103']) {
      await s.join(one, person)
      await s.sell(one, person, 100_000)
    }
    await s.followed()
    await s.run.pass(5 * MINUTE)
    expect(await grants(s)).toMatchObject([{ points: 250, closed_by: null }])
  },
)

scenario(
  'a grant that was altered on its way is worth nothing, and comes with the list as it was signed',
  1,
  async (s) => {
    s.network.alter = ({ url }, text) =>
      url.endsWith('/lease') ? text.replaceAll('\\"points\\":500', '\\"points\\":5000') : text
    await s.enrol()
    await setPolicy(s.hq, { lease_points: 500, floor_customer_points: 200 })
    const one = s.till(1)
    await s.join(one, ADA)
    await s.sell(one, ADA, 200_000)
    await s.followed()
    await s.run.pass(3 * MINUTE)
    expect(await grants(s)).toHaveLength(1)
    // The list brings it as it was signed.
    expect(await usable(s, one)).toBe(700)
  },
)

scenario(
  'two who are made one: what is set aside under either id is spent for both, and nobody owes',
  2,
  async (s: Story) => {
    await setAside(s)
    const [one] = [s.till(1)]
    const twin = '08035550104'
    await s.join(one, twin)
    await s.sell(one, twin, 100_000)
    await s.followed()
    await s.run.pass(3 * MINUTE)
    const [into, from] = [await one.customerOf(twin), await one.customerOf(ADA)]
    if (!into || !from) throw new Error('both are known')
    s.offline(one)
    expect(await s.run.world.office.join(into, from)).toBe(true)
    s.run.world.model.merged(twin, ADA)
    await s.sell(one, ADA, 20_000, 200)
    s.online(one)
    await s.followed()
    s.offline(one)
    // What is left of both.
    await s.sell(one, twin, 40_000, 800)
    expect(rightsOf(one).every((right) => right.startsWith('lease'))).toBe(true)
    s.online(one)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)
