import path from 'node:path'
import { expect } from 'vitest'
import { repairChain } from '../../../electron/ledger/repair.ts'
import { recover } from '../../../electron/ledger/restore.ts'
import { DATABASE_FILE } from '../../../electron/ledger/set-up.ts'
import { rerunQuarantine } from '../../../hq/services/holding.ts'
import { scenarioList } from '../scenario.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { unwatched } from '../statements.ts'
import { ADA, BOLA } from '../story.ts'
import { clone } from './chains.ts'
import { enrolAnew, newCustomer, pointsAt } from './steps.ts'

export const DAMAGE = scenarioList()
const { scenario } = DAMAGE
const DAY = 86_400_000

/** A bit of the last change of a name flips, below everything that guards it. */
function damageRename(till: SimulatedTill): void {
  unwatched(() => {
    const { db } = till
    const triggers = db
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'`,
      )
      .all()
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
    db.exec(`UPDATE event SET signature = zeroblob(64)
      WHERE place = (SELECT max(place) FROM event WHERE kind = 'customer.updated')`)
    for (const { sql } of triggers) db.exec(sql)
  })
}

scenario(
  'case 16: the key of a till is lost: its phrase opens it, and sales that were not sent arrive',
  2,
  async (s) => {
    const till = s.till(1)
    await s.enrol()
    await newCustomer(s, till, ADA, 30_000)
    await s.sent()
    s.offline(till)
    await s.sell(till, ADA, 10_000)
    await till.shutDown()
    till.keys.secrets = null
    const file = path.join(till.dir, DATABASE_FILE)
    expect((await recover(till.dir, file, till.phrase, till.platform, till.keys)).ok).toBe(true)
    await till.boot()
    expect(await s.points(till, ADA)).toBe(400)
    s.online(till)
    await enrolAnew(s, till)
    await s.followed()
    expect(await s.points(s.till(2), ADA)).toBe(400)
  },
)

scenario('case 20a: a void that is dated before its sale, by a slow clock, undoes it', 2, async (s) => {
  const till = s.till(1)
  await s.enrol()
  const { sale_id } = await newCustomer(s, till, ADA, 30_000)
  await s.sent()
  s.offline(till)
  till.clock.offsetMs -= DAY / 4
  await s.run.pass(20_000)
  expect(await s.undo(till, sale_id)).toBe(true)
  s.online(till)
  await s.followed()
  expect(await s.points(s.till(2), ADA)).toBe(0)
})

scenario(
  'case 20b: a void whose sale waits at head office takes effect when the sale counts',
  2,
  async (s) => {
    const [till, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, till, ADA, 20_000)
    await s.sent()
    s.hq.unknownKinds = ['points.earned']
    const { sale_id } = await s.sell(till, ADA, 30_000)
    await s.sent()
    expect(await s.undo(till, sale_id)).toBe(true)
    await s.followed()
    expect(await s.points(other, ADA)).toBe(200)
    s.hq.unknownKinds = []
    expect(await rerunQuarantine(s.hq.parts, s.hq.tenant)).toEqual({ counted: 1 })
    await s.followed()
    expect(await pointsAt(s, ADA, other, till)).toEqual([200, 200])
  },
)

scenario('case 20c: a till undoes no sale that it has no data of, and says so', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  const { sale_id } = await newCustomer(s, one, ADA, 30_000)
  await s.followed()
  expect(await s.undo(other, sale_id)).toBe(false)
  expect(other.refused).toBe('not_found')
  expect(await s.undo(one, sale_id)).toBe(true)
  await s.followed()
  expect(await s.points(other, ADA)).toBe(0)
})

scenario('case 24: one bad byte stops a till until it is repaired, and never for good', 2, async (s) => {
  const till = s.till(1)
  await s.enrol()
  await s.join(till, ADA, 'Ada')
  await s.sell(till, ADA, 30_000)
  await s.sent()
  s.offline(till)
  await s.sell(till, ADA, 10_000)
  await s.run.world.workload.update(till, ADA)
  damageRename(till)
  await s.sell(till, ADA, 20_000)
  s.online(till)
  await s.run.until(() => till.stopped === 'chain_broken', 'head office finds the bad byte')
  // What stands before it has arrived, and the till sells on.
  expect(await s.hq.query('SELECT 1 FROM hq.sale')).toHaveLength(2)
  await s.sell(till, ADA, 5_000)
  await till.shutDown()
  const done = await repairChain(till.dir, till.platform, till.keys)
  expect(done).toMatchObject({ ok: true, value: { lost: 1 } })
  await till.boot()
  if (till.stopped !== null) await s.enrol(till)
  await s.followed()
  expect(await s.points(s.till(2), ADA)).toBe(650)
})

scenario('case 25: a newer file and an older place in the stream: nobody is missing', 2, async (s) => {
  const [one, other] = [s.till(1), s.till(2)]
  await s.enrol()
  await newCustomer(s, one, ADA, 30_000)
  await s.followed()
  s.offline(other)
  await newCustomer(s, one, BOLA, 20_000)
  await s.sell(one, ADA, 10_000)
  await s.sent(one)
  const store = s.hq.stores[0] ?? ''
  const older = await s.hq.writePackage(store)
  await s.sell(one, ADA, 5_000)
  await s.sent(one)
  expect(await other.importPackage(await s.hq.writePackage(store))).toBe(true)
  expect([await s.points(other, ADA), await s.points(other, BOLA)]).toEqual([450, 200])
  await other.importPackage(older)
  expect(await s.points(other, ADA)).toBe(450)
  // Its own sales go the other way in a file, twice; the line comes back in between.
  await s.sell(other, BOLA, 10_000)
  const file = await other.exportUnsent()
  expect(file).not.toBeNull()
  expect(await s.hq.takeUnsent(file ?? '')).toBeNull()
  s.online(other)
  await s.followed()
  expect(await s.hq.takeUnsent(file ?? '')).toBeNull()
  await s.followed()
  expect([await s.points(other, ADA), await s.points(one, BOLA)]).toEqual([450, 300])
})

scenario('case 29: a copied till does not take the sales of the other copy for its own', 2, async (s) => {
  const till = s.till(1)
  await s.enrol()
  await newCustomer(s, till, ADA, 30_000)
  await s.followed()
  const twin = await clone(s, till)
  s.offline(twin)
  await s.sell(till, ADA, 10_000)
  await s.sent(till)
  await s.sell(twin, ADA, 20_000)
  s.online(twin)
  await enrolAnew(s, twin)
  await s.followed()
  expect(await pointsAt(s, ADA, twin, s.till(2))).toEqual([600, 600])
})

scenario('an answer that head office did not sign acknowledges nothing', 1, async (s) => {
  const till = s.till(1)
  await s.enrol()
  await s.join(till, ADA)
  await s.sent()
  await s.sell(till, ADA, 10_000)
  await s.sent()
  const signed = s.hq.lastPush
  if (signed === null) throw new Error('nothing was sent')
  // Swallows what is sent, and says with an older signature that everything arrived.
  s.hq.deaf = (asked) => {
    const body = JSON.parse(asked.body ?? '{}') as { body?: string }
    const batch = JSON.parse(body.body ?? '{}') as {
      from_seq: number
      epoch: number
      head_hash: string
      events: unknown[]
    }
    const reply = JSON.parse(signed.body) as { acked: object; receipt: { body: string } }
    const seq = batch.from_seq + batch.events.length - 1
    const receipt = JSON.parse(reply.receipt.body) as object
    const forged = {
      ...receipt,
      from_seq: batch.from_seq,
      to_seq: seq,
      head_hash: batch.head_hash,
      effective: batch.events.map(() => s.run.world.schedule.now),
    }
    const acked = { epoch: batch.epoch, seq }
    return {
      ...signed,
      body: JSON.stringify({ ...reply, acked, receipt: { ...reply.receipt, body: JSON.stringify(forged) } }),
    }
  }
  await s.sell(till, ADA, 20_000)
  await s.run.until(() => till.stopped === 'receipt_wrong', 'the till does not believe it')
  s.hq.deaf = null
  await s.enrol(till)
  expect(await s.points(till, ADA)).toBe(300)
})
