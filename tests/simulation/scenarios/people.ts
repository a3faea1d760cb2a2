import { expect } from 'vitest'
import { scenarioList } from '../scenario.ts'
import { ADA, BOLA } from '../story.ts'
import { apart, newCustomer, pointsAt, together } from './steps.ts'

export const PEOPLE = scenarioList()
const { scenario } = PEOPLE

scenario(
  'case 4: what a till shows: two tills that do not see each other agree as soon as head office has both',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.followed()
    apart(s, one, other)
    await s.sell(one, ADA, 20_000, 200)
    await s.sell(other, ADA, 20_000, 150)
    const [atOne, atOther] = [198 - 200, 198 - 150]
    expect(await pointsAt(s, ADA, one, other)).toEqual([600 + atOne, 600 + atOther])
    together(s, one, other)
    await s.followed()
    const both = 600 + atOne + atOther
    expect(await pointsAt(s, ADA, one, other)).toEqual([both, both])
  },
)

scenario(
  'case 4: what a till shows: a sale is shown all the way: before the push, between push and row, and after',
  1,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await s.join(till, ADA)
    await s.followed()
    s.offline(till)
    await s.sell(till, ADA, 30_000)
    expect(await s.points(till, ADA)).toBe(300)
    s.online(till)
    await s.sent()
    expect(await s.points(till, ADA)).toBe(300)
    till.kill()
    till.struck = false
    await till.boot()
    expect(await s.points(till, ADA)).toBe(300)
    await s.followed()
    expect(await s.points(till, ADA)).toBe(300)
  },
)

scenario(
  'case 7: personal data never stands in hashed bytes: no number and no name is in any event of head office',
  1,
  async (s) => {
    const till = s.till(1)
    await s.join(till, ADA, 'Adaobi Nwosu')
    await s.sell(till, ADA, 30_000)
    await s.enrol()
    const found = await s.hq.query(
      `SELECT 1 FROM hq.event WHERE encode(bytes, 'escape') ~ 'Adaobi|Nwosu|8035550101'`,
    )
    expect(found).toEqual([])
    expect(await s.hq.query('SELECT 1 FROM hq.event')).not.toEqual([])
  },
)

scenario('case 15: one file on two tills: is one import at head office', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  apart(s, one, other)
  const { workload } = s.run.world
  await workload.importHistory(one)
  await workload.importHistory(other)
  await workload.importHistory(other)
  together(s, one, other)
  await s.followed()
  expect(await s.hq.query('SELECT 1 FROM hq.sale WHERE imported')).toHaveLength(6)
  const outcomes = await s.hq.query("SELECT 1 FROM hq.event WHERE outcome = 'repeated'")
  expect(outcomes).not.toEqual([])
})

scenario('case 22: one number, however it is typed: is one customer', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  apart(s, one, other)
  await s.join(one, ADA)
  await s.join(other, `+234 ${ADA.slice(1, 4)} ${ADA.slice(4)}`)
  together(s, one, other)
  s.run.world.model.merged(ADA, `+234 ${ADA.slice(1, 4)} ${ADA.slice(4)}`)
  await s.followed()
  expect(await s.hq.query('SELECT 1 FROM hq.customer')).toHaveLength(1)
})

scenario(
  'case 23: two enrolments of one person: invent no consent; both names are shown to head office, and a withdrawal wins',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    apart(s, one, other)
    const id = await s.join(one, ADA, 'Adebayo')
    const yes = {
      command_id: s.run.world.workload.newCommand(),
      customer_id: id,
      marketing: 'yes' as const,
      wording: 'Offers?',
    }
    await one.command('customer.consent', yes, () => undefined)
    await s.join(other, ADA, 'Ade')
    together(s, one, other)
    await s.followed()
    const [person] = await s.hq.query<{ marketing: string }>('SELECT marketing FROM hq.customer')
    expect(person?.marketing).toBe('yes')
    expect(await s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'two_names'")).toHaveLength(1)
    const { workload } = s.run.world
    await workload.withdraw(other, ADA)
    await s.followed()
    expect((await s.card(one, ADA))?.consent.marketing).toBe('no')
  },
)

scenario(
  'case 27: everything is fetched anew: a till goes on with what it has while a list is loaded from the start',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.join(one, BOLA)
    await s.followed()
    s.network.faults = { ...s.network.faults, refetch: 0.5 }
    for (let look = 0; look < 30; look += 1) {
      await s.run.pass(10_000)
      expect(await s.points(other, ADA)).toBe(600)
    }
    await s.sell(other, ADA, 10_000, 100)
  },
)

scenario('case 25: a till that dies while rows arrive has each of them in the end', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  for (let answer = 1; answer <= 14; answer += 1) {
    const person = `080355502${String(answer).padStart(2, '0')}`
    await newCustomer(s, one, person, 1_000)
    await s.sent(one)
    other.killLater({ what: 'answer', in: answer })
    const [log] = await s.hq.query<{ last: number }>(
      `SELECT max(seq) AS last FROM hq.sync_log WHERE name = 'sync_customer_v1'`,
    )
    for (let second = 0; second < 60; second += 1) {
      await s.run.pass(1_000)
      const place = other.up
        ? other.look<string>(`SELECT "offset" FROM shape WHERE shape = 'customer'`)
        : undefined
      const has = other.up && (await other.customerOf(person)) !== null
      // The figures of the list would put it right later; it is never wrong.
      if (Number.parseInt(place ?? '0', 10) >= (log?.last ?? 0)) expect(has).toBe(true)
    }
    other.spare()
    await s.run.boot(other)
  }
  // Head office asked for nothing anew, so each list was loaded once, whenever the till died.
  expect(other.look<number>('SELECT max(generation) FROM shape')).toBe(1)
})
