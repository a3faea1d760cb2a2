import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../electron/ledger/database.ts'
import { repairChain } from '../../../electron/ledger/repair.ts'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { chainHash } from '../../../shared/protocol/event.ts'
import { newTill, points, removeTempDirs, signWith, type TestTill } from '../../support/till.ts'

/** Somebody who holds the key of the file has edited it, and has run a rebuild so that all tables agree. */

afterAll(removeTempDirs)

async function livedIn(): Promise<TestTill> {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada Obi' })
  await till.sell(ada, 20_000)
  await till.done('supervisor', 'points.adjust', {
    customer_id: ada,
    points: 50,
    reason: 'kind',
    approver: null,
  })
  await till.sell(ada, 5_000, { redeem: points(100) })
  return till
}

/** Takes the triggers away for as long as something is changed, and puts them back as they were. */
function behindTheTriggers(db: Database, work: () => void): void {
  const triggers = db
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`)
    .all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  work()
  for (const { sql } of triggers) db.exec(sql)
}

const CUT = '> (SELECT max(place) FROM event) - 3'

describe('verify', () => {
  it.each<[string, string, RegExp]>([
    ['a trigger that guards events', 'DROP TRIGGER event_is_never_changed', /"event_is_never_changed".*miss/],
    [
      'a trigger that does nothing any more',
      `DROP TRIGGER event_is_never_removed; CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT 1; END`,
      /"event_is_never_removed".*not as this app makes it/,
    ],
    [
      'a trigger of their own',
      `CREATE TRIGGER more AFTER INSERT ON session BEGIN UPDATE staff SET role = 'admin'; END`,
      /trigger "more".*not made by this app/,
    ],
    ['an index that keeps a card to one person', 'DROP INDEX customer_card', /index "customer_card"/],
    ['a table of their own', 'CREATE TABLE sold (x)', /table "sold".*not made by this app/],
    ['a view of their own', 'CREATE VIEW seen AS SELECT * FROM staff', /view "seen"/],
    [
      'a reason beside an event that has none',
      `INSERT INTO personal SELECT id, x'00', '{"reason":"the manager said so"}' FROM event WHERE kind = 'sale.recorded' LIMIT 1`,
      /Personal values stand beside event/,
    ],
    [
      'personal values of nobody',
      `INSERT INTO personal VALUES ('nobody', x'00', '{}')`,
      /beside event nobody/,
    ],
    [
      'the till',
      `UPDATE till SET value = 'ff' || substr(value, 3) WHERE key = 'device'`,
      /another store or till/,
    ],
    [
      'the store',
      `UPDATE till SET value = 'ff' || substr(value, 3) WHERE key = 'tenant'`,
      /another store or till/,
    ],
    [
      'the end of the epoch, behind one that was never opened',
      `INSERT INTO epoch SELECT 2, device, public_key, (SELECT max(place) + 1 FROM event), NULL FROM epoch;
       UPDATE epoch SET last_place = (SELECT max(place) FROM event) - 3 WHERE epoch = 1`,
      /Epoch 2 was never opened/,
    ],
  ])('notices when somebody changed %s', async (_, sql, what) => {
    const till = await livedIn()
    till.db.exec(sql)
    await till.rebuild()
    const report = await till.verify()
    expect(report).toMatchObject({ ok: false, first_bad: null })
    expect(report.findings.join('\n')).toMatch(what)
  })

  it('notices when the last events were cut off and all tables rebuilt without them', async () => {
    const till = await livedIn()
    behindTheTriggers(till.db, () => {
      till.db.exec(`DELETE FROM personal WHERE event IN (SELECT id FROM event WHERE place ${CUT})`)
      till.db.exec(`DELETE FROM event WHERE place ${CUT}`)
    })
    await till.rebuild()
    const report = await till.verify()
    expect(report.ok).toBe(false)
    expect(report.findings).toEqual([expect.stringMatching(/last events of this till are not in the file/)])
  })

  it('notices a ledger that was written anew with another key than that of this computer', async () => {
    const till = await livedIn()
    const signing_key = till.platform.newSigningKey()
    const publicKey = till.platform.signer(signing_key).publicKey
    behindTheTriggers(till.db, () => {
      till.db.prepare('UPDATE epoch SET public_key = ?').run(publicKey)
      const rows = till.db
        .prepare<[], { place: number; bytes: Buffer; prev_hash: Buffer }>(
          'SELECT * FROM event ORDER BY place',
        )
        .all()
      const save = till.db.prepare(
        'UPDATE event SET bytes = ?, prev_hash = ?, hash = ?, signature = ? WHERE place = ?',
      )
      let before: Uint8Array | null = null
      for (const row of rows) {
        const text = row.bytes
          .toString('utf8')
          .replace(/"public_key":"[0-9a-f]*"/, `"public_key":"${nodeDigest.hex(publicKey)}"`)
          .replace('"points":50', '"points":90')
        const bytes = Buffer.from(text)
        const prev = before ?? row.prev_hash
        const hash = chainHash(nodeDigest, prev, bytes)
        save.run(bytes, prev, hash, signWith({ database_key: '', signing_key }, hash), row.place)
        before = hash
      }
    })
    await till.rebuild()
    const report = await till.verify()
    // Whole in itself: only the key tells.
    expect(report).toMatchObject({ ok: false, first_bad: null })
    expect(report.findings).toEqual([expect.stringMatching(/not signed with the key on this computer/)])
  })

  it('finds nothing in what was restarted, repeated and checked before', async () => {
    const till = await livedIn()
    await till.restart()
    await till.verify()
    till.db.pragma('optimize')
    await till.sell(null, 500)
    expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
  })
})

it('what a repair sets aside does not lay the customers open beside the encrypted ledger', async () => {
  const till = await livedIn()
  behindTheTriggers(till.db, () => till.db.exec('UPDATE event SET trusted = trusted + 1 WHERE place = 8'))
  till.close()
  const done = await repairChain(till.dir, till.platform, till.keys)
  if (!done.ok || done.value.exported_to === null) throw new Error('nothing was repaired')
  const text = readFileSync(done.value.exported_to, 'utf8')
  expect(text.split('\n').length).toBeGreaterThan(5)
  expect(text).not.toMatch(/Ada|8031234567|reason|argon2/)
  await till.reopen()
  expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
})
