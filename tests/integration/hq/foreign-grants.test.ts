import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import { loadBooks, tenantRow } from '../../../hq/services/load-books.ts'
import { writeOwnEvents } from '../../../hq/services/own-events.ts'
import { saveBooks } from '../../../hq/services/save-books.ts'
import { verifyTenant } from '../../../hq/services/verify.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, open } from '../../../shared/domain/post.ts'
import { type ForgingTill, joinedTill } from '../../support/forging-till.ts'
import { type HqApp, openShopOffice, type Shop, type ShopOffice } from '../../support/hq-app.ts'

/** Grants belong to their holder: what another till says of them waits for a person and changes nothing. */

const PROGRAM = 'points'
let office: ShopOffice
let hq: HqApp
let shop: Shop
let rows: ShopOffice['rows']

beforeAll(async () => {
  office = await openShopOffice()
  ;({ hq, shop, rows } = office)
})
afterAll(() => office.close())

const newTill = (): Promise<ForgingTill> => joinedTill(hq, shop)

/** Open and set aside. */
async function figures(customer: string): Promise<readonly number[]> {
  const [row] = await rows<{ state: Account }>('SELECT state FROM hq.account WHERE customer = $1', [customer])
  return row ? [open(row.state, hq.now()), leased(row.state)] : []
}

/** Head office sets points of a customer aside for an epoch of a till. */
async function grant(customer: string, holder: string, points: number): Promise<string> {
  const id = randomHex(16)
  const now = hq.now()
  await hq.db.tenant(shop.tenant, async (tx) => {
    const tenant = await tenantRow(tx, shop.tenant)
    const { books } = await loadBooks(hq.parts, tx, tenant, [], [customer])
    const payload = { grant: id, holder, points, expiry: now + 86_400_000 }
    const draft = { kind: 'lease.granted' as const, payload, customer, program: PROGRAM }
    await writeOwnEvents(hq.parts, tx, tenant, books, [draft], { staff: 'head office', now })
    await saveBooks(tx, tenant, books, now)
  })
  return id
}

const granted = (customer: string, id: string, holder: string, points = 50) => ({
  kind: 'lease.granted' as const,
  customer,
  program: PROGRAM,
  payload: { grant: id, holder, points, expiry: hq.now() + 86_400_000 },
  personal: null,
})
const returned = (customer: string, id: string) => ({
  kind: 'lease.returned' as const,
  customer,
  program: PROGRAM,
  payload: { grant: id, how: 'returned' },
  personal: null,
})
/** The text of an event that opens an epoch: of no customer. */
const opening = (till: ForgingTill): string => {
  const rest = { because: 'enrolled', after: null, currency: 'NGN', time_zone: 'Africa/Lagos' }
  const payload = { public_key: '0'.repeat(64), ...rest }
  const text = till.textOf({ kind: 'epoch.opened', customer: '', payload, personal: null })
  return text.replace('"customer":"",', '')
}
const outcomes = async (till: ForgingTill): Promise<readonly string[]> => {
  const all = await rows<{ outcome: string; why: string }>(
    'SELECT outcome, why FROM hq.event WHERE device = $1 ORDER BY seq',
    [till.device],
  )
  return all.map(({ outcome, why }) => `${outcome} ${why}`.trim())
}

test('a till cannot give another one a grant, nor itself one that head office did not make', async () => {
  const [hostile, victim] = [await newTill(), await newTill()]
  const customer = randomHex(16)
  await victim.push(hq, [victim.earned(customer, 100)])
  await hostile.push(hq, [
    granted(customer, randomHex(16), `${victim.device}/x`),
    granted(customer, randomHex(16), `${victim.device}/1`),
    granted(customer, randomHex(16), `${hostile.device}/1`),
  ])
  expect(await outcomes(hostile)).toEqual(['quarantined schema', 'withheld books', 'withheld books'])
  expect(await figures(customer)).toEqual([100, 0])
  expect(await rows('SELECT 1 FROM hq.lease WHERE customer = $1', [customer])).toEqual([])
  // Whatever stands there as a holder, the victim goes on in its next epoch.
  await rows(
    `INSERT INTO hq.lease (tenant_id, id, customer, program, holder, points) VALUES ($1, $2, $3, $4, $5, 1)`,
    [shop.tenant, randomHex(16), customer, PROGRAM, `${victim.device}/x`],
  )
  await victim.pushText(hq, opening(victim))
  await rows(`UPDATE hq.lease SET closed_by = 'test' WHERE holder = $1`, [`${victim.device}/x`])
  expect(await outcomes(victim)).toEqual(['posted', 'posted'])
})

test('the holder books its grant and returns it; another till does neither, and takes over none', async () => {
  const [holder, other] = [await newTill(), await newTill()]
  const [customer, stranger] = [randomHex(16), randomHex(16)]
  await holder.push(hq, [holder.earned(customer, 100)])
  const id = await grant(customer, `${holder.device}/1`, 60)
  await other.push(hq, [
    returned(customer, id),
    granted(customer, id, `${other.device}/1`),
    granted(customer, id, `${holder.device}/1`),
  ])
  expect(await outcomes(other)).toEqual(Array(3).fill('withheld books'))
  expect(await figures(customer)).toEqual([40, 60])
  expect(await rows('SELECT holder, closed_by FROM hq.lease WHERE id = $1', [id])).toEqual([
    { holder: `${holder.device}/1`, closed_by: null },
  ])
  await holder.push(hq, [
    granted(customer, id, `${holder.device}/1`, 60),
    // Of somebody else's account it is no grant.
    granted(stranger, id, `${holder.device}/1`, 60),
    returned(stranger, id),
  ])
  expect(await figures(customer)).toEqual([40, 60])
  await holder.push(hq, [returned(customer, id)])
  expect(await outcomes(holder)).toEqual(['posted', 'posted', 'withheld books', 'withheld books', 'posted'])
  expect(await figures(customer)).toEqual([100, 0])
  // Booked once more, a grant that is over stays so.
  await holder.push(hq, [granted(customer, id, `${holder.device}/1`, 60)])
  expect(await figures(customer)).toEqual([100, 0])
  expect(await rows('SELECT 1 FROM hq.lease WHERE id = $1 AND closed_by IS NOT NULL', [id])).toHaveLength(1)
  expect((await verifyTenant(hq.parts, shop.tenant)).findings).toEqual([])
})

test('a till joins no customers', async () => {
  const till = await newTill()
  const [into, from] = [randomHex(16), randomHex(16)]
  await till.push(hq, [
    till.earned(into, 5),
    { kind: 'customer.merged', customer: into, payload: { from }, personal: null },
  ])
  expect(await outcomes(till)).toEqual(['posted', 'withheld books'])
})
