import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectBalanced,
  expectDebtsExplained,
  expectLinesAgree,
  expectOrdered,
  life,
  linesOf,
  net,
  step,
  sum,
  unreversed,
  World,
} from '../../tests/support/account-life.ts'
import type { Line, Posting } from './account.ts'
import { changeLine, joinLine, linesFor } from './line.ts'
import { emptyAccount, lapsedUnbooked, leased, open, owed, post } from './post.ts'

/** The same sequences in every run; POST_SOAK=20 posts twenty times as many, other ones each time. */
const soak = Number(process.env['POST_SOAK'] ?? 0)
const sequences = (count: number): fc.Parameters<unknown> =>
  soak > 0 ? { numRuns: count * soak } : { numRuns: count, seed: 2_357 }

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

describe('any sequence of postings', () => {
  it('balances after every event and at every instant, and every debt has its reason', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: 120 }), (steps, asOf) => {
        const world = new World()
        for (const one of steps) {
          world.take(one)
          for (const instant of [asOf, world.account.lastEffective, 1_000])
            expectBalanced(world.book, instant)
          expectLinesAgree(world.book)
          expectDebtsExplained(world)
          expectOrdered(world.account)
        }
      }),
      sequences(8_000),
    )
  })

  it('posts again to the same record and lines, also from records that were written down in between', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const world = new World()
        for (const one of steps) world.take(one)
        let account = frozen(emptyAccount())
        const lines = new Map<string, Line>()
        for (const { posting, settledUntil } of world.posted) {
          const given = linesFor(posting, (event) => lines.get(event))
          const posted = post(account, frozen(posting), { lines: given, settledUntil, saleReversed: false })
          for (const line of posted.added)
            lines.set(line.event, frozen(joinLine(lines.get(line.event), line)))
          for (const change of posted.changed) {
            const line = lines.get(change.event)
            expect(line, `line ${change.event} stands`).toBeDefined()
            if (line) lines.set(change.event, frozen(changeLine(line, change)))
          }
          account = frozen(JSON.parse(JSON.stringify(posted.account)))
        }
        expect(account).toEqual(world.account)
        expect(JSON.stringify([...lines])).toBe(JSON.stringify([...world.book.lines]))
      }),
      sequences(1_500),
    )
  })

  it('does nothing when a grant, or its end, is booked once more', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const world = new World()
        for (const one of steps) world.take(one)
        // Every posting first books what has lapsed by the settled time: that is done with before.
        world.post({ kind: 'grant_end', event: 'none', effective: 0, grant: 'none', how: 'returned' })
        const { account: before, grants } = world
        const booked = world.posted.length
        const at = { effective: before.lastEffective }
        for (const { id: grant, holder, points } of grants) {
          world.post({ ...at, kind: 'grant', event: `again ${grant}`, grant, holder, points, expiry: 500 })
          if (world.account.closedGrants.includes(grant)) {
            world.post({ ...at, kind: 'grant_end', event: `end again ${grant}`, grant, how: 'returned' })
          }
        }
        expect(world.account).toEqual({
          ...before,
          postNo: before.postNo + world.posted.length - booked,
        })
      }),
      sequences(1_000),
    )
  })

  it('is worth the same in whatever order its events are posted', () => {
    const events = fc.array(step, { minLength: 4, maxLength: 20, size: 'max' })
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (steps, shuffle) => {
        const world = new World()
        const postings = steps.map((one) => {
          world.today += one.days
          return world.postingOf(one)
        })
        const keys = new Map(postings.map((posting) => [posting, shuffle.next().value]))
        const shuffled = postings.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
        const [one, other] = [new World(), new World()]
        for (const posting of postings) one.post(posting)
        for (const posting of shuffled) other.post(posting)
        expect(net(other.book)).toBe(net(one.book))
        expectBalanced(other.book, other.account.lastEffective)
        expectLinesAgree(other.book)
      }),
      sequences(1_000),
    )
  })
})

describe('everything reversed and every lease closed', () => {
  const undoAll = (world: World, picks: readonly number[]): void => {
    const order = <T>(all: readonly T[]): T[] =>
      all
        .map((one, at) => ({ one, key: picks[at % picks.length] ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ one }) => one)
    const effective = world.today
    for (const { id: grant } of order(world.grants)) {
      world.post({ kind: 'grant_end', event: `close ${grant}`, effective, grant, how: 'returned' }, effective)
    }
    for (const { event } of order(linesOf(world.book, 'earn', 'redeem', 'adjust'))) {
      const targets = [{ event, points: 'all' as const }]
      world.post({ kind: 'reverse', event: `undo ${event}`, effective, targets, sale: null }, effective)
    }
  }
  const picks = fc.array(fc.nat(), { minLength: 7, maxLength: 7 })

  it('leaves nothing at all where points never lapse', () => {
    fc.assert(
      fc.property(life, picks, (steps, order) => {
        const world = new World(true)
        for (const one of steps) world.take(one)
        undoAll(world, order)
        const { account } = world
        expect([open(account, 0), leased(account), owed(account), account.lifetime]).toEqual([0, 0, 0, 0])
        expect([account.lots, account.months]).toEqual([[], {}])
      }),
      sequences(1_500),
    )
  })

  it('leaves nothing to spend, and owes exactly what lapsed on the way', () => {
    let owing = 0
    fc.assert(
      fc.property(life, picks, (steps, order) => {
        const world = new World()
        for (const one of steps) world.take(one)
        undoAll(world, order)
        const { account, today } = world
        const asOf = Math.max(today, account.lastEffective)
        expect([open(account, asOf), leased(account), account.lifetime]).toEqual([0, 0, 0])
        expect(owed(account)).toBe(account.totals.lapsed + lapsedUnbooked(account, asOf))
        if (owed(account) > 0) owing += 1
      }),
      sequences(1_500),
    )
    expect(owing, 'some of the sequences end with a debt').toBeGreaterThan(0)
  })
})

/** Counted under this key, alone or beside others. */
const isUnder = (line: Line, key: string): boolean => line.onceKey?.split('\n').includes(key) ?? false

describe('once-keys', () => {
  const CAPS = { first: 'once', day: 150, small: 20 } as const
  const deed = fc.record({
    keys: fc.subarray(['first', 'day', 'small'] as const, { minLength: 1 }),
    points: fc.integer({ min: 1, max: 100 }),
    reverse: fc.oneof({ weight: 2, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(40) }),
    whole: fc.boolean(),
  })

  it('count what the cap leaves of what is not reversed, and never look back', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 4, maxLength: 30, size: 'max' }), (deeds) => {
        const world = new World(true)
        for (const [at, { keys, points, reverse, whole }] of deeds.entries()) {
          const event = `e${at}`
          const earns = linesOf(world.book, 'earn')
          const target = earns[reverse % Math.max(1, earns.length)]
          if (reverse >= 0 && target) {
            const targets = [{ event: target.event, points: whole ? ('all' as const) : points }]
            world.post({ kind: 'reverse', event, effective: 50, targets, sale: null })
            const counted = linesOf(world.book, 'earn').map((line) => line.points)
            expect(counted).toEqual(earns.map((line) => line.points))
            continue
          }
          const left = Math.min(
            ...keys.map((key) => {
              const live = earns.filter((line) => isUnder(line, key) && unreversed(line) > 0)
              const cap = CAPS[key]
              return cap === 'once' ? (live.length === 0 ? points : 0) : cap - sum(live, unreversed)
            }),
          )
          const terms = keys.map((key) => ({ key, cap: CAPS[key], until: null }))
          const [first = { key: '', cap: 0, until: null }] = terms
          const once = terms.length === 1 ? first : terms
          const common = { event, effective: 50, sale: null, rule: 'base', month: '2026-01' }
          world.post({ ...common, kind: 'earn', points, expiry: 500, once })
          const line = world.book.lines.get(event)
          expect(line?.points).toBe(Math.min(points, left))
          expect(line?.why === '').toBe(line?.points === points)
          for (const key of ['first', 'day', 'small']) {
            const counted = linesOf(world.book, 'earn').filter((one) => isUnder(one, key))
            expect(world.account.once[key]?.used ?? 0).toBe(sum(counted, unreversed))
          }
        }
      }),
      sequences(1_500),
    )
  })
})

it('stays small and quick over a hundred thousand events', () => {
  const [DAY, events, batch] = [86_400_000, 100_000, 100]
  let account = emptyAccount()
  const lines = new Map<string, Line>()
  /** Processor time of each batch, storing its lines included: a busy machine does not make it longer. */
  const batchesMs: number[] = []
  let lotsMax = 0
  let started = process.threadCpuUsage()
  for (let n = 1; n <= events; n += 1) {
    // Sixty events a day: four and a half years, so that lots lapse for most of it.
    const effective = Math.floor((n * DAY) / 60)
    const today = Math.floor(effective / DAY)
    const posting = busyDay(n, effective, today, DAY)
    const given = linesFor(posting, (event) => lines.get(event))
    const posted = post(account, posting, { lines: given, settledUntil: effective, saleReversed: false })
    account = posted.account
    for (const line of posted.added) lines.set(line.event, joinLine(lines.get(line.event), line))
    for (const change of posted.changed) {
      const line = lines.get(change.event)
      if (line) lines.set(change.event, changeLine(line, change))
    }
    lotsMax = Math.max(lotsMax, account.lots.length)
    if (n % batch === 0) {
      const { user, system } = process.threadCpuUsage(started)
      batchesMs.push((user + system) / 1_000)
      started = process.threadCpuUsage()
    }
  }
  const sorted = batchesMs.toSorted((a, b) => a - b)
  const aPosting = (share: number): number => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / batch
  if (process.env['POST_TIMES']) console.info({ p50: aPosting(0.5), p99: aPosting(0.99), lotsMax })
  expect(account.postNo).toBe(events)
  // A lot for every day of a year and rule, and the day at hand; nothing else grows but a number a month.
  expect(lotsMax).toBeGreaterThan(600)
  expect(lotsMax).toBeLessThanOrEqual(2 * 367)
  expect(Object.keys(account.once).length).toBeLessThanOrEqual(3)
  expect(JSON.stringify(account).length).toBeLessThan(80_000)
  expect(aPosting(0.5), 'milliseconds of a posting in a usual batch').toBeLessThan(0.3)
  expect(aPosting(0.99), 'milliseconds of a posting in a slow batch').toBeLessThan(1)
}, 120_000)

/** The n-th event of a customer who buys sixty times a day, spends now and then, and returns some of it. */
function busyDay(n: number, effective: number, today: number, dayMs: number): Posting {
  const common = { event: `event-${n}`, effective, sale: null }
  if (n % 20 === 0) return { ...common, kind: 'redeem', points: 70, right: 'own' }
  if (n % 50 === 1 && n > 100) {
    return { ...common, kind: 'reverse', targets: [{ event: `event-${n - 99}`, points: 'all' }] }
  }
  return {
    ...common,
    kind: 'earn',
    points: 1 + (n % 19),
    expiry: (today + 366) * dayMs,
    rule: n % 4 === 0 ? 'tier' : 'base',
    month: `${2026 + Math.floor(today / 365)}-${1 + (Math.floor(today / 30) % 12)}`,
    once: { key: `day:${today}`, cap: 400, until: (today + 1) * dayMs },
  }
}
