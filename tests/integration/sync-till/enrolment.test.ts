import { afterEach, describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import { customerId } from '../../../shared/domain/identity.ts'
import { IDENTITY_KEY, problemOf, ScriptedHq, TENANT } from '../../support/scripted-hq.ts'
import { enrolAt, HQ_URL, requestOf, sendAll } from '../../support/sync-till.ts'
import { commandId, MINUTE, newTill, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

afterEach(removeTempDirs)

const hqFor = (till: TestTill): ScriptedHq => new ScriptedHq(() => till.clock.wallMs)
const CODE = { url: HQ_URL, code: 'ABCD-2345-EFGH' }

/** The ledger is whole, and a rebuild finds the same. */
async function whole(till: TestTill): Promise<void> {
  const checked = await till.verify()
  expect(checked.findings).toEqual([])
  expect(checked.ok).toBe(true)
  expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
}

describe('enrolling', () => {
  it.each([
    ['http://hq.example.com', 'hq_not_secure'],
    ['hq.example.com', 'hq_address'],
    ['ftp://hq.example.com', 'hq_address'],
    ['https://somebody:secret@hq.example.com', 'hq_address'],
  ])('sends nothing to %s', async (url, code) => {
    const till = await newTill()
    expect(await till.code('admin', 'hq.enrol', { ...CODE, url })).toBe(code)
    expect((await till.open.sync('connection', {})).enrolling).toBeNull()
  })

  it('takes plain http on this machine alone, and refuses what is no code', async () => {
    const till = await newTill()
    expect(await till.code('admin', 'hq.enrol', { ...CODE, code: '--' })).toBe('enrol_code')
    void till.ask('admin', 'hq.enrol', { ...CODE, url: 'http://127.0.0.1:4870/', command_id: commandId() })
    await requestOf(till)
    expect((await till.open.sync('connection', {})).enrolling?.url).toBe('http://127.0.0.1:4870')
  })

  it('opens a new epoch under head office and keeps everything, sessions and answers too', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const sale = { ...saleOf(ada, 5_000), command_id: commandId() }
    const sold = await till.done('cashier', 'sale.record', sale)
    const before = till.till.ledger.ids

    const told = await enrolAt(till, hq)
    expect(told).toEqual({ tenant_name: 'Kasuwa Stores', store_name: 'Main street', till_name: 'Till A' })
    expect(till.till.ledger.ids).toEqual({ tenant: TENANT, device: before.device })
    const { connection, stopped } = await till.done('manager', 'hq.connection', {})
    expect(connection).toMatchObject({ url: HQ_URL, epoch: 2, device: before.device })
    expect(stopped).toBeNull()
    // The same command again, with the session of before: one effect and one answer.
    expect(await till.done('cashier', 'sale.record', sale)).toEqual(sold)
    await whole(till)
    await till.restart()
    await whole(till)
    expect((await till.done('cashier', 'customer.card', { customer_id: ada })).visits.count).toBe(1)
  })

  it('brings every epoch so far to head office, once', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    const ada = await till.enrol('08031234567')
    await till.sell(ada, 5_000)
    await enrolAt(till, hq)
    expect(await sendAll(till, hq)).toBe('done')
    const ids = till.db.prepare<[], string>('SELECT id FROM event ORDER BY place').pluck().all()
    expect(hq.events.map((e) => e.id)).toEqual(ids)
    expect(hq.events.at(-1)?.tenant).toBe(TENANT)
    const { health } = await till.done('manager', 'health.get', {})
    expect(health).toMatchObject({ waiting: 0, oldest_waiting_at: null, connected_to_hq: true })
  })

  it('knows what head office will call its own customers', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    const ada = await till.enrol('08031234567')
    await enrolAt(till, hq)
    const identity = { kind: 'phone', value: '+2348031234567' } as const
    const root = customerId(nodeDigest, nodeDigest.fromHex(IDENTITY_KEY), TENANT, identity, 0)
    expect(till.db.prepare('SELECT root FROM alias WHERE id = ?').pluck().get(ada)).toBe(root)
    // Known under the id that this till has: not enrolled a second time, and once in a list.
    const again = await till.refused('cashier', 'customer.enrol', {
      phone: '0803 123 4567',
      email: '',
      card: '',
      name: '',
      birth: '',
      consent: { marketing: 'not_asked', wording: '' },
    })
    expect(again.code).toBe('already_enrolled')
    const found = await till.done('cashier', 'customer.search', { text: '08031234567' })
    expect(found.results).toHaveLength(1)
    expect(found.can_enrol).toBe(false)
    const bola = await till.enrol('08039876543')
    const other = { kind: 'phone', value: '+2348039876543' } as const
    expect(bola).toBe(customerId(nodeDigest, nodeDigest.fromHex(IDENTITY_KEY), TENANT, other, 0))
  })

  it('writes again, with the same ids, what was sold while the code was on its way', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    const ada = await till.enrol('08031234567')
    const asked = till.done('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    till.clock.pass(3 * MINUTE)
    const late = await till.sell(ada, 7_000)
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
    await asked
    expect(await till.balance(ada)).toBe(late.balance)
    await whole(till)
    expect(await sendAll(till, hq)).toBe('done')
    const arrived = hq.events.filter((e) => e.id === late.sale_id)
    expect(arrived.map((e) => e.epoch)).toEqual([2])
    // Value dates never go back within a chain, so its first event is no later than what is written again.
    const second = hq.events.filter((e) => e.epoch === 2)
    expect(second[0]?.trusted).toBeLessThanOrEqual(arrived[0]?.trusted ?? 0)
  })

  it('takes the place and the zone of head office, with what was sold meanwhile', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    hq.timeZone = 'Asia/Tokyo'
    const asked = till.done('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    await till.sell(null, 7_000)
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
    await asked
    await till.sell(null, 9_000)
    const { store } = await till.done(null, 'system.status', {})
    expect(store).toMatchObject({ time_zone: 'Asia/Tokyo', store_name: 'Main street', till_name: 'Till A' })
    await whole(till)
  })

  it('does not believe a clock of head office from before this app was made, and asks again', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    const asked = till.refused('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    const before = till.till.ledger.writer.head()
    const reply = hq.enrol(request, { hq_time: RELEASE.builtMs - 1 })
    await expect(till.open.sync('enrolled', { url: HQ_URL, reply })).rejects.toThrow(/clock of head office/)
    const refused = await asked
    expect(refused.code).toBe('hq_refused')
    expect(refused.sentence).toMatch(/clock at head office .* Nothing was changed .* Ask head office/)
    expect(till.till.ledger.writer.head()).toEqual(before)
    expect(await till.open.sync('connection', {})).toMatchObject({ connection: null, enrolling: { request } })
    await till.sell(null, 1_000)
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request, { hq_time: RELEASE.builtMs }) })
    expect((await till.open.sync('connection', {})).connection?.epoch).toBe(2)
    await whole(till)
  })

  it('says why a code is refused, and is as before', async () => {
    const till = await newTill()
    const asked = till.refused('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    await requestOf(till)
    await till.open.sync('enrol_refused', { problem: problemOf('throttled') })
    await till.open.sync('enrol_refused', { problem: problemOf('code_wrong', { detail: 'Too old.' }) })
    const refused = await asked
    expect(refused.code).toBe('hq_refused')
    expect(refused.sentence).toContain('Too old. This till')
    expect(await till.open.sync('connection', {})).toMatchObject({ connection: null, enrolling: null })
    await whole(till)
  })
})

describe('an enrolment that is cut off', () => {
  it('after the key was kept: the same key goes with the next code', async () => {
    const till = await newTill()
    const asked = till.ask('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const first = await requestOf(till)
    await till.restart()
    expect(await requestOf(till)).toEqual(first)
    void till.ask('admin', 'hq.enrol', { ...CODE, code: 'WXYZ-2345', command_id: commandId() })
    await expect
      .poll(async () => JSON.parse((await requestOf(till)).body).code as string, { timeout: 20_000 })
      .toBe('WXYZ2345')
    const keyOf = (body: string): string => (JSON.parse(body) as { public_key: string }).public_key
    expect(keyOf((await requestOf(till)).body)).toBe(keyOf(first.body))
    void asked
  })

  it('before the answer was booked: the same request gets the same answer', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    void till.ask('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    hq.enrol(await requestOf(till))
    await till.restart()
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(await requestOf(till)) })
    expect((await till.open.sync('connection', {})).connection?.epoch).toBe(2)
    expect(await sendAll(till, hq)).toBe('done')
    await whole(till)
  })

  it('after it was booked and before the shell changed the key: the new key is there', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    void till.ask('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    till.keys.save = async () => {
      throw new Error('struck down')
    }
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
    await till.restart()
    await till.sell(null, 3_000)
    expect(await sendAll(till, hq)).toBe('done')
    await whole(till)
  })

  it('and answered twice: the second answer does nothing', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    void till.ask('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
    const events = till.till.ledger.writer.head().place
    await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
    expect(till.till.ledger.writer.head().place).toBe(events)
  })

  it('and made by another business: the till stays where it belongs', async () => {
    const till = await newTill()
    const hq = hqFor(till)
    await enrolAt(till, hq)
    const asked = till.refused('admin', 'hq.enrol', { ...CODE, command_id: commandId() })
    const request = await requestOf(till)
    const reply = hq.enrol(request)
    const other = { ...reply, tenant: { ...reply.tenant, id: '11'.repeat(16), name: 'Another' } }
    await till.open.sync('enrolled', { url: HQ_URL, reply: other })
    expect((await asked).code).toBe('hq_refused')
    expect(till.till.ledger.ids.tenant).toBe(TENANT)
  })
})
