import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStore } from '../../../hq/services/stores.ts'
import { createTenant } from '../../../hq/services/tenants.ts'
import { HQ_ROLES } from '../../../shared/hq/roles.ts'
import { ROUTES, type RouteName } from '../../../shared/hq/routes.ts'
import { TillPolicy } from '../../../shared/sync/rows.ts'
import { type ConsoleOffice, ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'
import { keysOf, makeTenant, registerTill, STORE, sendAll } from '../../support/head-office.ts'
import { HOUR, MINUTE, newTill, points, removeTempDirs, SECOND, type TestTill } from '../../support/till.ts'

/** The console's API: who may ask, what is seen, and that nobody sees another business. */

let office: ConsoleOffice
let till: TestTill
let tenant: string
let device: string
let amina: string
let owner: ConsolePerson
let manager: ConsolePerson
let viewer: ConsolePerson

beforeAll(async () => {
  office = await openConsoleOffice()
  till = await newTill()
  tenant = await makeTenant(office, keysOf(till))
  const from = await registerTill(office, tenant, till)
  device = from.device
  amina = await till.enrol('08031234567', { name: 'Amina Bello' })
  await till.sell(amina, 50_000)
  await till.sell(amina, 10_000, { redeem: points(200) })
  await sendAll(office, from)
  owner = await somebody(office, tenant, 'owner', 'Ngozi Eze')
  manager = await somebody(office, tenant, 'manager', 'Musa Danladi')
  viewer = await somebody(office, tenant, 'viewer')
}, 60_000)
afterAll(async () => {
  removeTempDirs()
  await office.close()
})

describe('signing in', () => {
  test('gives a cookie that scripts cannot read, and nothing before it', async () => {
    const person = new ConsolePerson(office.app, owner.login, owner.password)
    expect(await person.codeOf('overview', {})).toBe('not_signed_in')
    const said = await person.signIn()
    expect(said.body.person).toMatchObject({ name: 'Ngozi Eze', role: 'owner' })
    expect(said.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict$/)
    expect(await person.codeOf('overview', {})).toBe('done')
    await person.ask('session.sign_out', {})
    expect(await person.codeOf('overview', {})).toBe('not_signed_in')
    // Elsewhere than on this machine the cookie travels encrypted or not at all.
    const away = await person.raw(
      'POST',
      '/api/v1/session',
      { login: person.login, password: person.password },
      { host: 'hq.example', origin: 'https://hq.example' },
    )
    expect(away.headers['set-cookie']).toContain('Secure')
  })

  test('is said to have failed in the same words for a wrong password and for a name nobody has', async () => {
    const known = await somebody(office, tenant, 'viewer')
    const nobody = new ConsolePerson(office.app, 'nobody', 'x')
    for (const person of [known, nobody]) {
      const answers: (string | number)[] = []
      for (let turn = 0; turn < 6; turn++) {
        const { status, body } = await person.signIn('wrong')
        answers.push(status, body.detail)
      }
      const failed = 'That name and password do not go together. Check both and try again.'
      const locked = 'Too many wrong passwords. Nothing is lost. Try again in 30 seconds.'
      expect(answers).toEqual([401, failed, 401, failed, 401, failed, 401, failed, 429, locked, 429, locked])
    }
    expect((await known.signIn()).status).toBe(429)
    office.clock.pass(31 * SECOND)
    expect((await known.signIn('wrong')).body.retry_ms).toBe(60 * SECOND)
    office.clock.pass(61 * SECOND)
    expect((await known.signIn()).status).toBe(200)
    // The right password begins the count anew.
    expect((await known.signIn('wrong')).status).toBe(401)
  })

  test('lasts while somebody is at work: what the page asks by itself keeps nobody signed in', async () => {
    const [busy, away] = [await somebody(office, tenant, 'viewer'), await somebody(office, tenant, 'viewer')]
    for (let turn = 0; turn < 3; turn++) {
      office.clock.pass(3 * HOUR)
      expect(await busy.codeOf('tills.list', {})).toBe('done')
      if (turn < 2) expect((await away.ask('pulse', {}, { 'kasuwa-quiet': '1' })).status).toBe(200)
    }
    expect(await busy.codeOf('pulse', {})).toBe('done')
    expect(await away.codeOf('pulse', {})).toBe('not_signed_in')
    await Promise.all([owner, manager, viewer].map((person) => person.signIn()))
  })

  test('a new password ends the sessions elsewhere, and needs the present one', async () => {
    const here = await somebody(office, tenant, 'viewer')
    const there = new ConsolePerson(office.app, here.login, here.password)
    await there.signIn()
    expect(await here.codeOf('session.password', { password: 'wrong', next: 'seven plain words' })).toBe(
      'password_wrong',
    )
    expect(await here.codeOf('session.password', { password: here.password, next: 'short' })).toBe(
      'malformed',
    )
    expect(
      await here.codeOf('session.password', { password: here.password, next: 'seven plain words' }),
    ).toBe('done')
    expect(await here.codeOf('pulse', {})).toBe('done')
    expect(await there.codeOf('pulse', {})).toBe('not_signed_in')
    expect((await there.signIn()).status).toBe(401)
    expect((await there.signIn('seven plain words')).status).toBe(200)
  })
})

describe('who may ask', () => {
  test('every route refuses whoever is not signed in, and every role below the least', async () => {
    const stranger = new ConsolePerson(office.app, 'x', 'x')
    const people = { viewer, manager, owner }
    for (const [route, { least }] of Object.entries(ROUTES)) {
      if (least === null || route.startsWith('session.')) continue
      // Nothing of this exists, so whoever may ask changes nothing.
      const asked = SAMPLES[route as RouteName] ?? {}
      expect([route, await stranger.codeOf(route as RouteName, asked as never)]).toEqual([
        route,
        'not_signed_in',
      ])
      for (const role of HQ_ROLES) {
        const code = await people[role].codeOf(route as RouteName, asked as never)
        const may = HQ_ROLES.indexOf(role) >= HQ_ROLES.indexOf(least)
        expect([route, role, code === 'not_allowed']).toEqual([route, role, !may])
        expect([route, role, code]).not.toEqual([route, role, 'internal'])
      }
    }
  })

  test('a link of which a piece was lost leads to nothing here, in words', async () => {
    for (const [route, id] of [
      ['customers.one', amina.slice(0, 8)],
      ['tills.one', 'x'],
      ['reconciliations.one', `${device}0`],
    ] as const) {
      const said = await viewer.ask(route, { id })
      expect([said.status, said.body.code]).toEqual([404, 'not_found'])
      expect(said.body.detail).toContain('This link leads to nothing here')
    }
  })

  test('a change from another site, without a key or not as JSON is refused', async () => {
    const rename = (headers: Record<string, string>, body: unknown = { name: 'Ours' }) =>
      owner.raw('PATCH', `/api/v1/stores/${STORE}`, body, headers)
    const codes = async (...tries: Promise<{ body: unknown }>[]) =>
      (await Promise.all(tries)).map(({ body }) => (body as { code?: string }).code)
    expect(
      await codes(
        rename({ origin: 'https://elsewhere.example' }),
        rename({ origin: '' }),
        rename({ 'sec-fetch-site': 'same-site' }),
        rename({ 'sec-fetch-site': 'cross-site' }),
        rename({ 'idempotency-key': 'short' }),
        rename({ 'content-type': 'text/plain' }, '{"name":"x"}'),
        rename({ 'content-type': 'application/x-www-form-urlencoded' }, 'name=x'),
      ),
    ).toEqual([...Array(4).fill('wrong_origin'), 'key_missing', 'not_json', 'not_json'])
    expect((await owner.get('stores.list', {})).stores.map(({ name }) => name)).toEqual(['Main'])
  })

  test('the same change with the same key is made once; the key is good for nothing else', async () => {
    const key = { 'idempotency-key': 'the-same-key' }
    const first = await manager.ask('stores.create', { name: 'Balogun' }, key)
    const again = await manager.ask('stores.create', { name: 'Balogun' }, key)
    expect(again.body).toEqual(first.body)
    expect((await manager.ask('stores.create', { name: 'Bodija' }, key)).body.code).toBe('key_reused')
    expect((await owner.ask('stores.create', { name: 'Bodija' }, key)).status).toBe(200)
    const names = (await manager.get('stores.list', {})).stores.map(({ name }) => name)
    expect(names).toEqual(['Balogun', 'Bodija', 'Main'])
  })
})

const NOWHERE = 'e'.repeat(32)
/** For each route with an input, something that is understood and is not there. */
const SAMPLES: Partial<Record<RouteName, object>> = {
  'stores.create': { name: '' },
  'stores.rename': { id: NOWHERE, name: 'x' },
  'stores.policy': {
    id: NOWHERE,
    mark: '',
    ...TillPolicy.parse({}),
  },
  'people.add': { login: 'demo', name: '', role: 'viewer' },
  'people.role': { id: NOWHERE, role: 'viewer' },
  'people.deactivate': { id: NOWHERE },
  'people.password': { id: NOWHERE },
  'tills.one': { id: NOWHERE },
  'tills.new_code': { store: NOWHERE, name: 'x' },
  'tills.code': { id: NOWHERE },
  'tills.change': { id: NOWHERE, name: 'x', store: NOWHERE },
  'tills.revoke': { id: NOWHERE, why: 'lost' },
  'tills.write_off': { id: NOWHERE, reason: 'x' },
  'tills.reconcile': { id: NOWHERE },
  'customers.one': { id: NOWHERE },
  'events.one': { device: NOWHERE, epoch: 1, seq: 1 },
  'exceptions.decide': { id: NOWHERE, decision: 'noted', reason: '' },
  'reconciliations.one': { id: NOWHERE },
  'reconciliations.sign_off': { id: NOWHERE },
}

describe('what is seen', () => {
  test('today, the till, the customer and every entry as received', async () => {
    const seen = await viewer.get('overview', {})
    expect(seen.today).toMatchObject({ sales: 2, gross_kobo: 6_000_000, points_used: 200, new_customers: 1 })
    expect(seen.latest[0]).toMatchObject({
      kind: 'points.redeemed',
      customer_name: 'Amina Bello',
      points: -200,
    })
    const { till: one, epochs } = await viewer.get('tills.one', { id: device })
    expect(one).toMatchObject({ name: 'Till', store_name: 'Main', state: 'active', unsent: 0 })
    expect(epochs).toMatchObject([{ epoch: 1, events: till.till.ledger.writer.head().seq, alone: false }])
    const { rows } = await viewer.get('customers.find', { text: '0803 123' })
    expect(rows).toMatchObject([{ id: amina, phone: '0803 123 4567', sale_count: 2, spend_kobo: 5_980_000 }])
    for (const text of ['bello', 'AMINA', '4567']) {
      expect([text, (await viewer.get('customers.find', { text })).rows.length]).toEqual([text, 1])
    }
    expect((await viewer.get('customers.find', { text: '%' })).rows).toEqual([])
    const customer = await viewer.get('customers.one', { id: amina })
    expect(customer.accounts[0]?.open).toBe(await till.balance(amina))
    expect(customer.lines.map(({ kind }) => kind)).toContain('redeem')
  })

  test('entries by every filter, page by page in one order, and one of them in full', async () => {
    const all = (await viewer.get('events.list', {})).rows
    const paged: unknown[] = []
    let cursor: string | null | undefined
    do {
      const page = await viewer.get('events.list', { limit: 2, ...(cursor ? { cursor } : {}) })
      paged.push(...page.rows)
      cursor = page.next
    } while (cursor)
    expect(paged).toEqual(all)
    const count = async (filter: Record<string, string>) =>
      (await viewer.get('events.list', filter)).rows.length
    expect(await count({ kind: 'sale.recorded' })).toBe(2)
    expect(await count({ kind: 'sale.recorded,customer.enrolled' })).toBe(3)
    expect(await count({ customer: amina })).toBeGreaterThan(4)
    expect(await count({ till: device, outcome: 'posted', store: STORE })).toBe(all.length)
    expect(await count({ till: NOWHERE })).toBe(0)
    expect(await count({ from: '2026-12-01', to: '2026-12-01' })).toBe(all.length)
    expect(await count({ to: '2026-11-30' })).toBe(0)
    const sale = all.find(({ kind }) => kind === 'sale.recorded')
    if (!sale) throw new Error('there is a sale')
    const whole = await viewer.get('events.one', sale)
    expect(JSON.parse(whole.text ?? '')).toMatchObject({ kind: 'sale.recorded', seq: sale.seq })
    expect(whole).toMatchObject({ receipted: true, personal: 'none' })
    expect(whole.prev_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('the file holds the same entries, and no cell runs as a formula', async () => {
    const mallory = await till.enrol('08039999999', { name: '=cmd|calc' })
    await till.sell(mallory, 1_000)
    await sendAll(office, { till, tenant, device, chainTenant: tenant, chainDevice: device })
    const csv = await viewer.raw('GET', '/api/v1/events/file?format=csv&kind=sale.recorded')
    expect(csv.headers['content-disposition']).toContain('kasuwa-entries.csv')
    const lines = csv.text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(4)
    expect(csv.text).toContain(`"'=cmd|calc"`)
    const json = await viewer.raw('GET', '/api/v1/events/file?format=json')
    expect(json.body).toHaveLength((await viewer.get('events.list', { limit: 200 })).rows.length)
    expect((await viewer.get('audit.list', { what: 'ledgers' })).rows).toHaveLength(2)
  })

  test('another business sees nothing of it, whatever it names', async () => {
    const other = (await createTenant(office.parts, { name: 'Other', who: 'test' })).tenant
    await createStore(office.parts, { tenant: other, name: 'Far', who: 'test' })
    const spy = await somebody(office, other, 'owner')
    const asked: { [R in RouteName]?: object } = {
      'tills.one': { id: device },
      'tills.code': { id: device },
      'tills.revoke': { id: device, why: 'stolen' },
      'tills.write_off': { id: device, reason: 'mine now' },
      'tills.reconcile': { id: device },
      'tills.change': { id: device, name: 'Mine', store: STORE },
      'tills.new_code': { store: STORE, name: 'Mine' },
      'stores.rename': { id: STORE, name: 'Mine' },
      'customers.one': { id: amina },
      'events.one': { device, epoch: 1, seq: 1 },
    }
    for (const [route, question] of Object.entries(asked)) {
      expect([route, await spy.codeOf(route as RouteName, question as never)]).toEqual([route, 'not_found'])
    }
    expect((await spy.get('events.list', { till: device })).rows).toEqual([])
    expect((await spy.get('customers.find', {})).rows).toEqual([])
    expect((await spy.get('tills.list', {})).tills).toEqual([])
    expect(JSON.stringify(await spy.get('audit.list', {}))).not.toContain('Ngozi')
    expect((await spy.raw('GET', '/api/v1/events/file?format=json')).body).toEqual([])
    expect((await viewer.get('tills.one', { id: device })).till).toMatchObject({
      name: 'Till',
      state: 'active',
    })
  })
})

describe('what is changed', () => {
  test('each with a line in the audit under the name of the person', async () => {
    const { id } = await manager.get('stores.create', { name: 'Wuse' })
    await manager.get('stores.rename', { id, name: 'Wuse Market' })
    const made = (await viewer.get('stores.list', {})).stores.find((one) => one.id === id)
    const policy = TillPolicy.parse({ mask_phones: true, floor_till_points: 900 })
    await manager.get('stores.policy', { id, mark: made?.policy_mark ?? '', ...policy })
    await manager.get('tills.change', { id: device, name: 'Till 9', store: id })
    const code = await manager.get('tills.code', { id: device })
    expect(code).toMatchObject({ name: 'Till 9', store_name: 'Wuse Market', life_ms: 10 * MINUTE })
    expect(code.code).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){2}$/)
    const store = (await viewer.get('stores.list', {})).stores.find((one) => one.id === id)
    expect(store).toMatchObject({ name: 'Wuse Market', tills: 1, policy: { floor_till_points: 900 } })
    const { rows } = await viewer.get('audit.list', { who: 'Musa Danladi', limit: 5 })
    expect(rows.map(({ what }) => what)).toEqual([
      'code.made',
      'till.changed',
      'store.policy',
      'store.renamed',
      'store.created',
    ])
    expect(JSON.stringify(rows)).not.toContain(code.code)
    expect(await owner.codeOf('tills.revoke', { id: device, why: 'stolen' })).toBe('done')
    expect(await viewer.get('tills.one', { id: device })).toMatchObject({
      till: { state: 'revoked', state_reason: 'stolen' },
      stopped: true,
    })
  })
})

test('whatever is sent to the console, nothing of it is a fault of the server', async () => {
  let seed = 20_261_121
  const chance = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  const odd = [
    null,
    -1,
    1e300,
    '',
    '\u0000',
    'x'.repeat(5_000),
    "' OR 1=1 --",
    {},
    [[]],
    true,
    '../..',
    '%00',
    '\ud800',
  ]
  const one = (): unknown => odd[chance(odd.length)]
  const names = Object.keys(ROUTES) as RouteName[]
  for (let turn = 0; turn < 300; turn++) {
    const { method, path } = ROUTES[names[chance(names.length)] ?? 'overview']
    const text = (): string => encodeURIComponent(String(one()).replaceAll(/\p{Surrogate}/gu, '?'))
    const url = `/api/v1${path.replaceAll(/:\w+/g, () => (chance(3) === 0 ? NOWHERE : text()))}`
    const fields = [
      'id',
      'name',
      'cursor',
      'limit',
      'till',
      'kind',
      'from',
      'reason',
      'decision',
      'login',
      'password',
      'text',
    ]
    const picked = fields.filter(() => chance(3) === 0)
    const said =
      method === 'GET'
        ? await owner.raw('GET', `${url}?${picked.map((name) => `${name}=${text()}`).join('&')}`)
        : path === '/session'
          ? { status: 200, text: '' }
          : await owner.raw(
              method,
              url,
              chance(5) === 0 ? String(one()) : Object.fromEntries(picked.map((name) => [name, one()])),
            )
    expect([url, said.status < 500, said.text.slice(0, 300)]).toEqual([url, true, said.text.slice(0, 300)])
    expect(said.text).not.toMatch(/node_modules|\.ts:\d|SELECT |INSERT /)
  }
}, 60_000)

test('a name is open to its owner whatever strangers guess, and theirs is slow from however many places', async () => {
  const known = await somebody(office, tenant, 'viewer')
  const ask = async (password: string, place: number) => {
    const from = { 'x-forwarded-for': `192.0.2.${place}` }
    const { status, body } = await known.ask('session.sign_in', { login: known.login, password }, from)
    return status === 429 ? body.retry_ms : status
  }
  const ofKnown = <R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> =>
    office.db.tenant(tenant, (tx) => tx.query<R>(sql, [known.login, ...values]))
  // 98 of the hundred that strangers have were tried.
  const used = office.clock.wallMs + 98 * 36 * SECOND
  await ofKnown('UPDATE hq.person SET strangers_until = $2 WHERE login = $1', [used])
  expect([await ask('wrong', 1), await ask('wrong', 2)]).toEqual([401, 401])
  // From a place that is new to them the owner waits their turn, and no longer.
  expect([await ask('wrong', 3), await ask(known.password, 4)]).toEqual([36 * SECOND, 36 * SECOND])
  expect((await known.signIn()).status).toBe(200)
  office.clock.pass(36 * SECOND)
  expect([await ask(known.password, 4), await ask('wrong', 5), await ask('wrong', 6)]).toEqual([
    200,
    401,
    36 * SECOND,
  ])
  expect(await ask(known.password, 4)).toBe(200)
  // What strangers leave behind is forgotten.
  office.clock.pass(25 * HOUR)
  await known.signIn()
  const networks = () =>
    ofKnown(
      'SELECT network FROM hq.sign_in WHERE person = (SELECT id FROM hq.person WHERE login = $1) ORDER BY 1',
    )
  expect(await networks()).toEqual([{ network: '127.0.0.1' }, { network: '192.0.2.4' }])
  office.clock.pass(91 * 24 * HOUR)
  await known.signIn()
  expect(await networks()).toEqual([{ network: '127.0.0.1' }])
})
