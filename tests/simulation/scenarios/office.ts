import { expect } from 'vitest'
import { revokeDevice } from '../../../hq/services/devices.ts'
import { releaseEvents, rerunQuarantine } from '../../../hq/services/holding.ts'
import { mergeCustomers } from '../../../hq/services/merge.ts'
import { scenarioList } from '../scenario.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { newCustomer, pointsAt, write } from './steps.ts'

export const OFFICE = scenarioList()
const { scenario } = OFFICE
const WHO = 'Ngozi'

async function idOf(s: Story, person: string): Promise<string> {
  const phone = `+234${person.slice(1)}`
  const [row] = await s.hq.query<{ id: string }>(
    'SELECT id FROM hq.customer WHERE phone = $1 AND merged_into IS NULL',
    [phone],
  )
  if (!row) throw new Error(`head office does not know ${person}`)
  return row.id
}

/** Two customers turn out to be one. */
async function merge(s: Story, into: string, from: string): Promise<void> {
  const [a, b] = [await idOf(s, into), await idOf(s, from)]
  const done = await mergeCustomers(s.hq.parts, { tenant: s.hq.tenant, into: a, from: b, who: WHO })
  expect(done.ok).toBe(true)
  s.run.world.model.merged(into, from)
}

scenario(
  'cases 10 and 19: head office is older than a till: nothing is lost or shown twice',
  2,
  async (s) => {
    const [till, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, till, ADA, 60_000)
    await s.followed()
    s.hq.unknownKinds = ['points.adjusted']
    await s.run.world.workload.adjust(till, ADA, 80)
    await s.sell(till, ADA, 10_000)
    await s.followed()
    expect(await s.hq.query("SELECT 1 FROM hq.event WHERE outcome = 'quarantined'")).toHaveLength(1)
    expect(await s.points(other, ADA)).toBe(700)
    // While something waits, nobody redeems on the strength of this row.
    expect(await s.trySell(other, ADA, 50_000, 200)).toBeNull()
    s.hq.unknownKinds = []
    expect(await rerunQuarantine(s.hq.parts, s.hq.tenant)).toEqual({ counted: 1 })
    await s.followed()
    expect(await pointsAt(s, ADA, other, till)).toEqual([780, 780])
  },
)

scenario(
  'case 14: a merge makes and loses no points, and a second one the other way round is none',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await newCustomer(s, other, BOLA, 40_000)
    await s.followed()
    await s.sell(one, ADA, 40_000, 150)
    await s.followed()
    await merge(s, ADA, BOLA)
    const [a, b] = [
      await idOf(s, ADA),
      (await s.hq.query<{ id: string }>('SELECT id FROM hq.alias'))[0]?.id ?? '',
    ]
    const back = await mergeCustomers(s.hq.parts, { tenant: s.hq.tenant, into: b, from: a, who: WHO })
    expect(back).toMatchObject({
      ok: false,
      refusal: { detail: expect.stringMatching(/one customer already/) },
    })
    await s.followed()
    const points = 600 - 150 + 398 + 400
    expect(await pointsAt(s, ADA, one, other)).toEqual([points, points])
    const { sale_id } = await s.sell(other, ADA, 10_000, 1_000)
    expect(await s.undo(other, sale_id)).toBe(true)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([points, points])
  },
)

scenario('case 14: who said no goes on saying no: a merge takes the withdrawal of either', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await newCustomer(s, one, ADA, 60_000)
  await newCustomer(s, other, BOLA, 40_000)
  await s.run.world.workload.withdraw(other, BOLA)
  await s.followed()
  await merge(s, ADA, BOLA)
  await s.followed()
  expect((await s.card(one, ADA))?.consent.marketing).toBe('no')
})

scenario(
  'case 14: a till says itself that two customers are one: that waits for a person, and nobody is merged',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await newCustomer(s, other, BOLA, 40_000)
    await s.followed()
    const [into, from] = [await idOf(s, ADA), await idOf(s, BOLA)]
    write(s, one, [{ kind: 'customer.merged', n: 0, customer: into, payload: { from } }])
    await s.sell(one, ADA, 1_000)
    await s.sent(one)
    expect(await s.hq.query("SELECT why FROM hq.event WHERE outcome = 'withheld'")).toEqual([
      { why: 'books' },
    ])
    expect(await s.hq.query('SELECT 1 FROM hq.customer WHERE merged_into IS NULL')).toHaveLength(2)
    await s.followed()
    expect(await pointsAt(s, BOLA, one, other)).toEqual([400, 400])
  },
)

scenario(
  'case 13b: a sale under the older id, made offline before the merge is known, counts for both',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await s.join(one, ADA)
    await newCustomer(s, one, BOLA, 20_000)
    await s.followed()
    s.offline(other)
    await merge(s, ADA, BOLA)
    await s.sell(other, BOLA, 30_000)
    s.online(other)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([500, 500])
  },
)

scenario('case 31: a revoked till still has honest sales: they wait, and are released', 2, async (s) => {
  const [till, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await s.join(till, ADA)
  await s.followed()
  s.offline(till)
  await s.sell(till, ADA, 30_000)
  const { device } = till.open.ledger.ids
  const { tenant } = s.hq
  const stopped = await revokeDevice(s.hq.parts, { tenant, device, who: WHO, because: 'lost' })
  expect(stopped.ok).toBe(true)
  s.online(till)
  await s.sent(till)
  const held = await s.hq.query<{ epoch: number; seq: number }>(
    "SELECT epoch, seq FROM hq.event WHERE outcome = 'withheld' ORDER BY seq",
  )
  expect(held).not.toEqual([])
  const range = { epoch: held[0]?.epoch ?? 0, fromSeq: held[0]?.seq ?? 0, toSeq: held.at(-1)?.seq ?? 0 }
  const wanted = { tenant, device, ...range, who: WHO, reason: 'The till was found' }
  expect((await releaseEvents(s.hq.parts, wanted)).ok).toBe(true)
  await s.run.pass(60_000)
  expect(await s.points(other, ADA)).toBe(300)
  // Found again: it is enrolled anew and receives what there is.
  await s.run.enrol(till)
  await s.run.pass(300_000)
})
