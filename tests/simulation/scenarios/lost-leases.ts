import { expect } from 'vitest'
import { scenarioList } from '../scenario.ts'
import { setPolicy } from '../shop-rules.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, type Story } from '../story.ts'
import { backup, clone, restore } from './chains.ts'
import { debtOf, grantedWhileWaiting, grants, potsOf, rightsOf, setAside, usable } from './lease-steps.ts'
import { enrolAnew, toldToEnrol } from './steps.ts'

/** Points set aside at tills that are lost, copied or put back, or by a head office that is. */
export const LOST_LEASES = scenarioList()
const { scenario } = LOST_LEASES
const MINUTE = 60_000

const deviceOf = (till: SimulatedTill): string => till.open.ledger.ids.device
const flags = (s: Story): Promise<readonly object[]> =>
  s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'overdraft' AND state = 'open'")
const openGrants = async (s: Story): Promise<number> =>
  (await grants(s)).filter(({ closed_by }) => closed_by === null).length

/** A till that was written off is at hand again: it is enrolled, and what it sent meanwhile is counted. */
async function found(s: Story, till: SimulatedTill): Promise<void> {
  const { office } = s.run.world
  await s.run.enrol(till)
  await s.run.until(() => office.isActive(deviceOf(till)), 'it is one of the tills again')
  await s.sent(till)
  await office.decide(null)
}

scenario(
  'cases 12b and N3: a till is stolen, written off, and goes on spending: its rest is back at once, and what it spends is counted and flagged once',
  2,
  async (s) => {
    await setAside(s)
    const [stolen, other] = [s.till(1), s.till(2)]
    const device = deviceOf(stolen)
    s.offline(stolen)
    await s.sell(stolen, ADA, 1_000, 100)
    expect(await s.run.world.office.writeOff(device)).toBe(true)
    expect(await potsOf(s)).toBe(500)
    expect(await openGrants(s)).toBe(1)
    await s.sent(other)
    await s.run.pass(2 * MINUTE)
    // All that is there may be spent at the other one.
    await s.sell(other, ADA, 4_000, 2_000)
    await s.sent(other)
    await s.sell(stolen, ADA, 1_000, 400)
    expect(rightsOf(stolen)).toEqual(['lease 100', 'lease 400'])
    s.online(stolen)
    await found(s, stolen)
    await s.followed()
    // Its end of the grant arrives too, and moves nothing again.
    expect((await grants(s)).filter(({ holder }) => holder === `${device}/2`)).toMatchObject([
      { closed_by: expect.any(String) },
    ])
    expect(await debtOf(s)).toBeGreaterThan(0)
    expect((await flags(s)).length).toBeGreaterThan(0)
    await s.sell(other, ADA, 90_000)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
    expect(await flags(s)).toEqual([])
    expect(await s.hq.query('SELECT 1 FROM hq.sync_deny_v1')).toEqual([])
  },
)

scenario(
  'case 12b: a till is lost for ever and written off: what was set aside for it is there for the others',
  2,
  async (s) => {
    await setAside(s)
    const [lost, other] = [s.till(1), s.till(2)]
    const device = deviceOf(lost)
    await lost.shutDown()
    s.run.world.leave(lost)
    expect(await s.run.world.office.writeOff(device)).toBe(true)
    await s.run.pass(6 * MINUTE)
    expect(await openGrants(s)).toBe(1)
    await s.sell(other, ADA, 80_000, 2_000)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case N3: the booking of a grant comes by file after the till was written off: its pot is not made again',
  2,
  async (s) => {
    await setAside(s)
    const [one] = [s.till(1)]
    await setPolicy(s.hq, { lease_points: 1_000, floor_customer_points: 200 })
    s.network.meddle = (till, { url }) => (till === one.name && url.endsWith('/push') ? 'lose' : null)
    const sold = await s.sell(one, ADA, 20_000, 1_000)
    expect(sold.redeemed).toBe(1_000)
    s.offline(one)
    const file = await one.exportUnsent()
    expect(await s.run.world.office.writeOff(deviceOf(one))).toBe(true)
    expect(await s.hq.takeUnsent(file ?? '')).toBeNull()
    await s.run.world.office.decide(null)
    expect(await openGrants(s)).toBe(1)
    expect(await potsOf(s)).toBe(500)
    s.network.heal()
    await found(s, one)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 12c: a till is put back from its backup: what it spent meanwhile is not there to be spent again',
  1,
  async (s) => {
    await setAside(s)
    const one = s.till(1)
    const file = await backup(one)
    await s.sell(one, ADA, 20_000, 300)
    await s.sent()
    await restore(s, one, file)
    s.offline(one)
    expect(await usable(s, one)).toBe(0)
    expect(await s.trySell(one, ADA, 20_000, 100)).toBeNull()
    expect(one.refused).toBe('till_put_back')
    s.online(one)
    await enrolAnew(s, one)
    await s.followed()
    expect(rightsOf(one)).toEqual([])
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case 5: the same chain twice: a copied till spends the same grant: it counts once, and what is sent again stands under none',
  1,
  async (s) => {
    await setAside(s)
    const till = s.till(1)
    const twin = await clone(s, till)
    s.offline(twin)
    s.offline(till)
    await s.sell(till, ADA, 20_000, 500)
    await s.sell(twin, ADA, 20_000, 500)
    s.online(till)
    await s.sent(till)
    s.online(twin)
    await toldToEnrol(s, twin)
    s.offline(twin)
    s.online(twin)
    await s.enrol(twin)
    // The epoch of the grant is over for it: what it redeems from here on stands under another one or none.
    await s.followed()
    const [row] = await s.hq.query<{ spent: number }>(
      `SELECT count(*)::int AS spent FROM hq.event WHERE kind = 'points.redeemed' AND outcome = 'posted'`,
    )
    expect(row?.spent).toBe(2)
    expect(await debtOf(s)).toBe(0)
  },
)

scenario('case 5: a grant of an epoch before is spent no more, and the till books its end', 1, async (s) => {
  await setAside(s)
  const till = s.till(1)
  await s.run.enrol(till)
  const device = deviceOf(till)
  const holder = (): string => `${device}/${till.open.ledger.writer.head().epoch}`
  const before = holder()
  await s.run.until(() => holder() !== before, 'it has a new epoch')
  s.offline(till)
  await s.sell(till, ADA, 20_000, 150)
  expect(rightsOf(till)).toEqual(['unsecured 150'])
  s.online(till)
  await s.followed()
  expect((await grants(s)).find((one) => one.holder === before)?.closed_by).not.toBeNull()
  expect(await debtOf(s)).toBe(0)
})

scenario(
  'cases 6a and N8: a head office that was put back sets nothing aside until all have spoken; a grant of the life that was lost comes back in full',
  2,
  async (s) => {
    const [holder, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await s.join(holder, ADA)
    await s.followed()
    const file = await s.hq.backup()
    await s.sell(other, ADA, 300_000)
    await s.followed()
    await setPolicy(s.hq, { lease_points: 500, lease_share_bp: 10_000, floor_customer_points: 200 })
    await s.run.pass(2 * MINUTE)
    await s.sell(holder, ADA, 100)
    await s.followed()
    expect(await potsOf(s)).toBe(1_000)
    s.offline(holder)
    await s.sell(holder, ADA, 20_000, 500)
    s.offline(other)
    await s.hq.restore(file)
    await setPolicy(s.hq, { lease_points: 500, floor_customer_points: 200 })
    s.online(other)
    await s.sent(other)
    expect(await s.trySell(other, ADA, 20_000, 800)).toBeNull()
    expect(other.refused).toBe('offline_limit_customer')
    expect(await grantedWhileWaiting(s)).toBe(0)
    s.online(holder)
    await s.followed()
    expect((await grants(s)).filter(({ points }) => points === 500)).toHaveLength(2)
    await s.sell(other, ADA, 20_000, 100)
    expect(await debtOf(s)).toBe(0)
  },
)

scenario(
  'case N8: the holder speaks first after a restore: its grant is advanced, and repaid by those who earned the points',
  2,
  async (s) => {
    const [holder, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await s.join(holder, ADA)
    await s.followed()
    const file = await s.hq.backup()
    await s.sell(other, ADA, 100_000)
    await s.followed()
    await setPolicy(s.hq, { lease_points: 500, lease_share_bp: 10_000, floor_customer_points: 200 })
    await s.run.pass(2 * MINUTE)
    await s.sell(holder, ADA, 100)
    await s.followed()
    s.offline(other)
    s.offline(holder)
    await s.sell(holder, ADA, 20_000, 400)
    await s.hq.restore(file)
    s.online(holder)
    await s.sent(holder)
    await s.run.pass(MINUTE)
    expect(await debtOf(s)).toBeGreaterThan(0)
    expect(await flags(s)).toEqual([])
    const debts = await s.hq.query<{ by: string }>(
      `SELECT debt ->> 'by' AS by FROM hq.account, jsonb_array_elements(state -> 'debts') AS debt`,
    )
    expect(debts).toEqual([{ by: 'grant' }])
    s.online(other)
    await s.followed()
    expect(await debtOf(s)).toBe(0)
  },
)

scenario('a second person lets go what is beyond the limits, up to a limit of their own', 1, async (s) => {
  const till = s.till(1)
  await s.enrol()
  await setPolicy(s.hq, { lease_points: 0, floor_customer_points: 200, override_till_points: 300 })
  await s.join(till, ADA)
  await s.sell(till, ADA, 100_000)
  await s.followed()
  const staff = await till.command(
    'staff.add',
    { command_id: s.run.world.workload.newCommand(), name: 'Bisi', role: 'supervisor', pin: '835261' },
    () => undefined,
  )
  const bisi = { staff_id: staff?.staff_id ?? '', pin: '835261' }
  s.offline(till)
  await s.sell(till, ADA, 10_000, 450, bisi)
  expect(rightsOf(till)).toEqual(['unsecured 200', 'unsecured 250'])
  expect(await s.trySell(till, ADA, 10_000, 100, undefined, bisi)).toBeNull()
  expect(till.refused).toBe('override_limit')
  s.online(till)
  await s.followed()
  expect(await debtOf(s)).toBe(0)
  s.offline(till)
  await s.sell(till, ADA, 10_000, 450, bisi)
})
