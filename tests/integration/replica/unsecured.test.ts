import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { Ledger } from '../../../electron/ledger/ledger.ts'
import { ownEvents } from '../../../electron/ledger/replica/own-events.ts'
import { unsecuredRedemptions } from '../../../electron/ledger/replica/unsecured.ts'
import type { Payloads } from '../../../shared/protocol/payload.ts'
import { belongsTo, deliverAll } from '../../support/replica-till.ts'
import { step, World } from '../../support/replica-world.ts'
import { ScriptedHq } from '../../support/scripted-hq.ts'
import { statementsRun } from '../../support/statements-run.ts'
import { enrolAt } from '../../support/sync-till.ts'
import { newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const ownOf = ({ db, platform, projector }: Ledger) =>
  ownEvents(db, platform.digest, projector.accounts.applied, projector.accounts.replica)

/** Every redemption that no row covers, looked up anew. */
function looked({ db, projector: { accounts } }: Ledger, own: ReturnType<typeof ownEvents>) {
  const { replica } = accounts
  const ofCustomer = (root: string): number => {
    const later = own.later(replica.idsOf(root), replica.account(root, 'default')?.applied ?? {})
    const redeemed = later.filter(({ kind }) => kind === 'points.redeemed')
    return redeemed.reduce((sum, { id, payload }) => {
      const { right, points } = payload as Payloads['points.redeemed']
      const line = accounts.line(root, id)
      return right === 'unsecured' ? sum + (line ? line.points - line.reversed : points) : sum
    }, 0)
  }
  const spenders = db
    .prepare<[number], string>(`SELECT customer FROM event WHERE kind = 'points.redeemed' AND place > ?`)
    .pluck()
  return {
    ofCustomer,
    ofTill: (from: number): number =>
      [...new Set(spenders.all(from).map((id) => replica.rootOf(id)))].reduce(
        (sum, root) => sum + ofCustomer(root),
        0,
      ),
  }
}

const SPENDERS = 60

/** Where the sum begins, in events before the last one; null: where it began before. */
const from = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }) },
)
const who = fc.nat(5)
/** Redemptions and merges come more often than among everything that may happen. */
const act: typeof step = fc.oneof(
  { weight: 4, arbitrary: step },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      who,
      naira: fc.constant(40_000),
      redeem: fc.constant(true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), who, into: who }) },
)

/** What a till sums up, kept over everything that happens to it and anew only when it starts. */
function kept(till: TestTill) {
  const { ledger } = till.till
  return { ledger, sums: unsecuredRedemptions(ledger, ownOf(ledger)) }
}

it('what was redeemed beyond a promise is what a look at every event says, whatever comes in between', async () => {
  let most = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, from), { minLength: 15, maxLength: 60 }), async (steps) => {
      const world = new World(await newTill())
      const { till, hq } = world
      await world.begin()
      hq.take(till.db, 100)
      belongsTo(till, hq.tenant)
      await world.run({ do: 'deliver', count: 100, shape: 'account' })
      let mine = kept(till)
      let begins = 0
      for (const [one, back] of steps) {
        till.clock.pass(1_000)
        await world.run(one)
        const { ledger } = till.till
        if (mine.ledger !== ledger) mine = kept(till)
        if (back !== null) begins = Math.max(0, ledger.writer.head().place - back)
        if (back !== null) await mine.sums.prepare(begins)
        const anew = looked(ledger, ownOf(ledger))
        expect(mine.sums.ofTill(begins), one.do).toBe(anew.ofTill(begins))
        most = Math.max(most, anew.ofTill(begins))
        for (const id of world.ids) {
          const root = world.replica.rootOf(id)
          expect(mine.sums.ofCustomer(root), `${one.do} ${id}`).toBe(anew.ofCustomer(root))
        }
      }
      till.close()
    }),
    { numRuns: 25, seed: 20_261_122, endOnFailure: false },
  )
  expect(most).toBeGreaterThan(100)
}, 120_000)

it('two customers who become one are summed up once', async () => {
  const world = new World(await newTill())
  const { till, hq } = world
  await world.begin()
  const redeem = { do: 'sell', naira: 40_000, redeem: true } as const
  for (const who of [0, 1]) await world.run({ ...redeem, who, redeem: false })
  hq.take(till.db, 100)
  belongsTo(till, hq.tenant)
  await deliverAll(world.replica, hq)
  for (const who of [0, 1]) await world.run({ ...redeem, who })
  const { sums } = kept(till)
  expect(sums.ofTill(0)).toBe(200)
  await world.run({ do: 'merge', who: 0, into: 1 })
  await deliverAll(world.replica, hq)
  expect(sums.ofTill(0)).toBe(200)
  expect(sums.ofCustomer(world.replica.rootOf(world.ids[0] ?? ''))).toBe(200)
})

it('after a start what was not sent is summed up between sales, and no quote does it', async () => {
  const till = await newTill()
  const ids: string[] = []
  for (let n = 0; n < SPENDERS + 2; n += 1) ids.push(await till.enrol(`0803${1_000_000 + n}`))
  for (const id of ids) await till.sell(id, 100_000)
  await enrolAt(till, new ScriptedHq(() => till.clock.wallMs))
  const admin = await till.signIn('admin')
  for (const id of ids.slice(2))
    await till.done(admin, 'sale.record', saleOf(id, 2_000, { redeem: points(100) }))

  const quoting = async (who: { token: string }, id: string | undefined): Promise<number> => {
    const input = {
      customer_id: id ?? '',
      gross_kobo: 200_000,
      redeem: null,
      receipt: '',
      channel: 'pos',
    } as const
    const ran = await statementsRun(async () => void (await till.done(who, 'sale.quote', input)))
    return ran.reduce((sum, { times }) => sum + times, 0)
  }
  await till.restart()
  const unprepared = await till.signIn('admin')
  const all = await quoting(unprepared, ids[0])
  const usual = await quoting(unprepared, ids[1])
  expect(all - usual).toBeGreaterThan(SPENDERS)

  await till.restart()
  const who = await till.signIn('admin')
  let over = false
  const report = { doing: 'connecting', sentence: 'Connecting.', last_contact_ms: null } as const
  const reported = till.open.sync('report', report).then(() => {
    over = true
  })
  // A sale could go first as often as there is something to sum up.
  let turns = 0
  for (; !over; turns += 1) await new Promise((done) => setImmediate(done))
  await reported
  expect(turns).toBeGreaterThan(SPENDERS / 2)
  // What else a till reads once after a start is a handful.
  expect((await quoting(who, ids[0])) - usual).toBeLessThan(SPENDERS / 2)
})
