import { cpSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { restoreBackup } from '../../../electron/ledger/restore.ts'
import { scenarioList } from '../scenario.ts'
import { newFolder } from '../shop-floor.ts'
import { SimulatedTill } from '../simulated-till.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { enrolAnew, newCustomer, toldToEnrol } from './steps.ts'

export const CHAINS = scenarioList()
const { scenario } = CHAINS
const DAY = 86_400_000
const MINUTE = 60_000

/** Somebody copies the disk into a second computer, which is switched on. */
export async function clone(s: Story, till: SimulatedTill): Promise<SimulatedTill> {
  const dir = path.join(newFolder(), 'till')
  cpSync(till.dir, dir, { recursive: true, filter: (file) => !file.endsWith('-shm') })
  const { secrets } = till.keys
  if (!secrets) throw new Error('a till has keys')
  const { schedule, network, dice } = s.run.world
  const fresh = { dir, secrets, admin: till.admin, phrase: till.phrase }
  const twin = new SimulatedTill({ name: `${till.name}'`, fresh, schedule, network, dice: dice.of('twin') })
  s.run.world.tills.push(twin)
  await twin.boot()
  return twin
}

/** The disk is lost; the backup takes its place. */
export async function restore(s: Story, till: SimulatedTill, file: string): Promise<void> {
  await till.shutDown()
  const done = await restoreBackup(till.dir, file, till.platform, till.keys)
  expect(done.ok).toBe(true)
  await till.boot()
  await s.run.world.forget(till)
}

export async function backup(till: SimulatedTill): Promise<string> {
  const file = path.join(newFolder(), 'backup')
  expect(await till.backup(file)).toBe(true)
  return file
}

scenario(
  'case 3: clocks that are wrong: 2099 and 1970: no lot is born dead, and nothing is dated after it arrived',
  2,
  async (s) => {
    const [late, early] = [s.till(1), s.till(2)]
    await s.enrol()
    late.clock.offsetMs = 73 * 365 * DAY
    early.clock.offsetMs = -56 * 365 * DAY
    await newCustomer(s, late, ADA, 50_000)
    await newCustomer(s, early, BOLA, 50_000)
    await s.followed()
    // What is shown hangs on no wall clock either.
    expect([await s.points(late, BOLA), await s.points(early, ADA)]).toEqual([500, 500])
    late.clock.offsetMs = 0
    await s.sell(late, ADA, 20_000)
    await s.followed()
    const dated = await s.hq.query(
      `SELECT count(*) FILTER (WHERE effective_at > received_at)::int AS ahead,
       count(*) FILTER (WHERE effective_at < received_at - 86400000)::int AS back
     FROM hq.event WHERE kind = 'points.earned'`,
    )
    expect(dated).toEqual([{ ahead: 0, back: 0 }])
    expect(await s.points(early, ADA)).toBe(700)
    expect(await s.points(late, BOLA)).toBe(500)
  },
)

scenario(
  'case 5: the same chain twice: a copied till and its original sell on: each sale is counted once',
  2,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await newCustomer(s, till, ADA, 30_000)
    await s.sent()
    const twin = await clone(s, till)
    s.offline(twin)
    await s.sell(till, ADA, 10_000)
    await s.sell(twin, ADA, 20_000)
    await s.sent(till)
    s.online(twin)
    await toldToEnrol(s, twin)
    await s.sell(twin, ADA, 5_000)
    await s.enrol(twin)
    expect(await s.hq.query('SELECT 1 FROM hq.fork_event')).not.toHaveLength(0)
    await s.followed()
    expect(await s.points(s.till(2), ADA)).toBe(650)
  },
)

scenario(
  'case 5: the same chain twice: both refund the same sale: the points come back once (case 20e)',
  1,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    const { sale_id } = await newCustomer(s, till, ADA, 30_000)
    await s.sent()
    const twin = await clone(s, till)
    s.offline(twin)
    expect(await s.undo(till, sale_id)).toBe(true)
    expect(await s.undo(twin, sale_id)).toBe(true)
    await s.sent(till)
    s.online(twin)
    await enrolAnew(s, twin)
  },
)

scenario(
  'case 5: the same chain twice: a till is restored from its backup: what head office has is not doubled',
  1,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await s.join(till, ADA)
    const file = await backup(till)
    await s.sell(till, ADA, 30_000)
    await s.sent()
    s.offline(till)
    await s.sell(till, ADA, 7_000)
    await restore(s, till, file)
    s.online(till)
    await s.sell(till, ADA, 10_000)
    await enrolAnew(s, till)
    await s.followed()
    expect(await s.points(till, ADA)).toBe(400)
  },
)

scenario(
  'case 30: the point of sale sends its journal again after a restore: the same command has one effect',
  1,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await s.join(till, ADA)
    const file = await backup(till)
    const command = s.run.world.workload.newCommand()
    const first = await s.trySell(till, ADA, 30_000, 0, command)
    await s.sent()
    await restore(s, till, file)
    const again = await s.trySell(till, ADA, 30_000, 0, command)
    expect(again?.sale_id).toBe(first?.sale_id)
    await enrolAnew(s, till)
    await s.followed()
    expect(await s.points(till, ADA)).toBe(300)
  },
)

scenario(
  'case 6: head office restored from an older backup: the tills send again, value dates hold, and newer rows replace the old ones',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 30_000)
    await s.followed()
    const file = await s.hq.backup()
    await s.sell(one, ADA, 10_000)
    await s.sell(other, ADA, 20_000)
    await s.followed()
    const before = await s.hq.query('SELECT id, effective_at FROM hq.event ORDER BY id')
    await s.run.pass(5 * MINUTE)
    await s.hq.restore(file)
    await s.sell(other, ADA, 1_000)
    await s.followed()
    const after = await s.hq.query<{ id: string }>('SELECT id, effective_at FROM hq.event ORDER BY id')
    expect(after).toEqual(expect.arrayContaining([...before]))
    expect(await s.points(one, ADA)).toBe(610)
  },
)

scenario(
  'case 8: a till that worked alone is enrolled: its customers are not made twice, and its history counts',
  2,
  async (s) => {
    const [alone, other] = [s.till(1), s.till(2)]
    await s.enrol(other)
    await newCustomer(s, other, ADA, 10_000)
    await newCustomer(s, alone, ADA, 30_000)
    await s.sell(alone, ADA, 5_000, 100)
    await newCustomer(s, alone, BOLA, 40_000)
    await s.enrol(alone)
    await s.followed()
    const people = await s.hq.query('SELECT phone FROM hq.customer WHERE merged_into IS NULL')
    expect(people).toHaveLength(2)
    expect(await s.points(alone, ADA)).toBe(await s.points(other, ADA))
    expect(await s.points(other, BOLA)).toBe(400)
  },
)
