import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import type { Tx } from '../../../hq/db/database.ts'
import { mergeCustomers } from '../../../hq/services/merge.ts'
import { verifyAccounts } from '../../../hq/services/verify-accounts.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { joinedTill } from '../../support/forging-till.ts'
import { type HqApp, openShopOffice, type Shop, type ShopOffice } from '../../support/hq-app.ts'

/** Accounts with many large entries are checked in the memory of a few of them. */

const BYTES_MAX = 2 * 1024 * 1024
const ENTRIES = 60
let office: ShopOffice
let hq: HqApp
let shop: Shop
const customers = Array.from({ length: 5 }, () => randomHex(16)).sort()
const [first = '', second = '', , fourth = ''] = customers

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop } = office)
  const till = await joinedTill(hq, shop)
  for (const customer of customers) {
    await till.push(
      hq,
      Array.from({ length: ENTRIES }, () => till.earned(customer, 1)),
    )
  }
  const joined = { tenant: shop.tenant, into: first, from: second, who: 'Ngozi' }
  expect(await mergeCustomers(hq.parts, joined)).toMatchObject({ ok: true })
})
afterAll(() => office.close())

interface Read {
  readonly accounts: number
  readonly findings: readonly string[]
  /** Bytes of entries by statement that brought some. */
  readonly brought: readonly number[]
}

/** Checks the accounts, and notes what each statement brought. */
async function read(): Promise<Read> {
  const findings: string[] = []
  const brought: number[] = []
  const watched = (tx: Tx): Tx => ({
    async query<R extends object>(sql: string, values: readonly unknown[] = []) {
      const rows = await tx.query<R>(sql, values)
      const sizes = rows.map((row) => ('bytes' in row && row.bytes instanceof Buffer ? row.bytes.length : 0))
      const sum = sizes.reduce((all, one) => all + one, 0)
      if (sum > 0) brought.push(sum)
      return rows
    },
  })
  const accounts = await hq.db.tenant(shop.tenant, (tx) =>
    verifyAccounts(watched(tx), { add: (sentence) => void findings.push(sentence) }),
  )
  return { accounts, findings, brought }
}

/** As the owner of the structure, who alone can do that to entries. */
async function change(sql: string, values: readonly unknown[]): Promise<void> {
  const owner = new pg.Client({ connectionString: office.database.url })
  await owner.connect()
  await owner.query(sql, [...values])
  await owner.end()
}

test('large accounts are read in parts, joined ones with whom they were joined to, and the findings are the same', async () => {
  const small = await read()
  expect(small).toMatchObject({ accounts: 4, findings: [] })
  await change(`UPDATE hq.account SET state = jsonb_set(state, '{lifetime}', '7') WHERE customer = $1`, [
    fourth,
  ])
  const wrong = await read()
  expect(wrong.findings).toEqual([
    `The account of customer ${fourth} (points) is not what its postings make of it.`,
  ])
  // Blanks behind an entry say nothing, and make it as large as a till may write it.
  await change(
    `UPDATE hq.event SET bytes = bytes || convert_to(repeat(' ', $1 - octet_length(bytes)), 'UTF8')`,
    [LIMITS.eventBytesMax],
  )
  const large = await read()
  expect({ ...large, brought: [] }).toEqual({ ...wrong, brought: [] })
  expect(large.brought.length).toBeGreaterThan(small.brought.length)
  expect(Math.max(...large.brought)).toBeLessThanOrEqual(BYTES_MAX)
})
