import { expect } from 'vitest'
import { CANON_VERSION } from '../../../shared/domain/phone-canon.ts'
import { scenarioList } from '../scenario.ts'
import { ADA, BOLA } from '../story.ts'
import { apart, newCustomer, pointsAt, together, write } from './steps.ts'

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

scenario(
  'case 22: one number, however it is typed, and whichever version of the app read it: is one customer',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    const { model } = s.run.world
    await s.enrol()
    apart(s, one, other)
    await s.join(one, ADA)
    await s.join(other, `+234 ${ADA.slice(1, 4)} ${ADA.slice(4)}`)
    model.merged(ADA, `+234 ${ADA.slice(1, 4)} ${ADA.slice(4)}`)
    // A landline as it was dialled before the plan of 2024, and as it is now.
    const ids = [await s.join(one, '01 234 5678'), await s.join(other, '0201 234 5678')]
    expect(ids[0]).toBe(ids[1])
    model.merged('02012345678', '01 234 5678')
    model.merged('02012345678', '0201 234 5678')
    // A later version of the canonical form says the same of a number that did not change.
    const bola = await s.join(one, BOLA)
    const values = {
      phone: `+234${BOLA.slice(1)}`,
      phone_typed: BOLA,
      email: '',
      card: '',
      name: '',
      birth: '',
    }
    const payload = { generation: 0, identity: 'phone', canon: CANON_VERSION + 1, imported: false } as const
    write(s, other, [{ kind: 'customer.enrolled', n: 0, customer: bola, payload, personal: values }])
    await s.sell(other, BOLA, 10_000)
    together(s, one, other)
    await s.followed()
    expect(await s.hq.query('SELECT 1 FROM hq.customer')).toHaveLength(3)
    expect(await s.hq.query("SELECT 1 FROM hq.event WHERE outcome <> 'posted'")).toEqual([])
    expect(await pointsAt(s, BOLA, one, other)).toEqual([100, 100])
  },
)

scenario(
  'case 23: two enrolments of one person: whoever comes first, no consent is invented or dropped; both names are shown, and a withdrawal wins',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const people = [ADA, BOLA]
    apart(s, one, other)
    for (const person of people) {
      const id = await s.join(one, person, 'Adebayo')
      const command_id = s.run.world.workload.newCommand()
      const yes = { command_id, customer_id: id, marketing: 'yes' as const, wording: 'Offers?' }
      await one.command('customer.consent', yes, () => undefined)
      await s.run.pass(5 * 60_000)
      await s.join(other, person, 'Ade')
      const [first, second] = person === ADA ? [one, other] : [other, one]
      s.online(first)
      await s.sent(first)
      s.online(second)
      await s.sent(second)
      apart(s, one, other)
    }
    together(s, one, other)
    await s.followed()
    expect(await s.hq.query('SELECT marketing FROM hq.customer')).toEqual(
      people.map(() => ({ marketing: 'yes' })),
    )
    expect(await s.hq.query("SELECT 1 FROM hq.inbox WHERE kind = 'two_names'")).toHaveLength(2)
    await s.run.world.workload.withdraw(other, ADA)
    await s.followed()
    expect((await s.card(one, ADA))?.consent.marketing).toBe('no')
    expect((await s.card(one, BOLA))?.consent.marketing).toBe('yes')
  },
)

scenario(
  'case 27: everything is fetched anew again and again: a till goes on with what it has',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 60_000)
    await s.join(one, BOLA)
    await s.followed()
    s.network.faults = { ...s.network.faults, refetch: 0.5 }
    for (let look = 0; look < 12; look += 1) {
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
