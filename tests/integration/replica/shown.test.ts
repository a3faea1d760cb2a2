import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { ownEvents } from '../../../electron/ledger/replica/own-events.ts'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { emptyAccount, open, owed } from '../../../shared/domain/post.ts'
import { deliverAll } from '../../support/replica-till.ts'
import { step, World } from '../../support/replica-world.ts'
import { newTill, removeTempDirs } from '../../support/till.ts'

afterAll(removeTempDirs)

const figures = (account: Account, asOf: number) => ({
  open: open(account, asOf),
  debt: owed(account),
  lifetime: account.lifetime,
  lots: account.lots.map(({ id, rest }) => `${id} ${rest}`),
})

describe('what a till shows', () => {
  it("is head office's row and its own later events, whatever comes in between, and head office's in the end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), async (steps) => {
        const world = new World(await newTill())
        const { till, hq } = world
        await world.begin()
        for (const one of steps) {
          till.clock.pass(1_000)
          await world.run(one)
          const asOf = till.till.ledger.writer.now().trusted
          for (const id of world.ids) {
            const shown = till.till.ledger.projector.accounts.load(id, 'default')
            expect(figures(shown, asOf), `${one.do} ${id}`).toEqual(figures(world.expected(id), asOf))
          }
        }
        expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
        expectSomeKinds(world)
        for (const id of world.ids) hq.hide(id, false)
        hq.take(till.db, 10_000)
        await deliverAll(world.replica, hq)
        await deliverAll(world.replica, hq)
        expectEqual(world)
        expect(await till.verify()).toMatchObject({ ok: true, findings: [] })
        till.close()
      }),
      { numRuns: 10, seed: 20_261_121, endOnFailure: false },
    )
  }, 120_000)
})

/** Own events of some kinds are those of all kinds but the others. */
function expectSomeKinds({ till, ids, replica }: World): void {
  const { applied, replica: rows } = till.till.ledger.projector.accounts
  const own = ownEvents(till.db, nodeDigest, applied, rows)
  for (const kinds of [['points.redeemed'], till.till.ledger.projector.personKinds] as const) {
    for (const id of ids) {
      const all = own.later(rows.idsOf(replica.rootOf(id)), rows.account(id, 'default')?.applied ?? {})
      const some = own.only(kinds)(rows.idsOf(replica.rootOf(id)), rows.account(id, 'default')?.applied ?? {})
      expect(some).toEqual(all.filter(({ kind }) => (kinds as readonly string[]).includes(kind)))
    }
  }
}

/** Head office has posted everything and told everything. */
function expectEqual({ till, hq, ids, replica }: World): void {
  const { db } = till
  const asOf = till.till.ledger.writer.now().trusted
  expect(
    db
      .prepare(
        'SELECT a.*, (SELECT applied FROM replica_account r WHERE r.customer = a.customer) AS applied FROM account a',
      )
      .all(),
  ).toEqual([])
  expect(db.prepare('SELECT * FROM line').all()).toEqual([])
  for (const id of ids) {
    const root = hq.root(id)
    expect(replica.rootOf(id)).toBe(root)
    const theirs = hq.accounts.get(root)
    const mine = till.till.ledger.projector.accounts.load(id, 'default')
    expect(figures(mine, asOf)).toEqual(figures(theirs?.account ?? emptyAccount(), asOf))
    const person = hq.customers.get(root)
    const row = till.till.customers.row(id)
    expect(
      row && { name: row.name, sales: row.sale_count, spend: row.spend_kobo, joined: row.joined },
    ).toEqual(
      person && { name: person.name, sales: person.sales, spend: person.spend, joined: person.joined },
    )
  }
  const listed = db.prepare<[], string>('SELECT id FROM customer ORDER BY id').pluck().all()
  expect(listed).toEqual([...new Set(ids.map((id) => hq.root(id)))].sort())
  for (const shape of ['account', 'customer'])
    expect(
      db
        .prepare('SELECT s.rows - c.rows FROM shape s JOIN shape_count c USING (shape) WHERE shape = ?')
        .pluck()
        .get(shape),
    ).toBe(0)
}
