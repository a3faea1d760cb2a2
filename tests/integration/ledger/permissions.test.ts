import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { may, ROLES, type Role } from '../../../shared/base/roles.ts'
import { CONTRACT, type Input, type Method, type MethodName } from '../../../shared/ipc/contract.ts'
import { HOUR, MINUTE, newTill, removeTempDirs, SECOND, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const METHODS = Object.entries(CONTRACT) as [MethodName, Method][]
const GUARDED = METHODS.filter(([, { access }]) => access !== 'open')

/** An input that no schema takes: it shows whether the door or the schema answered first. */
const NONSENSE = {
  limit: 'x',
  text: 7,
  customer_id: 7,
  command_id: 7,
  date: 7,
  what: 7,
  staff_id: 7,
} as never

describe('who may do what', () => {
  let till: TestTill
  beforeAll(async () => {
    till = await newTill()
  })

  it.each(
    GUARDED.flatMap(([name, { access }]) => ROLES.map((role) => [name, role, access] as const)),
  )('%s as %s', async (name, role: Role, access) => {
    const allowed = access === 'signed_in' || access === 'open' || may(role, access)
    const reply = await till.ask(role, name, NONSENSE)
    if (!allowed) {
      expect(reply).toMatchObject({ outcome: 'refused', refusal: { code: 'not_allowed' } })
      return
    }
    // What takes no input is carried out, and this till works alone.
    if (reply.outcome === 'refused') {
      expect(reply.refusal.code).toBe(name === 'hq.send_now' ? 'not_enrolled' : 'invalid')
    }
    // Signing out takes an empty input and ends the session: the next method needs another one.
    if (name === 'session.sign_out') till = await newTill()
  })

  it.each(GUARDED)('%s without a session, or with one that nobody has, is refused', async (name) => {
    for (const token of ['', 'f'.repeat(64), "' OR 1=1 --"]) {
      expect(await till.ask({ token }, name, NONSENSE)).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'signed_out' },
      })
    }
  })

  it('refuses a method that there is not, and a second set-up', async () => {
    for (const method of ['nothing.here', '__proto__', 'constructor']) {
      expect(await till.ask('admin', method as MethodName, {} as never)).toMatchObject({
        refusal: { code: 'unknown_method' },
      })
    }
    expect(await till.code(null, 'setup.begin', {} as Input<'setup.begin'>)).toBe('already_set_up')
  })

  it('only shows active people and no PIN before anyone is signed in', async () => {
    const status = await till.done(null, 'system.status', {})
    expect(status.staff.map((s) => s.name).toSorted()).toEqual(['Amina', 'Bola', 'Chidi', 'Dayo'])
    expect(JSON.stringify(status)).not.toMatch(/argon2|pin/)
  })
})

describe('a session', () => {
  it('is locked after five minutes without a hand on it, and not before', async () => {
    const till = await newTill()
    till.clock.pass(5 * MINUTE)
    await till.done('cashier', 'session.touch', {})
    till.clock.pass(5 * MINUTE)
    await till.done('cashier', 'customer.search', { text: 'ada' })
    till.clock.pass(1)
    expect(await till.code('cashier', 'customer.search', { text: 'ada' })).toBe('signed_out')
    // Looking alone keeps nobody signed in, or a screen that polls would never lock.
    expect(await till.code('cashier', 'session.touch', {})).toBe('signed_out')
  })

  it('survives a restart of the program', async () => {
    const till = await newTill()
    till.clock.pass(4 * MINUTE)
    await till.done('cashier', 'session.touch', {})
    await till.restart()
    till.clock.pass(4 * MINUTE)
    await till.done('cashier', 'session.touch', {})
    till.clock.pass(6 * MINUTE)
    await till.restart()
    expect(await till.code('cashier', 'session.touch', {})).toBe('signed_out')
  })

  it('ends when its person signs out, is let go, gets another PIN or role', async () => {
    const till = await newTill()
    const edit = { name: null, role: null, active: null, pin: null }
    await till.done('cashier', 'session.sign_out', {})
    expect(await till.code('cashier', 'session.touch', {})).toBe('signed_out')
    const supervisor = { ...edit, staff_id: till.people.supervisor.id }
    await till.done('admin', 'staff.update', { ...supervisor, pin: '9153' })
    expect(await till.code('supervisor', 'session.touch', {})).toBe('signed_out')
    await till.done('admin', 'staff.update', { ...edit, staff_id: till.people.manager.id, active: false })
    expect(await till.code('manager', 'session.touch', {})).toBe('signed_out')
    // Whoever changes their own PIN stays.
    await till.done('admin', 'staff.update', { ...edit, staff_id: till.people.admin.id, pin: '905318' })
    await till.done('admin', 'session.touch', {})
  })
})

describe('wrong PINs', () => {
  const attempt = (till: TestTill, pin: string) =>
    till.refused(null, 'session.sign_in', { staff_id: till.people.cashier.id, pin })

  it('bring a pause of 30 seconds at the fifth, doubling to an hour, that a restart does not end', async () => {
    const till = await newTill()
    for (const left of [4, 3, 2, 1]) {
      const refusal = await attempt(till, '9999')
      expect([refusal.code, refusal.params['left']]).toEqual(['sign_in_failed', left])
    }
    const pauses: number[] = []
    for (let i = 0; i < 9; i++) {
      const refusal = await attempt(till, '9999')
      expect(refusal.code).toBe('sign_in_locked')
      const seconds = Number(refusal.params['seconds'])
      pauses.push(seconds)
      await till.restart()
      till.clock.pass(seconds * SECOND - 1)
      // The right PIN does not help during the pause, and is not counted.
      expect((await attempt(till, till.people.cashier.pin)).params['seconds']).toBe(1)
      till.clock.pass(1)
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
    await till.signIn('cashier')
    expect((await attempt(till, '9999')).params['left']).toBe(4)
  })

  it('typed side by side gain nothing', async () => {
    const till = await newTill()
    const tries = Array.from({ length: 12 }, (_, i) => attempt(till, String(1_000 + i * 7)))
    const codes = (await Promise.all(tries)).map((refusal) => refusal.code)
    expect(codes.filter((code) => code === 'sign_in_failed')).toHaveLength(4)
    expect(codes.filter((code) => code === 'sign_in_locked')).toHaveLength(8)
  })

  it('of an approver count as well, for that person alone', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const approver = { ...till.approver('supervisor'), pin: '0000' }
    for (let i = 0; i < 5; i++) {
      const input = { customer_id: ada, points: 5, reason: 'kind', approver }
      await till.refused('cashier', 'points.adjust', input)
    }
    const { id, pin } = till.people.supervisor
    expect(await till.code(null, 'session.sign_in', { staff_id: id, pin })).toBe('sign_in_locked')
    await till.signIn('cashier')
    // A manager may set a new PIN instead of waiting.
    await till.done('manager', 'staff.update', {
      staff_id: id,
      name: null,
      role: null,
      active: null,
      pin: '9153',
    })
    await till.done(null, 'session.sign_in', { staff_id: id, pin: '9153' })
  })

  it('the pause ends although the clock of the machine died and it was started anew', async () => {
    const till = await newTill()
    for (let i = 0; i < 5; i++) await attempt(till, '9999')
    till.close()
    till.clock.setWall(Date.parse('1970-01-01T00:00:20Z'))
    till.clock.reboot()
    await till.reopen()
    expect((await attempt(till, till.people.cashier.pin)).code).toBe('sign_in_locked')
    till.clock.pass(31 * SECOND)
    await till.signIn('cashier')
  })

  it('the pause is not made longer by a date that is set back', async () => {
    const till = await newTill()
    for (let i = 0; i < 5; i++) await attempt(till, '9999')
    await till.done('manager', 'clock.confirm', { date: '2026-11-22' })
    expect((await attempt(till, '2580')).params['seconds']).toBe(30)
    till.clock.pass(30 * SECOND)
    await till.signIn('cashier')
    // And the sessions that were open go on as they were, idle lock included.
    await till.done('manager', 'session.touch', {})
    till.clock.pass(6 * MINUTE)
    expect(await till.code('manager', 'session.touch', {})).toBe('signed_out')
  })

  it.each(['', ' ', 'abcd', '25801', '1'.repeat(64), '２５８０'])('%j is not the PIN', async (pin) => {
    const till = await newTill()
    expect((await attempt(till, pin)).code).toBe('sign_in_failed')
  })

  it('nobody signs in as somebody unknown, or let go', async () => {
    const till = await newTill()
    expect(await till.code(null, 'session.sign_in', { staff_id: 'a'.repeat(32), pin: '2580' })).toBe(
      'sign_in_failed',
    )
    const { id, pin } = till.people.cashier
    await till.done('manager', 'staff.update', {
      staff_id: id,
      name: null,
      role: null,
      active: false,
      pin: null,
    })
    expect(await till.code(null, 'session.sign_in', { staff_id: id, pin })).toBe('sign_in_failed')
    till.clock.pass(HOUR)
  })
})
