import { expect } from 'vitest'
import { askForReport } from '../../../hq/services/console/report-changes.ts'
import { createStore } from '../../../hq/services/stores.ts'
import { QUIET_MS } from '../run-seed.ts'
import { scenarioList } from '../scenario.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { enrolAnew, newCustomer, pointsAt } from './steps.ts'

/** What a head office that was put back from a backup has forgotten. */
export const RESTORES = scenarioList()
const { scenario } = RESTORES
const MINUTE = 60_000
const WHO = 'Ngozi'

const deviceOf = (till: SimulatedTill): string => till.open.ledger.ids.device

async function newStore(s: Story): Promise<string> {
  const { store } = await createStore(s.hq.parts, { tenant: s.hq.tenant, name: 'Bodija', who: WHO })
  return store
}

async function newCode(s: Story, name: string): Promise<string> {
  const code = await s.hq.code({ store: s.hq.stores[0] ?? '', name })
  if (code === null) throw new Error('head office made no code')
  return code
}

scenario(
  'case 6d: a head office that was put back: gives no store, code or till the id of one that it has forgotten',
  3,
  async (s) => {
    const [kept, forgotten, late] = [s.till(1), s.till(2), s.till(3)]
    await s.enrol(kept)
    await newCustomer(s, kept, ADA, 30_000)
    await s.sent(kept)
    const file = await s.hq.backup()
    await s.enrol(forgotten)
    const store = await newStore(s)
    const code = await newCode(s, 'Till at the door')
    await newCustomer(s, forgotten, BOLA, 20_000)
    await s.sent(forgotten)
    await s.run.pass(MINUTE)
    await s.hq.restore(file)
    expect(await newStore(s)).not.toBe(store)
    expect(await newCode(s, 'Till at the door')).not.toBe(code)
    await s.enrol(late)
    await s.run.pass(QUIET_MS)
    expect(deviceOf(late)).not.toBe(deviceOf(forgotten))
    // A code that it has forgotten opens nothing.
    expect(await s.hq.query('SELECT 1 FROM hq.enrol_code WHERE used_at IS NULL')).toHaveLength(1)
    // It does not know this till, which brings all it has once somebody enrols it.
    expect(await s.points(late, ADA)).toBe(300)
    await enrolAnew(s, forgotten)
    await s.followed()
    expect(await pointsAt(s, BOLA, kept, forgotten, late)).toEqual([200, 200, 200])
    const devices = s.run.world.tills.map(deviceOf)
    expect(new Set(devices).size).toBe(devices.length)
  },
)

const ahead = (s: Story): Promise<readonly { device: string; state: string }[]> =>
  s.hq.query(`SELECT device, state FROM hq.inbox WHERE kind = 'receipt_ahead'`)

/** Accounts of which a till knows more than head office does. */
const gone = (s: Story): Promise<readonly object[]> =>
  s.hq.query(
    `SELECT what, (till ->> 'open')::int AS till, (hq ->> 'open')::int AS hq FROM hq.reconciliation_difference
     WHERE what NOT LIKE 'waits%'`,
  )

/** Asks this till for what it holds; it answers at its next contact. */
async function askReport(s: Story, till: SimulatedTill): Promise<void> {
  const who = { id: WHO, login: WHO, name: WHO, role: 'owner', tenant: s.hq.tenant } as const
  expect((await askForReport(s.hq.parts, who, deviceOf(till))).ok).toBe(true)
}

scenario(
  'case 6e: a till is lost after its receipt, and then the disk of head office: what is gone is shown as gone',
  2,
  async (s) => {
    const [wiped, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, wiped, ADA, 60_000)
    await newCustomer(s, other, BOLA, 10_000)
    await s.followed()
    const file = await s.hq.backup()
    await s.sell(wiped, ADA, 20_000)
    await s.sell(other, BOLA, 5_000)
    await s.followed()
    expect(await pointsAt(s, ADA, other)).toEqual([800])
    const device = deviceOf(wiped)
    await wiped.shutDown()
    s.run.world.leave(wiped)
    await s.run.pass(6 * MINUTE)
    await s.hq.restore(file)
    await askReport(s, other)
    // What it shows is still what it was told before.
    s.network.meddle = (_, { url }) => (url.startsWith('/v1/shape') ? 'wait' : null)
    await s.sell(other, null, 1_000)
    await s.run.until(async () => (await ahead(s)).length > 0, 'a till is named that knows more')
    expect(await ahead(s)).toEqual([{ device: deviceOf(other), state: 'open' }])
    await s.sent(other)
    expect(await s.points(other, ADA)).toBe(800)
    await s.run.until(async () => (await gone(s)).length > 0, 'it has said what it holds')
    s.network.letGo()
    await s.followed()
    // It has sent everything again. Of the other one nobody says so: what it had is not here.
    expect(await ahead(s)).toEqual([{ device: deviceOf(other), state: 'closed' }])
    expect(await pointsAt(s, ADA, other)).toEqual([600])
    expect(await pointsAt(s, BOLA, other)).toEqual([150])
    const [till] = await s.hq.query<{ contact: number; backup: number }>(
      `SELECT d.last_contact AS contact, (SELECT max(at) FROM hq.audit WHERE what = 'hq.restored') AS backup
       FROM hq.device d WHERE id = $1`,
      [device],
    )
    expect(till?.contact).toBeLessThan(till?.backup ?? 0)
    expect(await gone(s)).toEqual([{ what: 'account_restored', till: 800, hq: 600 }])
  },
)
