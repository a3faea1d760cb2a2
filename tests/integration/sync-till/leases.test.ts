import { afterAll, describe, expect, it } from 'vitest'
import type { SyncReport } from '../../../electron/ledger/sync-port.ts'
import type { Input } from '../../../shared/ipc/contract.ts'
import type { GrantBody, LeaseReply } from '../../../shared/sync/wire.ts'
import { ScriptedHq, TENANT } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { commandId, DAY, newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const ONLINE: SyncReport = { doing: 'up_to_date', sentence: '', last_contact_ms: 1 }
const GRANT = '91'.repeat(16)

/** A till of a head office, with a customer who has 2,480 points of which 1,000 are set aside here or as asked. */
async function begun(earned = 2_480) {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.done('admin', 'points.adjust', {
    customer_id: ada,
    points: earned,
    reason: 'Begun',
    approver: null,
  })
  const hq = new ScriptedHq(() => till.clock.wallMs)
  await enrolAt(till, hq)
  await sendAll(till, hq)
  return { till, hq, ada }
}
type Shop = Awaited<ReturnType<typeof begun>>

const replyOf = (
  till: TestTill,
  grants: LeaseReply['grants'],
  refused: LeaseReply['refused'] = [],
): LeaseReply => ({
  grants,
  refused,
  hq_time: till.clock.wallMs,
  hq_epoch: 1,
})
/** Head office sets so many points aside and says so in an answer. */
async function grantBy(
  { till, hq, ada }: Shop,
  granted: number,
  grant = GRANT,
  more: Partial<GrantBody> = {},
) {
  const signed = hq.grant({ grant, customer: ada, points: granted }, more)
  await till.open.sync('leased', { asked: [grant], reply: replyOf(till, [signed]), known: true })
  return signed
}
let chunks = 0
/** The same in a row of the list. */
async function list({ till, hq, ada }: Shop, state: 'open' | 'closed', granted = 1_000, grant = GRANT) {
  const { body, signature } = hq.grant({ grant, customer: ada, points: granted })
  const { shapes } = await till.open.sync('connection', {})
  const cursor = shapes.find(({ shape }) => shape === 'grant')
  if (!cursor) throw new Error('no list of grants')
  chunks += 1
  const row = {
    tenant_id: TENANT,
    device: hq.device,
    id: grant,
    customer: ada,
    program: 'default',
    points: `${granted}`,
  }
  const value = { ...row, body, signature, state, hq_epoch: '1', version: `${chunks}` }
  const messages = [
    { key: grant, value, headers: { operation: 'insert' } },
    { headers: { control: 'up-to-date' } },
  ]
  await till.open.sync('shape_chunk', {
    shape: 'grant',
    from: { handle: cursor.handle, offset: cursor.offset },
    handle: 'h',
    offset: `${chunks}_0`,
    messages: JSON.stringify(messages),
  })
}
const kinds = (till: TestTill, kind: string): unknown[] =>
  till.db
    .prepare<[string], string>(
      `SELECT CAST(bytes AS TEXT) ->> '$.payload' FROM event WHERE kind = ? ORDER BY place`,
    )
    .pluck()
    .all(kind)
    .map((text) => JSON.parse(text) as unknown)
const redeem = (till: TestTill, customer: string, used: number, more: Partial<Input<'sale.record'>> = {}) =>
  till.sell(customer, 100_000, { redeem: points(used), ...more })
const heldNow = async (till: TestTill): Promise<readonly string[]> => {
  const batch = await till.open.sync('next_batch', { events_max: 1, bytes_max: 1_000 })
  return (JSON.parse(batch?.push.body ?? '{}') as { grants: string[] }).grants
}
const exact = async (till: TestTill): Promise<void> => {
  const checked = await till.verify()
  expect(checked.findings).toEqual([])
  expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
}

describe('points that head office sets aside', () => {
  it('are booked once, whichever ways they come, with head office’s own word', async () => {
    const shop = await begun()
    const signed = await grantBy(shop, 1_000)
    await grantBy(shop, 1_000)
    await list(shop, 'open')
    expect(kinds(shop.till, 'lease.granted')).toEqual([
      expect.objectContaining({ grant: GRANT, points: 1_000, holder: `${shop.hq.device}/2`, signed }),
    ])
    expect(await heldNow(shop.till)).toEqual([GRANT])
    const { account } = await shop.till.card(shop.ada)
    expect(account).toMatchObject({ available: 1_480, leased: 1_000, balance: 2_480, worth_kobo: 248_000 })
    await exact(shop.till)
  })

  it('are booked from the list alone', async () => {
    const shop = await begun()
    await list(shop, 'open')
    const { body, signature } = shop.hq.grant({ grant: GRANT, customer: shop.ada, points: 1_000 })
    const [booked, ...more] = kinds(shop.till, 'lease.granted')
    expect([booked, more]).toEqual([expect.objectContaining({ signed: { body, signature } }), []])
  })

  it.each([
    ['another signature', {}, 'AAAA'],
    ['another till', { holder: `${'0'.repeat(32)}/2` }, null],
    ['an epoch before', { holder: 'own/1' }, null],
    ['another business', { tenant: 'somebody' }, null],
  ] as const)('are worth nothing with %s', async (_what, more, signature) => {
    const { till, hq, ada } = await begun()
    const holder = 'holder' in more ? { holder: more.holder.replace('own', hq.device) } : {}
    const signed = hq.grant({ grant: GRANT, customer: ada, points: 1_000 }, { ...more, ...holder })
    const sent = signature === null ? signed : { ...signed, signature }
    await till.open.sync('leased', { asked: [], reply: replyOf(till, [sent]), known: true })
    expect(kinds(till, 'lease.granted')).toEqual([])
  })

  it('wait while head office could not read the booking', async () => {
    const shop = await begun()
    shop.hq.payloadVersionMax = 1
    await sendAll(shop.till, shop.hq)
    await list(shop, 'open')
    expect(kinds(shop.till, 'lease.granted')).toEqual([])
    shop.hq.payloadVersionMax = 2
    await sendAll(shop.till, shop.hq)
    expect(kinds(shop.till, 'lease.granted')).toHaveLength(1)
  })

  it('pay first, and the limits pay the rest; no more than both', async () => {
    const shop = await begun(5_000)
    await grantBy(shop, 1_000)
    const over = await shop.till.refused('cashier', 'sale.record', {
      ...saleOf(shop.ada, 100_000),
      redeem: points(3_100),
    })
    expect(over).toMatchObject({ code: 'offline_limit_customer', params: { max: 3_000, who: 'supervisor' } })
    const sale = await redeem(shop.till, shop.ada, 2_900)
    expect(sale).toMatchObject({ redeemed: 2_900, pays_kobo: 290_000 })
    expect(kinds(shop.till, 'points.redeemed')).toEqual([
      expect.objectContaining({ points: 1_000, right: 'lease', grant: GRANT }),
      expect.objectContaining({ points: 1_900, right: 'unsecured' }),
    ])
    expect((await shop.till.card(shop.ada)).account.usable_here).toBe(100)
    await exact(shop.till)
  })

  it('are the customer’s under whatever id: after a merge they are summed up', async () => {
    const shop = await begun()
    const { till, hq } = shop
    const ada = till.till.ledger.projector.accounts.replica.rootOf(shop.ada)
    const bisi = await till.enrol('08039876543', { name: 'Bisi' })
    await sendAll(till, hq)
    await grantBy(shop, 1_000)
    await grantBy({ ...shop, ada: bisi }, 500, '92'.repeat(16))
    const none = {
      hq_epoch: '1',
      version: '1',
      generation: '0',
      sale_count: '0',
      spend_kobo: '0',
      joined: '0',
    }
    const texts = {
      name: '',
      phone_typed: '',
      birth: '',
      note: '',
      consent_wording: '',
      marketing: 'not_asked',
      applied: '{}',
    }
    const nulls = { phone: null, email: null, card: null, consent_at: null, last_sale: null }
    const value = { ...none, ...texts, ...nulls, tenant_id: TENANT, id: ada, merged_into: bisi }
    await till.open.sync('shape_chunk', {
      shape: 'customer',
      from: { handle: null, offset: '-1' },
      handle: 'c',
      offset: '1_0',
      messages: JSON.stringify([
        { key: ada, value, headers: { operation: 'insert' } },
        { headers: { control: 'up-to-date' } },
      ]),
    })
    await redeem(till, ada, 1_400)
    expect(kinds(till, 'points.redeemed').map((p) => (p as { right: string }).right)).toEqual([
      'lease',
      'lease',
    ])
    await exact(till)
  })

  it('come back to be spent again when the sale is undone, and never grow', async () => {
    const shop = await begun(3_000)
    await grantBy(shop, 1_000)
    const { till, ada } = shop
    for (let i = 0; i < 3; i += 1) {
      const { sale_id } = await redeem(till, ada, 800)
      expect(till.till.ledger.db.prepare('SELECT used FROM lease').pluck().get()).toBe(800)
      await till.done('manager', 'sale.void', { sale_id, reason: 'Wrong', approver: null })
      expect(till.till.ledger.db.prepare('SELECT used FROM lease').pluck().get()).toBe(0)
    }
    expect(kinds(till, 'points.redeemed').every((p) => (p as { right: string }).right === 'lease')).toBe(true)
    await exact(till)
    await till.restart()
    await redeem(till, ada, 1_000)
    expect(kinds(till, 'points.redeemed').at(-1)).toMatchObject({ right: 'lease', points: 1_000 })
  })

  it('end at once when head office closes them, and stay ended when they come again', async () => {
    const shop = await begun()
    await grantBy(shop, 1_000)
    await list(shop, 'closed')
    expect(kinds(shop.till, 'lease.returned')).toEqual([{ grant: GRANT, how: 'returned' }])
    await grantBy(shop, 1_000)
    await list(shop, 'open')
    expect(await heldNow(shop.till)).toEqual([])
    expect((await shop.till.card(shop.ada)).account).toMatchObject({ available: 2_480, leased: 0 })
    await redeem(shop.till, shop.ada, 500)
    expect(kinds(shop.till, 'points.redeemed').at(-1)).toMatchObject({ right: 'unsecured' })
    await exact(shop.till)
  })

  it('end with the epoch they were given to, and the till says so', async () => {
    const shop = await begun()
    await grantBy(shop, 1_000)
    const { till, hq, ada } = shop
    await sendAll(till, hq)
    await enrolAt(till, hq)
    await redeem(till, ada, 300)
    expect(kinds(till, 'points.redeemed')).toEqual([
      expect.objectContaining({ right: 'unsecured', points: 300 }),
    ])
    await sendAll(till, hq)
    expect(kinds(till, 'lease.returned')).toEqual([{ grant: GRANT, how: 'returned' }])
    await exact(till)
  })

  it.each([
    ['unused for long', 31 * DAY, 0],
    ['spent since yesterday', 2 * DAY, 1_000],
  ])('are given back when they are %s', async (_what, ms, used) => {
    const shop = await begun()
    await grantBy(shop, 1_000)
    if (used > 0) await redeem(shop.till, shop.ada, used)
    await sendAll(shop.till, shop.hq)
    expect(kinds(shop.till, 'lease.returned')).toEqual([])
    shop.till.clock.pass(ms)
    await sendAll(shop.till, shop.hq)
    expect(kinds(shop.till, 'lease.returned')).toEqual([{ grant: GRANT, how: 'returned' }])
    await exact(shop.till)
  })

  it('are given back when something in their pot has lapsed', async () => {
    const shop = await begun()
    const { till, hq } = shop
    for (let month = 0; month < 12; month += 1) {
      till.clock.pass(29 * DAY)
      await sendAll(till, hq)
    }
    await grantBy(shop, 1_000)
    till.clock.pass(DAY)
    await sendAll(till, hq)
    expect(kinds(till, 'lease.returned')).toEqual([])
    // A year after they were earned, and long before the grant was unused for a month.
    till.clock.pass(20 * DAY)
    await sendAll(till, hq)
    expect(kinds(till, 'lease.returned')).toHaveLength(1)
  })
})

describe('a till that asks', () => {
  const asks = async ({ till }: Shop) => (await till.open.sync('lease_asks', {})).asks
  const wants = async ({ till }: Shop): Promise<boolean> =>
    (await till.open.sync('connection', {})).wanted.includes('grants')
  const over = ({ till, ada }: Shop, id = commandId()) =>
    till.ask('cashier', 'sale.record', {
      ...saleOf(ada, 100_000, { redeem: points(2_400) }),
      command_id: id,
      approver: null,
    } as Input<'sale.record'>)

  it('gets what the customer wants from head office before the sale, and commits alone', async () => {
    const shop = await begun(3_000)
    const { till, hq } = shop
    await till.open.sync('report', ONLINE)
    const id = commandId()
    const sale = over(shop, id)
    await expect.poll(() => wants(shop)).toBe(true)
    const [ask] = await asks(shop)
    const customer = till.till.ledger.projector.accounts.replica.rootOf(shop.ada)
    expect(ask).toMatchObject({ customer, program: 'default', points: 2_400, why: 'sale' })
    await grantBy(shop, 2_400, ask?.grant)
    expect(await sale).toMatchObject({ outcome: 'done', value: { redeemed: 2_400 } })
    expect(kinds(till, 'points.redeemed')).toEqual([
      expect.objectContaining({ right: 'lease', points: 2_400, grant: ask?.grant }),
    ])
    // The same command again is answered at once, and asks nobody.
    expect(await over(shop, id)).toMatchObject({ outcome: 'done', value: { redeemed: 2_400 } })
    expect(await asks(shop)).toEqual([])
    await sendAll(till, hq)
    await exact(till)
  })

  it('takes what it gets, and the limits for the rest', async () => {
    const shop = await begun(3_000)
    await shop.till.open.sync('report', ONLINE)
    const sale = over(shop)
    await expect.poll(() => wants(shop)).toBe(true)
    const [ask] = await asks(shop)
    await grantBy(shop, 500, ask?.grant)
    expect(await sale).toMatchObject({ outcome: 'done' })
    expect(kinds(shop.till, 'points.redeemed')).toEqual([
      expect.objectContaining({ right: 'lease', points: 500 }),
      expect.objectContaining({ right: 'unsecured', points: 1_900 }),
    ])
  })

  it.each([
    'nothing set aside',
    'no answer',
    'a head office that does not know the question',
  ])('refuses as before after %s, with the way out', async (what) => {
    const shop = await begun(3_000)
    const { till } = shop
    await till.open.sync('report', ONLINE)
    const sale = over(shop)
    await expect.poll(() => wants(shop)).toBe(true)
    const [ask] = await asks(shop)
    const asked = ask ? [ask.grant] : []
    if (what === 'nothing set aside') {
      const refused = asked.map((grant) => ({ grant, code: 'nothing_left' as const }))
      await till.open.sync('leased', { asked, reply: replyOf(till, [], refused), known: true })
    } else if (what !== 'no answer') await till.open.sync('leased', { asked, reply: null, known: false })
    expect(await sale).toMatchObject({ outcome: 'refused', refusal: { code: 'offline_limit_customer' } })
    expect(await wants(shop)).toBe(false)
    if (what.startsWith('a head office')) {
      // Nobody waits for it a second time.
      expect(await over(shop)).toMatchObject({ outcome: 'refused' })
      expect(await wants(shop)).toBe(false)
    }
  })

  it('asks nobody while head office is not there, nor for what it may do by itself', async () => {
    const shop = await begun(3_000)
    await shop.till.open.sync('report', { ...ONLINE, doing: 'offline' })
    expect(await over(shop)).toMatchObject({ outcome: 'refused' })
    await shop.till.open.sync('report', ONLINE)
    await redeem(shop.till, shop.ada, 2_000)
    expect(await wants(shop)).toBe(false)
  })
})

describe('a second person', () => {
  it('lets go what is beyond the limits, once, counted apart', async () => {
    const { till, ada } = await begun(20_000)
    const sale = (used: number, more: Partial<Input<'sale.record'>> = {}) => ({
      ...saleOf(ada, 1_000_000, { redeem: points(used) }),
      ...more,
    })
    const by = { approver: till.approver('supervisor'), override_reason: 'The line is down' }
    expect(await till.code('cashier', 'sale.record', sale(9_000))).toBe('offline_limit_customer')
    expect(await till.code('cashier', 'sale.record', sale(9_000, { override_reason: 'x' }))).toBe(
      'approval_needed',
    )
    expect(await till.code('supervisor', 'sale.record', sale(9_000, by))).toBe('approver_same')
    expect(await till.code('cashier', 'sale.record', sale(9_000, { ...by, override_reason: '' }))).toBe(
      'reason_missing',
    )
    await till.done('cashier', 'sale.record', sale(9_000, by))
    expect(kinds(till, 'points.redeemed')).toEqual([
      expect.objectContaining({ right: 'unsecured', points: 2_000 }),
      expect.objectContaining({ right: 'unsecured', points: 7_000, override: true }),
    ])
    const told = kinds(till, 'override')
    expect(told).toEqual([
      expect.objectContaining({ what: 'Points beyond the limit', about: '7,000 points' }),
    ])
    expect(JSON.stringify(told)).not.toContain('line is down')
    // Their own limit, per till: 10,000.
    expect(await till.refused('cashier', 'sale.record', sale(3_100, by))).toMatchObject({
      code: 'override_limit',
      params: { max: 3_000 },
    })
    await till.done('cashier', 'sale.record', sale(3_000, by))
    await exact(till)
  })
})

describe('who is to have points here without a network', () => {
  it('nobody of whom head office has sent no account', async () => {
    const shop = await begun()
    await shop.till.sell(shop.ada, 5_000)
    await sendAll(shop.till, shop.hq)
    expect((await shop.till.open.sync('lease_asks', {})).asks).toEqual([])
  })
})
