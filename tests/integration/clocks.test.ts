import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { RELEASE } from '../../shared/base/release.ts'
import {
  DAY,
  HOUR,
  MINUTE,
  newTill,
  removeTempDirs,
  SECOND,
  START_MS,
  saleOf,
  type TestTill,
} from '../support/till.ts'

afterAll(removeTempDirs)

const AT_1970 = Date.parse('1970-01-01T00:00:30Z')
const AT_2099 = Date.parse('2099-06-01T12:00:00Z')

interface Times {
  readonly trusted: number
  readonly wall: number
  readonly marks: readonly string[]
  readonly hlc: string
}
const lastEvent = (till: TestTill): Times => {
  const bytes = till.db
    .prepare<[], Uint8Array>('SELECT bytes FROM event ORDER BY place DESC LIMIT 1')
    .pluck()
    .get()
  const { trusted, wall, marks = [], hlc } = JSON.parse(Buffer.from(bytes ?? []).toString('utf8')) as Times
  return { trusted, wall, marks, hlc }
}

/** A session whatever the clock says; PINs are tested elsewhere. */
const asAdmin = (till: TestTill) => till.till.openSession(till.people.admin.id)

describe('a sale is never refused for the clock', () => {
  it.each([
    ['1970', AT_1970],
    ['2099', AT_2099],
    ['61 days ahead', START_MS + 61 * DAY],
    ['an hour behind', START_MS - HOUR],
    ['before the epoch', -5 * DAY],
    ['the end of what a date can be', 8.64e15],
  ])('set to %s', async (_, wall) => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    till.clock.setWall(wall)
    till.clock.monotonicMs += 3 * MINUTE
    expect((await till.sell(ada, 10_000)).earned).toBe(100)
    const event = lastEvent(till)
    expect(event.trusted).toBe(START_MS + 3 * MINUTE)
    expect(event.wall).toBe(wall)
    expect(event.marks).toEqual(['wall_untrusted', 'skewed'])
    const today = await till.done('manager', 'manager.today', { date: null })
    expect(today.date).toBe('2026-12-01')
    expect(today.attention.map((a) => a.kind)).toContain('clock')
    const { health } = await till.done('manager', 'health.get', {})
    expect(health.clock_skew_ms).toBe(wall - (START_MS + 3 * MINUTE))
    expect(await till.verify()).toMatchObject({ ok: true })
    await till.restart()
    expect((await till.sell(ada, 10_000)).balance).toBe(200)
  })

  it('that jumps with every start of the machine', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const seen: Times[] = []
    for (const wall of [AT_1970, AT_2099, START_MS + DAY, AT_1970, START_MS, START_MS + 30 * DAY, AT_2099]) {
      till.close()
      till.clock.setWall(wall)
      till.clock.reboot()
      till.clock.pass(20 * SECOND)
      await till.reopen()
      till.clock.pass(MINUTE)
      const session = asAdmin(till)
      await till.done(session, 'sale.record', saleOf(ada, 1_000))
      seen.push(lastEvent(till))
    }
    const trusted = seen.map((e) => e.trusted)
    expect(trusted).toEqual([...trusted].sort((a, b) => a - b))
    expect(seen.map((e) => e.hlc)).toEqual([...seen.map((e) => e.hlc)].sort())
    // Two starts told the right time; every other one went on from there.
    expect(trusted.map((at) => Math.round((at - START_MS) / DAY))).toEqual([0, 0, 1, 1, 1, 30, 30])
    expect(seen.map((e) => e.marks.includes('wall_untrusted'))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
      true,
    ])
    expect((await till.verify()).ok).toBe(true)
  })
})

describe('trusted time', () => {
  it('never goes back and is never ahead of what any clock said, over random clocks and starts', async () => {
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 3 * DAY }),
      jump: fc.option(fc.constantFrom(AT_1970, AT_2099, START_MS, START_MS + 40 * DAY, START_MS - 40 * DAY)),
      start: fc.boolean(),
      reboot: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const till = await newTill()
        let last = START_MS
        let most = START_MS
        for (const { passMs, jump, start, reboot } of steps) {
          till.clock.pass(passMs)
          if (jump !== null) till.clock.setWall(jump)
          if (start || reboot) till.close()
          if (reboot) till.clock.reboot()
          if (start || reboot) await till.reopen()
          await till.done(asAdmin(till), 'sale.record', saleOf(null, 100))
          const { trusted, wall } = lastEvent(till)
          most = Math.max(most, last + (reboot ? 0 : passMs), Math.min(wall, last + passMs + 60 * DAY))
          expect(trusted).toBeGreaterThanOrEqual(last)
          expect(trusted).toBeLessThanOrEqual(most)
          last = trusted
        }
        till.close()
      }),
      { seed: 42, numRuns: process.env['KASUWA_NIGHTLY'] === '1' ? 500 : 15 },
    )
  })

  it('decides what lapses: a clock in 2099 takes nobody a point', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    await till.sell(ada, 10_000)
    till.clock.setWall(AT_2099)
    expect((await till.card(ada)).account).toMatchObject({ available: 100, expired: 0 })
    till.clock.setWall(AT_1970)
    expect((await till.sell(ada, 10_000)).balance).toBe(200)
    const [lot] = till.till.ledger.projector.accounts.load(ada, 'default').lots
    expect(new Date(lot?.expiry ?? 0).toISOString()).toBe('2027-12-01T23:00:00.000Z')
  })

  it('goes on between sales when the machine was started with a dead clock', async () => {
    const till = await newTill()
    till.close()
    till.clock.setWall(AT_1970)
    till.clock.reboot()
    await till.reopen()
    const before = till.till.ledger.writer.now().trusted
    till.clock.pass(2 * HOUR)
    expect(till.till.ledger.writer.now().trusted - before).toBe(2 * HOUR)
  })

  it('marks nothing when the clocks differ by rounding, as they always do', async () => {
    const till = await newTill()
    for (let i = 0; i < 20; i++) {
      till.clock.monotonicMs += 7
      till.clock.wallMs += 6 + (i % 3)
      await till.sell(null, 100)
      expect(lastEvent(till).marks).toEqual([])
    }
  })
})

describe('a confirmed date', () => {
  const confirm = (till: TestTill, date: string) => till.done(asAdmin(till), 'clock.confirm', { date })

  it('sets the time forward, keeps who is signed in, and is an event that says so', async () => {
    const till = await newTill()
    till.clock.setWall(AT_1970)
    const { trusted } = await till.done('manager', 'clock.confirm', { date: '2027-01-15' })
    expect(new Date(trusted).toISOString().slice(0, 10)).toBe('2027-01-15')
    expect(lastEvent(till).marks).toContain('floor_moved')
    till.clock.pass(MINUTE)
    await till.done('manager', 'session.touch', {})
    await till.sell(null, 100)
    expect(lastEvent(till).trusted).toBe(trusted + MINUTE)
    expect(lastEvent(till).marks).toEqual(['skewed'])
    expect((await till.verify()).ok).toBe(true)
  })

  it('sets the time back as well, and holds although the clock stays wrong', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    till.clock.setWall(START_MS + 50 * DAY)
    await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    expect(lastEvent(till).trusted).toBe(START_MS + 50 * DAY)
    // The clock is set right again: time stands where it was, and the manager says what day it is.
    till.clock.setWall(START_MS + HOUR)
    await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    expect(lastEvent(till).trusted).toBe(START_MS + 50 * DAY)
    await confirm(till, '2026-12-01')
    await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    expect(lastEvent(till)).toMatchObject({ trusted: START_MS + HOUR, marks: [] })
    // And once more with a clock that nobody repairs.
    till.clock.setWall(START_MS + 9 * DAY)
    await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    await confirm(till, '2026-12-01')
    till.clock.pass(MINUTE)
    const done = await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    expect(new Date(done.at).toISOString().slice(0, 10)).toBe('2026-12-01')
    expect(done.balance).toBe(500)
    till.clock.reboot()
    till.clock.pass(DAY)
    await till.restart()
    await till.done(asAdmin(till), 'sale.record', saleOf(ada, 10_000))
    expect(new Date(lastEvent(till).trusted).toISOString().slice(0, 10)).toBe('2026-12-02')
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
    const hash = (await till.verify()).projections_hash
    expect((await till.rebuild()).projections_hash).toBe(hash)
  })

  it('is asked for again after 60 days', async () => {
    const till = await newTill()
    const asked = async () => {
      const { health } = await till.done(asAdmin(till), 'health.get', {})
      return health.clock_confirmed_until
    }
    expect(await asked()).toBe(START_MS + 60 * DAY)
    till.clock.pass(59 * DAY)
    await till.done(asAdmin(till), 'sale.record', saleOf(null, 100))
    expect(lastEvent(till).marks).toEqual([])
    till.clock.pass(2 * DAY)
    await till.done(asAdmin(till), 'sale.record', saleOf(null, 100))
    expect(lastEvent(till).marks).toEqual(['unconfirmed'])
    await confirm(till, '2027-01-31')
    expect(await asked()).toBe(START_MS + 121 * DAY)
  })

  it('is refused before the software was built, and for what is no day', async () => {
    const till = await newTill()
    const built = new Date(RELEASE.builtMs).toISOString().slice(0, 10)
    const refused = await till.refused('manager', 'clock.confirm', { date: '2026-11-20' })
    expect(refused.sentence).toBe(
      `The date cannot be before ${built}, the last one that was certain. Check the calendar.`,
    )
    for (const date of ['2026-02-30', '2026-13-01', 'today', '']) {
      expect(await till.code('manager', 'clock.confirm', { date })).toBe('invalid')
    }
    // A year typed wrongly would lapse every point; when the clock shows that very day, it was a long rest.
    const far = await till.refused('manager', 'clock.confirm', { date: '2036-12-01' })
    expect(far.sentence).toContain('more than two years ahead')
    const rested = await newTill()
    rested.clock.setWall(Date.parse('2036-12-01T09:00:00Z'))
    expect((await confirm(rested, '2036-12-01')).trusted).toBe(Date.parse('2036-12-01T09:00:00Z'))
    // The day itself is fine at every hour: at half past midnight the software is not built yet, by the clock.
    till.clock.setWall(Date.parse('2026-12-01T23:30:00Z'))
    expect((await confirm(till, built)).trusted).toBe(RELEASE.builtMs)
  })
})
