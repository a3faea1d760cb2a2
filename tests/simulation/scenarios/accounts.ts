import { expect } from 'vitest'
import { changeAccountScope } from '../../../hq/services/account-scope.ts'
import { scenarioList } from '../scenario.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { apart, newCustomer, pointsAt, together, write } from './steps.ts'

export const ACCOUNTS = scenarioList()
const { scenario } = ACCOUNTS
const DAY = 86_400_000

/** The shops are closed for so many days, and open again. */
async function closedFor(s: Story, days: number): Promise<void> {
  const { schedule, tills } = s.run.world
  for (const till of tills) await till.shutDown()
  schedule.now += days * DAY
  for (const till of tills) {
    till.clock.reboot()
    await till.boot()
  }
}

const denied = (s: Story): Promise<readonly object[]> => s.hq.query('SELECT 1 FROM hq.sync_deny_v1')

scenario(
  'case 2: a purchase is refunded whose points were spent: they are owed, nobody is accused, and the next ones repay them',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const { sale_id } = await newCustomer(s, one, ADA, 10_000)
    await s.followed()
    await s.sell(one, ADA, 200, 100)
    expect(await s.undo(one, sale_id)).toBe(true)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([0, 0])
    expect(await denied(s)).toEqual([])
    await s.sell(other, ADA, 20_000)
    await s.followed()
    const left = 1 - 100 + 200
    expect(await pointsAt(s, ADA, one, other)).toEqual([left, left])
  },
)

scenario(
  'case 4a: points are redeemed offline on their last days: they are no debt when head office hears of it afterwards',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 30_000)
    await s.followed()
    await closedFor(s, 360)
    await s.followed()
    s.offline(other)
    await s.sell(other, ADA, 20_000, 100)
    expect(await s.points(other, ADA)).toBe(300 - 100 + 199)
    await closedFor(s, 10)
    await s.sent(one)
    expect(await pointsAt(s, ADA, one, other)).toEqual([0, 199])
    s.online(other)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([199, 199])
    expect(await denied(s)).toEqual([])
  },
)

scenario(
  'case 13: a row that is missing is unknown, not nothing: points are earned and none are spent while the account is not here',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.sent()
    s.offline(other)
    await newCustomer(s, other, ADA, 30_000)
    expect(await s.trySell(other, ADA, 30_000, 200)).toBeNull()
    s.online(other)
    await s.followed()
    expect(await s.points(other, ADA)).toBe(900)
    await s.sell(other, ADA, 30_000, 200)
  },
)

scenario(
  'case 13a: an account leaves the list of a store: nothing is spent there until it is back',
  2,
  async (s) => {
    const [here, there] = [s.till(1), s.till(2)]
    await s.enrol(here)
    await s.run.enrol(there, s.hq.stores[1])
    await s.run.until(() => there.enrolled && there.stopped === null, 'the second store is enrolled')
    await newCustomer(s, here, ADA, 60_000)
    await s.followed()
    expect(await s.points(there, ADA)).toBe(600)
    const { tenant } = s.hq
    await changeAccountScope(s.hq.parts, { tenant, scope: 'store', who: 'Ngozi' })
    await s.followed()
    s.offline(there)
    expect(await s.trySell(there, ADA, 30_000, 200)).toBeNull()
    await s.sell(there, ADA, 30_000)
    expect(await s.trySell(there, ADA, 30_000, 200)).toBeNull()
    s.online(there)
    await s.followed()
    expect(await pointsAt(s, ADA, here, there)).toEqual([900, 900])
    await s.sell(there, ADA, 30_000, 200)
  },
)

scenario(
  'case 20d: the void of a redemption whose debt is repaid: the points are there once, wherever one looks',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 10_000)
    await s.followed()
    apart(s, one, other)
    await s.sell(one, ADA, 200, 100)
    const { sale_id } = await s.sell(other, ADA, 200, 100)
    together(s, one, other)
    await s.followed()
    expect(await denied(s)).toHaveLength(1)
    await s.sell(one, ADA, 10_000)
    await s.followed()
    expect(await denied(s)).toEqual([])
    expect(await s.undo(other, sale_id)).toBe(true)
    await s.followed()
    const left = 100 + 1 - 100 + 100
    expect(await pointsAt(s, ADA, one, other)).toEqual([left, left])
  },
)

scenario('a customer who owes redeems nowhere until it is settled', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await newCustomer(s, one, ADA, 60_000)
  await s.followed()
  apart(s, one, other)
  await s.sell(one, ADA, 20_000, 500)
  await s.sell(other, ADA, 20_000, 500)
  together(s, one, other)
  await s.followed()
  expect(await s.hq.query("SELECT 1 FROM hq.sync_deny_v1 WHERE reason = 'overdraft'")).toHaveLength(1)
  await s.sell(one, ADA, 90_000)
  expect(await s.trySell(one, ADA, 20_000, 100)).toBeNull()
  await s.followed()
  await s.sell(one, ADA, 20_000, 100)
})

scenario(
  'case 11: who joins at two tills is one person, and of a purchase that is undone the correction stays, once',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    apart(s, one, other)
    const { sale_id } = await newCustomer(s, one, ADA, 10_000)
    await newCustomer(s, other, ADA, 5_000)
    together(s, one, other)
    await s.followed()
    expect(await s.hq.query('SELECT 1 FROM hq.customer')).toHaveLength(1)
    await s.run.world.workload.adjust(other, ADA, 20)
    expect(await s.undo(one, sale_id)).toBe(true)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([70, 70])
  },
)

/** Takes a part of what a purchase earned back, as a refund of some of its goods will. */
async function takeBack(
  s: Story,
  till: SimulatedTill,
  person: string,
  sale: string,
  points: number,
): Promise<void> {
  const customer = (await till.customerOf(person)) ?? ''
  const [earned] = await s.hq.query<{ id: string; program: string }>(
    `SELECT id, program FROM hq.event WHERE kind = 'points.earned' AND convert_from(bytes, 'UTF8')::jsonb #>> '{payload,sale}' = $1`,
    [sale],
  )
  if (!earned) throw new Error('the purchase is at head office')
  write(s, till, [
    {
      kind: 'points.reversed',
      n: 0,
      customer,
      program: earned.program,
      payload: { sale: null, targets: [{ event: earned.id, points }] },
      personal: { reason: 'Some of it came back' },
    },
  ])
}

scenario(
  'case 10b: two tills take more back than was given: whoever comes first, nothing waits, and the figures are the same',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const people = [ADA, BOLA]
    const sales: string[] = []
    for (const person of people) {
      sales.push((await newCustomer(s, one, person, 100_000)).sale_id)
      await s.followed()
      await s.sell(one, person, 1_000, 300)
    }
    await s.followed()
    for (const [n, person] of people.entries()) {
      apart(s, one, other)
      await takeBack(s, one, person, sales[n] ?? '', 700)
      await takeBack(s, other, person, sales[n] ?? '', 500)
      for (const till of n === 0 ? [one, other] : [other, one]) {
        s.online(till)
        await s.sent(till)
      }
      s.run.world.model.said(s.run.world.workload.newCommand(), one.name, {
        what: 'adjust',
        person,
        points: -1_000,
      })
    }
    await s.followed()
    expect(await s.hq.query("SELECT 1 FROM hq.event WHERE outcome NOT IN ('posted', 'repeated')")).toEqual([])
    // 700 naira paid in money earn 7, and a quarter more in the second tier.
    const debt = 300 - 8
    const figures = await s.hq.query<{ state: { totals: object; lots: readonly object[] } }>(
      'SELECT state FROM hq.account',
    )
    const [first, second] = figures.map(({ state }) => state)
    expect(first?.totals).toEqual(second?.totals)
    for (const person of people) {
      for (const till of [one, other])
        expect((await s.card(till, person))?.account).toMatchObject({ available: 0, debt })
    }
  },
)
