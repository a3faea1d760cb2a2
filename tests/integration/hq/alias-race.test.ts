import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import { customerId } from '../../../shared/domain/identity.ts'
import { open } from '../../../shared/domain/post.ts'
import { ForgingTill } from '../../support/forging-till.ts'
import { codeFor, type HqApp, openShopOffice, type Shop, type ShopOffice } from '../../support/hq-app.ts'

/** A till tells that an id means somebody at the very moment when a copy of it makes a customer of that id. */

let office: ShopOffice
let hq: HqApp
let shop: Shop
let rows: ShopOffice['rows']
let owner: pg.Client

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop, rows } = office)
  owner = new pg.Client({ connectionString: office.database.url })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await office.close()
})

const ALONE = { tenant: 'a'.repeat(32), identity_key: '7'.repeat(64) }
const points = async (customers: readonly string[]): Promise<readonly (number | null)[]> => {
  const found = await rows<{ customer: string; state: Parameters<typeof open>[0] }>(
    'SELECT customer, state FROM hq.account WHERE customer = ANY($1)',
    [customers],
  )
  const states = new Map(found.map(({ customer, state }) => [customer, state]))
  return customers.map((id) => {
    const state = states.get(id)
    return state ? open(state, hq.now()) : null
  })
}
const waiting = async (): Promise<number> => {
  const { rows: found } = await owner.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return found.length
}
const toWait = (count: number) => expect.poll(waiting, { timeout: 30_000, interval: 20 }).toBe(count)

interface Person {
  readonly phone: string
  /** The id that the till made alone, and the one that it means. */
  readonly before: string
  readonly root: string
}

/** Somebody whose old id comes before the new one in the order of locks, or behind it. */
function somebody(till: ForgingTill, first: 'before' | 'root'): Person {
  for (let n = 0; ; n += 1) {
    const phone = `+234803111${String(1_000 + n)}`
    const id = (tenant: string, key: string) =>
      customerId(nodeDigest, nodeDigest.fromHex(key), tenant, { kind: 'phone', value: phone }, 0)
    const before = id(ALONE.tenant, ALONE.identity_key)
    const root = id(shop.tenant, nodeDigest.hex(till.identityKey))
    if (before < root === (first === 'before')) return { phone, before, root }
  }
}

/** Both push while the customer whom the id means is held: the one who tells, then its copy, which books on the id. */
async function race(first: 'before' | 'root'): Promise<Person & { readonly lookedUnder: readonly string[] }> {
  const [till, copy] = [new ForgingTill(), new ForgingTill()]
  await till.join(hq, await codeFor(hq, shop), ALONE)
  await copy.join(hq, await codeFor(hq, shop))
  const person = somebody(till, first)
  const { phone, before, root } = person
  await copy.push(hq, [copy.earned(root, 1)])
  await owner.query(`BEGIN; SELECT set_config('kasuwa.tenant', '${shop.tenant}', true)`)
  await owner.query('SELECT 1 FROM hq.customer WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [
    shop.tenant,
    root,
  ])
  const telling = till.push(hq, [till.enrolled(before, { phone }), till.earned(before, 40)])
  await toWait(1)
  const booking = copy.push(hq, [copy.earned(before, 500)])
  if (first === 'root') await booking
  else await toWait(2)
  await owner.query('COMMIT')
  await Promise.all([telling, booking])
  return { ...person, lookedUnder: [root, before] }
}

const whole = async (): Promise<void> =>
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])

test('who books on the id first has made a customer of it, and nobody is told that it means another one', async () => {
  const { before, lookedUnder } = await race('root')
  expect(await rows('SELECT id FROM hq.alias WHERE id = $1', [before])).toEqual([])
  expect(await points(lookedUnder)).toEqual([1, 540])
  await whole()
})

test('who tells first is believed, and what is booked on the id goes to whom it means', async () => {
  const { before, root, lookedUnder } = await race('before')
  expect(await rows('SELECT root FROM hq.alias WHERE id = $1', [before])).toEqual([{ root }])
  expect(await points(lookedUnder)).toEqual([541, null])
  await whole()
})
