import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBackup } from '../../../hq/db/backup.ts'
import { restoreBackup } from '../../../hq/services/backup.ts'
import { deactivatePerson, resetPassword, setRole } from '../../../hq/services/people.ts'
import { createTenant } from '../../../hq/services/tenants.ts'
import type { HqRole } from '../../../shared/hq/roles.ts'
import { type ConsoleOffice, ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'
import { BACKUP_KEY, type HqApp, openHqApp } from '../../support/hq-app.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../support/till.ts'

/** Who may sign in, for how long, how often somebody may try, and what no backup brings back. */

const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-people-'))
let office: ConsoleOffice
let limited: HqApp
let other: FreshDatabase
let tenant: string

beforeAll(async () => {
  office = await openConsoleOffice()
  limited = await openHqApp(office.fresh.url, { rateLimits: { everything: 500, enrol: 3 } })
  other = await freshDatabase()
  tenant = (await createTenant(office.parts, { name: 'Alheri Stores', who: 'test' })).tenant
})
afterAll(async () => {
  await limited.close()
  await office.close()
  await other.drop()
  rmSync(work, { recursive: true, force: true })
})

const idOf = async ({ login }: ConsolePerson): Promise<string> => {
  const [row] = await office.db.tenant(tenant, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM hq.person WHERE login = $1', [login]),
  )
  return row?.id ?? ''
}
const about = async (person: ConsolePerson) => ({ tenant, person: await idOf(person), who: 'test' })

test('who was deactivated is signed out and stays out; the last active owner stays', async () => {
  const [first, second] = [await somebody(office, tenant, 'owner'), await somebody(office, tenant, 'owner')]
  expect(await deactivatePerson(office.parts, await about(first))).toEqual({ ok: true, value: null })
  expect(await first.codeOf('overview', {})).toBe('not_signed_in')
  expect((await first.signIn()).body.code).toBe('sign_in_failed')
  const last = { ok: false, refusal: expect.stringContaining('last active owner') }
  expect(await deactivatePerson(office.parts, await about(second))).toEqual(last)
  expect(await setRole(office.parts, { ...(await about(second)), role: 'viewer' })).toEqual(last)
  expect(await second.codeOf('overview', {})).toBe('done')
  expect(await resetPassword(office.parts, await about(first))).toEqual({
    ok: false,
    refusal: expect.stringContaining('was deactivated'),
  })
})

test('two owners who remove each other at the same moment do not both succeed', async () => {
  const { tenant: alone } = await createTenant(office.parts, { name: 'Two Owners', who: 'test' })
  for (const name of ['Ngozi', 'Amina']) await somebody(office, alone, 'owner', name)
  const ids = await office.db.tenant(alone, (tx) => tx.query<{ id: string }>('SELECT id FROM hq.person'))
  const done = await Promise.all(
    ids.map(({ id }) => deactivatePerson(office.parts, { tenant: alone, person: id, who: 'test' })),
  )
  expect(done.filter(({ ok }) => ok)).toHaveLength(1)
  expect(done).toHaveLength(2)
})

test('another role and another password end the sessions', async () => {
  const person = await somebody(office, tenant, 'manager')
  await setRole(office.parts, { ...(await about(person)), role: 'viewer' })
  expect(await person.codeOf('overview', {})).toBe('not_signed_in')
  expect((await person.signIn()).body.person.role).toBe('viewer')
  const reset = await resetPassword(office.parts, await about(person))
  expect(await person.codeOf('overview', {})).toBe('not_signed_in')
  expect((await person.signIn()).status).toBe(401)
  if (!reset.ok) throw new Error(reset.refusal)
  expect((await person.signIn(reset.value.password)).status).toBe(200)
})

test('no backup brings back who was removed, an earlier role or an earlier password', async () => {
  const gone = await somebody(office, tenant, 'manager')
  const lower = await somebody(office, tenant, 'manager')
  const own = await somebody(office, tenant, 'viewer')
  const file = path.join(work, 'monday.kasuwa-hq')
  const before = await openHqApp(office.fresh.url)
  await writeBackup(office.fresh.url, file, before.now(), BACKUP_KEY)
  await deactivatePerson(before.parts, await about(gone))
  await setRole(before.parts, { ...(await about(lower)), role: 'viewer' })
  const there = new ConsolePerson(before.app, own.login, own.password)
  await there.signIn()
  await there.get('session.password', { password: own.password, next: 'seven plain words' })
  const { journal, parts } = before
  const from = {
    url: other.url,
    file,
    key: BACKUP_KEY,
    journal: parts.journal,
    entries: [...journal],
    present: 1,
  }
  expect(await restoreBackup({ ...from, now: before.now() })).toMatchObject({ ok: true })
  await before.close()

  const again = await openHqApp(other.url)
  const enter = (who: ConsolePerson, password = who.password) =>
    new ConsolePerson(again.app, who.login, password).signIn()
  expect((await enter(gone)).status).toBe(401)
  expect((await enter(lower)).body.person.role).toBe('viewer' satisfies HqRole)
  expect((await enter(own)).status).toBe(401)
  expect((await enter(own, 'seven plain words')).status).toBe(200)
  await again.close()
})

test('a session ends a week after it began, however busy it is', async () => {
  const busy = await somebody(office, tenant, 'viewer')
  for (let spent = 0; spent <= 7 * DAY - 7 * HOUR; spent += 7 * HOUR) {
    expect(await busy.codeOf('overview', {})).toBe('done')
    office.clock.pass(7 * HOUR)
  }
  expect(await busy.codeOf('overview', {})).toBe('done')
  office.clock.pass(MINUTE)
  expect(await busy.codeOf('overview', {})).toBe('not_signed_in')
  expect((await busy.signIn()).status).toBe(200)
})

test('the present password is guessed no more often than the one at the door', async () => {
  const found = await somebody(office, tenant, 'viewer')
  const guess = (password: string) =>
    found.codeOf('session.password', { password, next: 'seven plain words' })
  for (let turn = 0; turn < 4; turn += 1) expect(await guess('wrong')).toBe('password_wrong')
  expect(await guess('wrong')).toBe('sign_in_locked')
  expect(await guess(found.password)).toBe('sign_in_locked')
  expect((await found.signIn()).body.code).toBe('sign_in_locked')
  office.clock.pass(31 * SECOND)
  expect(await guess(found.password)).toBe('done')
})

test('one network has one share of tries, however many addresses it asks from', async () => {
  const from = (address: string, url: string) =>
    limited.app.inject({
      method: 'POST',
      url,
      remoteAddress: address,
      headers: { host: 'hq.test', origin: 'http://hq.test' },
      payload: {},
    })
  const statuses: number[] = []
  for (let n = 1; n <= 61; n += 1) {
    statuses.push((await from(`2001:db8:1:2::${n.toString(16)}`, '/api/v1/session')).statusCode)
  }
  expect([...new Set(statuses.slice(0, 60)), statuses[60]]).toEqual([400, 429])
  expect((await from('2001:db8:1:3::1', '/api/v1/session')).statusCode).toBe(400)
  const codes: number[] = []
  for (let n = 1; n <= 4; n += 1) codes.push((await from(`2001:db8:9:2::${n}`, '/sync/v1/enrol')).statusCode)
  expect(codes).toEqual([400, 400, 400, 429])
})

test('more sign-ins at once than are checked in a few seconds are asked to come again', async () => {
  const people = Array.from(
    { length: 120 },
    (_, n) => new ConsolePerson(office.app, `nobody-${n}`, 'seven plain words'),
  )
  const said = await Promise.all(people.map((person) => person.signIn()))
  const away = said.filter(({ status }) => status === 503)
  expect(away.length).toBeGreaterThan(0)
  expect(away[0]).toMatchObject({ body: { code: 'unavailable' }, headers: { 'retry-after': '5' } })
  expect(said.filter(({ status }) => status === 401)).toHaveLength(120 - away.length)
})

test('an owner sees who signs in, adds somebody, and changes what they may do; the audit names the owner', async () => {
  const { tenant: shop } = await createTenant(office.parts, { name: 'People Room', who: 'test' })
  const owner = await somebody(office, shop, 'owner', 'Ngozi Eze')
  const list = async () => (await owner.get('people.list', {})).people
  expect(await list()).toMatchObject([
    { name: 'Ngozi Eze', role: 'owner', active: true, last_sign_in: office.clock.wallMs },
  ])

  const wanted = { login: ' Musa ', name: 'Musa Danladi', role: 'viewer' } as const
  const added = await owner.get('people.add', wanted)
  expect(added.login).toBe('musa')
  const taken = await owner.ask('people.add', wanted)
  expect([taken.body.code, taken.body.detail]).toEqual([
    'refused',
    expect.stringContaining('somebody called musa'),
  ])
  const musa = new ConsolePerson(office.app, 'musa', added.password)
  const known = (await list()).find(({ login }) => login === 'musa')
  expect(known).toMatchObject({ name: 'Musa Danladi', role: 'viewer', active: true, last_sign_in: null })
  const id = known?.id ?? ''
  office.clock.pass(MINUTE)
  expect((await musa.signIn()).status).toBe(200)
  expect((await list()).find((one) => one.id === id)?.last_sign_in).toBe(office.clock.wallMs)

  expect(await owner.codeOf('people.role', { id, role: 'manager' })).toBe('done')
  expect(await musa.codeOf('overview', {})).toBe('not_signed_in')
  expect((await musa.signIn()).body.person.role).toBe('manager')
  const anew = await owner.get('people.password', { id })
  expect((await musa.signIn()).status).toBe(401)
  expect((await musa.signIn(anew.password)).status).toBe(200)
  expect(await owner.codeOf('people.deactivate', { id })).toBe('done')
  expect((await musa.signIn(anew.password)).status).toBe(401)
  expect((await list()).map(({ login, active }) => [login === 'musa', active])).toEqual([
    [false, true],
    [true, false],
  ])
  const audit = (await owner.get('audit.list', { what: 'person.' })).rows
  expect(audit.slice(0, 4).map(({ who, what, about }) => [who, what, about])).toEqual(
    ['person.deactivated', 'person.password_reset', 'person.role', 'person.created'].map((what) => [
      'Ngozi Eze',
      what,
      id,
    ]),
  )
  // What was shown once stands nowhere, not even among the answers that are kept for a second try.
  const kept = await office.db.tenant(shop, (tx) => tx.query('SELECT answer FROM hq.console_answer'))
  expect(kept.length).toBeGreaterThan(0)
  for (const secret of [added.password, anew.password]) expect(JSON.stringify(kept)).not.toContain(secret)
})

test('nobody changes their own role or takes it from themselves, nor sees another business', async () => {
  const { tenant: shop } = await createTenant(office.parts, { name: 'Their Own', who: 'test' })
  const owner = await somebody(office, shop, 'owner')
  await somebody(office, shop, 'owner')
  const stranger = await somebody(office, tenant, 'owner')
  const [theirs] = (await stranger.get('people.list', {})).people
  for (const { id } of (await owner.get('people.list', {})).people) expect(id).not.toBe(theirs?.id)
  const me = (await owner.get('people.list', {})).people.find(({ login }) => login === owner.login)?.id ?? ''
  for (const id of [me, theirs?.id ?? '']) {
    expect(await owner.codeOf('people.role', { id, role: 'viewer' })).toBe('refused')
    expect(await owner.codeOf('people.deactivate', { id })).toBe('refused')
    expect(await owner.codeOf('people.password', { id })).toBe('refused')
  }
  expect(await owner.codeOf('overview', {})).toBe('done')
  expect(await stranger.codeOf('overview', {})).toBe('done')
})

test('two owners who add the same name at the same moment add one person', async () => {
  const { tenant: shop } = await createTenant(office.parts, { name: 'At Once', who: 'test' })
  const owner = await somebody(office, shop, 'owner')
  const wanted = { login: 'at-once', name: 'Once', role: 'viewer' } as const
  const codes = await Promise.all([owner.codeOf('people.add', wanted), owner.codeOf('people.add', wanted)])
  expect(codes.toSorted()).toEqual(['done', 'refused'])
})
