import { afterEach, describe, expect, it } from 'vitest'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { deliver, deliverAll, replicaOf } from '../../support/replica-till.ts'
import { ScriptedHq, TENANT } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { newTill, points, removeTempDirs, type TestTill } from '../../support/till.ts'

afterEach(removeTempDirs)

interface Shop {
  readonly till: TestTill
  /** Chains, receipts and codes. */
  readonly hq: ScriptedHq
  /** The rows that are told. */
  readonly books: ReferenceHq
  readonly ada: string
}

/** Ada has 500 points, head office knows it, and the till has its rows. */
async function joined(): Promise<Shop> {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  const books = new ReferenceHq()
  books.tenant = TENANT
  await enrolAt(till, hq)
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 50_000)
  expect(await sendAll(till, hq)).toBe('done')
  await told({ till, hq, books, ada })
  return { till, hq, books, ada }
}

/** Head office takes what the till wrote, and the rows that follow from it arrive. */
async function told({ till, books }: Shop): Promise<void> {
  books.take(till.db, 1_000)
  await deliverAll(replicaOf(till), books)
}

/** Head office has it, and the till does not know: its reply was lost. */
async function lost({ till, hq }: Shop): Promise<void> {
  const batch = await till.open.sync('next_batch', { events_max: 200, bytes_max: 256 * 1024 })
  if (!batch || !('reply' in hq.push(batch.push))) throw new Error('it was not taken')
}

const shown = async ({ till, ada }: Shop) => {
  const { account, visits } = await till.done('cashier', 'customer.card', { customer_id: ada })
  return { points: account.available, sales: visits.count, spend: visits.spend_kobo }
}

/** The ledger is whole, and a rebuild shows the same. */
async function whole(shop: Shop): Promise<void> {
  const checked = await shop.till.verify()
  expect(checked.findings).toEqual([])
  expect((await shop.till.rebuild()).projections_hash).toBe(checked.projections_hash)
}

describe('what a till wrote again in a new epoch', () => {
  const once = { points: 699, sales: 3, spend: 7_990_000 }

  /** A sale with points, and one that takes 100 of them: 500 + 200 + 99 - 100. */
  async function sell({ till, ada }: Shop): Promise<void> {
    await till.sell(ada, 20_000)
    await till.sell(ada, 10_000, { redeem: points(100) })
  }

  it.each([
    [['account', 'customer']],
    [['customer', 'account']],
  ] as const)('is shown once where rows with its old places arrive after the new code: %s', async (lists) => {
    const shop = await joined()
    await sell(shop)
    expect(await shown(shop)).toEqual(once)
    await lost(shop)
    shop.books.take(shop.till.db, 1_000)
    await enrolAt(shop.till, shop.hq)
    expect(await shown(shop)).toEqual(once)
    // Lists come one by one: the account is the one that names its events.
    for (const list of lists) await deliver(replicaOf(shop.till), shop.books, list, 1_000)
    expect(await shown(shop)).toEqual(once)
    await whole(shop)
    expect(await sendAll(shop.till, shop.hq)).toBe('done')
    await told(shop)
    expect(await shown(shop)).toEqual(once)
    await whole(shop)
  })

  it('is shown once where that row was here before', async () => {
    const shop = await joined()
    await sell(shop)
    await lost(shop)
    await told(shop)
    expect(await shown(shop)).toEqual(once)
    await enrolAt(shop.till, shop.hq)
    expect(await shown(shop)).toEqual(once)
    await whole(shop)
    expect(await sendAll(shop.till, shop.hq)).toBe('done')
    await told(shop)
    expect(await shown(shop)).toEqual(once)
    await whole(shop)
  })

  it('is shown where a copy of the till used its numbers for the same customer', async () => {
    const shop = await joined()
    const { till, books, ada } = shop
    await sell(shop)
    // The copy was first: head office counts its events under the numbers of this till.
    const { ids, writer } = till.till.ledger
    const key = `${ids.device}/${writer.head().epoch}`
    const account = books.accounts.get(ada)
    const person = books.customers.get(ada)
    if (!account || !person) throw new Error('nobody is known')
    account.applied = { ...account.applied, [key]: writer.head().seq }
    person.applied = { ...person.applied, [key]: writer.head().seq }
    person.version += 1_000
    account.version += 1_000
    books.tell(ada)
    await deliverAll(replicaOf(till), books)
    await enrolAt(till, shop.hq)
    expect(await shown(shop)).toEqual(once)
    await deliverAll(replicaOf(till), books)
    await whole(shop)
  })
})
