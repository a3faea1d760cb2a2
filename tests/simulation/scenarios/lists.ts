import { expect } from 'vitest'
import { changePolicy } from '../../../hq/services/console/policy.ts'
import { readPolicies } from '../../../hq/services/till-policy.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import { scenarioList } from '../scenario.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { apart, newCustomer, together } from './steps.ts'

/** What tills follow, when it comes late, anew, or another way. */
export const LISTS = scenarioList()
const { scenario } = LISTS
const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Two tills that do not see each other redeem the same points of hers. */
async function overspend(s: Story, points: number): Promise<void> {
  const tills = [s.till(1), s.till(2)]
  apart(s, ...tills)
  for (const till of tills) await s.sell(till, ADA, 2_000, points)
  together(s, ...tills)
  await s.sent()
}

for (const streamElsewhere of [false, true]) {
  const whose = streamElsewhere ? 'of another service' : 'of head office'
  scenario(
    `case 25: package against stream ${whose}: an older leaving that arrives late takes nobody away whom a package brought back`,
    3,
    async (s) => {
      const [one, other] = [s.till(1), s.till(3)]
      await s.enrol()
      await newCustomer(s, one, ADA, 60_000)
      await s.followed()
      await overspend(s, 500)
      await s.followed()
      const denied = (): number | undefined => other.look('SELECT count(*) FROM replica_deny')
      expect(denied()).toBe(1)
      await s.sell(one, ADA, 120_000)
      await s.sent(one)
      // The stream says that she has left the list, and that is long on its way.
      s.network.meddle = (till, { url }) =>
        till === other.name && url.includes('sync_deny_v1') ? 'wait' : null
      await s.run.until(() => s.network.waiting > 0, 'the till asks for the deny list')
      await s.run.pass(90 * SECOND)
      await overspend(s, 700)
      const store = s.hq.stores[0] ?? ''
      expect(await other.importPackage(await s.hq.writePackage(store, { streamElsewhere }))).toBe(true)
      expect(denied()).toBe(1)
      s.network.letGo()
      for (let second = 0; second < 90; second += 1) {
        await s.run.pass(SECOND)
        expect(denied()).toBe(1)
      }
      expect(await s.trySell(other, ADA, 20_000, 100)).toBeNull()
    },
  )
}

scenario(
  'case 27: a long list is fetched anew over a slow line: the old one is served, and short ones and sales wait for nothing',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.join(one, BOLA)
    await s.followed()
    let asked = 0
    s.network.meddle = (till, { url }) => {
      if (till !== other.name || !url.includes('sync_customer_v1')) return null
      asked += 1
      if (asked === 1) return 'refetch'
      // The first page comes at once, and the rest is hours away.
      return asked === 2 ? null : 'wait'
    }
    await s.run.until(() => s.network.waiting > 0, 'the list is being loaded from the start')
    expect(other.look<string>("SELECT phase FROM shape WHERE shape = 'customer'")).toBe('snapshot')
    const who = { id: 'ngozi', login: 'ngozi', name: 'Ngozi', role: 'owner', tenant: s.hq.tenant } as const
    const low = TillPolicy.parse({
      floor_customer_points: 100,
      floor_till_points: 100,
      lease_points: 0,
    })
    const [id = ''] = s.hq.stores
    const told = await s.hq.parts.db.tenant(s.hq.tenant, (tx) => readPolicies(tx, s.hq.tenant))
    await changePolicy(s.hq.parts, who, { ...low, id, mark: told.of(id).mark })
    await s.sell(one, ADA, 10_000)
    await s.run.pass(2 * MINUTE)
    expect(await s.points(other, ADA)).toBe(700)
    expect(await s.points(other, BOLA)).toBe(0)
    expect(other.open.ledger.settings().headOffice?.policy.floor_customer_points).toBe(100)
    await s.sell(other, ADA, 10_000, 100)
    await s.sent(other)
    await s.followed()
    expect(await s.points(one, ADA)).toBe(699)
    expect(other.look<string>("SELECT phase FROM shape WHERE shape = 'customer'")).toBe('snapshot')
    s.network.letGo()
    await s.followed()
    expect(other.look<string>("SELECT phase FROM shape WHERE shape = 'customer'")).toBe('live')
  },
)
