import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../electron/ledger/database.ts'
import { repairChain } from '../../../electron/ledger/repair.ts'
import { commandId, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

/** Somebody with the key changes what the triggers guard, and puts them back. */
function behindTheTriggers(db: Database, tamper: (db: Database) => void): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`)
    .all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  tamper(db)
  for (const { sql } of triggers) db.exec(sql)
}

async function broken(tamper: (db: Database) => void) {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 50_000)
  await till.done('manager', 'points.adjust', { customer_id: ada, points: 7, reason: 'kind', approver: null })
  const last = { command_id: commandId(), ...saleOf(ada, 1_000, { redeem: points(100) }) }
  const answer = await till.ask('cashier', 'sale.record', last as never)
  behindTheTriggers(till.db, tamper)
  const found = await till.verify()
  expect(found.ok).toBe(false)
  till.close()
  return { till, ada, last, answer, found }
}

const repair = async (till: TestTill) => {
  const done = await repairChain(till.dir, till.platform, till.keys)
  if (!done.ok) throw new Error(done.refusal.sentence)
  return done.value
}

const ADJUSTED = `(SELECT place FROM event WHERE kind = 'points.adjusted' AND epoch = 1)`

describe('a chain that is broken', () => {
  it('does not open at its end, is closed before the damage, and what is genuine is written again by its id', async () => {
    const { till, ada, last, answer, found } = await broken((db) =>
      db.exec(
        `UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), '"points":7', '"points":9') AS BLOB) WHERE place = ${ADJUSTED}`,
      ),
    )
    await expect(till.reopen()).rejects.toThrow(/file_damaged: The ledger file is damaged: .*was changed/)
    const done = await repair(till)
    expect(done).toMatchObject({ broken_at: { place: found.first_bad?.place }, lost: 1, reissued: 3 })
    const exported = readFileSync(done.exported_to ?? '', 'utf8')
      .trim()
      .split('\n')
    expect(exported).toHaveLength(4)
    expect(
      Buffer.from((JSON.parse(exported[0] ?? '') as { bytes: string }).bytes, 'base64').toString(),
    ).toContain('"points":9')

    await till.reopen()
    const report = await till.verify()
    expect(report).toMatchObject({ ok: true, first_bad: null, findings: [] })
    // 500 earned, 100 paid, 9 earned; the seven that nobody signed are gone.
    expect(await till.balance(ada)).toBe(409)
    expect(await till.ask('cashier', 'sale.record', last as never)).toEqual(answer)
    expect(await till.balance(ada)).toBe(409)
    await till.sell(ada, 1_000)
    await till.rebuild()
    expect(await till.balance(ada)).toBe(419)
    expect((await till.verify()).ok).toBe(true)
    till.close()
    expect(await repair(till)).toEqual({ broken_at: null, reissued: 0, lost: 0, exported_to: null })
  })

  it('loses nothing when only a column beside the bytes, or a whole event, was touched', async () => {
    for (const [sql, lost] of [
      [`UPDATE event SET staff = 'x' WHERE place = ${ADJUSTED}`, 0],
      [`DELETE FROM event WHERE place = ${ADJUSTED}`, 0],
      [`UPDATE event SET signature = zeroblob(64) WHERE place = ${ADJUSTED}`, 1],
    ] as const) {
      const { till, ada } = await broken((db) => db.exec(sql))
      expect((await repair(till)).lost).toBe(lost)
      await till.reopen()
      expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
      expect([409, 416]).toContain(await till.balance(ada))
    }
  })

  it('lets a command whose events were damaged be carried out again, once', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const input = { command_id: commandId(), customer_id: ada, points: 7, reason: 'kind', approver: null }
    await till.ask('manager', 'points.adjust', input)
    await till.sell(ada, 10_000)
    behindTheTriggers(till.db, (db) => db.exec(`UPDATE event SET bytes = x'00' WHERE place = ${ADJUSTED}`))
    till.close()
    expect(await repair(till)).toMatchObject({ reissued: 2, lost: 1 })
    await till.reopen()
    expect(await till.balance(ada)).toBe(100)
    for (let i = 0; i < 2; i++)
      expect(await till.ask('manager', 'points.adjust', input)).toMatchObject({ outcome: 'done' })
    expect(await till.balance(ada)).toBe(107)
    // What lies behind the end of the closed epoch is counted nowhere, and nobody stumbles over it.
    const today = await till.done('manager', 'manager.today', { date: null })
    expect(today.figures).toMatchObject({ sales: 1, enrolled: 1, adjusted: 7 })
    const all = {
      from: null,
      to: null,
      kinds: [],
      staff_id: null,
      customer_id: ada,
      text: '',
      cursor: null,
      limit: 50,
    }
    const { events } = await till.done('manager', 'manager.events', all)
    expect(events.map((e) => e.kind).toSorted()).toEqual([
      'customer.consent',
      'customer.enrolled',
      'points.adjusted',
      'points.earned',
      'sale.recorded',
    ])
    const exported = await till.done('manager', 'export.page', {
      what: 'events',
      format: 'json',
      cursor: null,
    })
    expect(new Set(exported.text.match(/"id":"[0-9a-f]{32}"/g)).size).toBe(exported.rows)
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    await till.rebuild()
    expect(await till.balance(ada)).toBe(107)
  })

  it('in an older epoch is closed there, and all that came after begins anew', async () => {
    const { till, ada } = await broken((db) =>
      db.exec(`UPDATE event SET bytes = x'00' WHERE place = ${ADJUSTED}`),
    )
    await repair(till)
    await till.reopen()
    await till.sell(ada, 1_000)
    const sale = await till.sell(ada, 2_000)
    const secondSale = `(SELECT min(place) FROM event WHERE epoch = 2 AND kind = 'sale.recorded')`
    behindTheTriggers(till.db, (db) =>
      db.exec(`UPDATE event SET hash = zeroblob(32) WHERE place = ${secondSale}`),
    )
    till.close()
    const second = await repair(till)
    expect(second).toMatchObject({
      broken_at: { what: expect.stringMatching(/bytes were changed/) },
      lost: 1,
    })
    await till.reopen()
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    expect(till.till.ledger.writer.head().epoch).toBe(3)
    expect(
      (
        await till.done('cashier', 'sale.list', {
          customer_id: ada,
          mine_today: false,
          receipt: '',
          cursor: null,
          limit: 9,
        })
      ).sales.map((s) => s.sale_id),
    ).toContain(sale.sale_id)
    till.close()
    expect((await repair(till)).broken_at).toBeNull()
  })

  it('is repaired with the key of this computer when the one beside the epoch is gone', async () => {
    const { till, ada } = await broken((db) => db.exec('UPDATE epoch SET public_key = zeroblob(32)'))
    expect(await repair(till)).toMatchObject({ broken_at: { place: 1 }, lost: 0 })
    await till.reopen()
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    expect(await till.balance(ada)).toBe(416)
  })

  it.each([
    'epoch = 9',
    'seq = 900',
    `id = 'x'`,
  ])('a row with %s beside its bytes loses nothing', async (set) => {
    const { till, ada } = await broken((db) => db.exec(`UPDATE event SET ${set} WHERE place = ${ADJUSTED}`))
    expect(await repair(till)).toMatchObject({ lost: 0 })
    await till.reopen()
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    expect(await till.balance(ada)).toBe(416)
  })

  it('blanks personal values that are not those that were signed for, and keeps the event', async () => {
    const { till, ada } = await broken((db) =>
      db.exec(
        `UPDATE personal SET json = '{"reason":"other"}' WHERE event = (SELECT id FROM event WHERE place = ${ADJUSTED})`,
      ),
    )
    const done = await repair(till)
    expect(done.lost).toBe(0)
    expect(readFileSync(done.exported_to ?? '', 'utf8')).toContain('other')
    await till.reopen()
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    expect(await till.balance(ada)).toBe(416)
    till.close()
    expect((await repair(till)).broken_at).toBeNull()
  })
})
