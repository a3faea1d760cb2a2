import { afterAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, newTill, removeTempDirs, SECOND, type TestTill } from '../../support/till.ts'

/** What a dishonest cashier could try at the till, or at the clock of its computer. */

afterAll(removeTempDirs)

const attempt = (till: TestTill, pin: string) =>
  till.refused(null, 'session.sign_in', { staff_id: till.people.manager.id, pin })

async function paused(): Promise<TestTill> {
  const till = await newTill()
  for (let i = 0; i < 5; i++) await attempt(till, '000000')
  expect(await attempt(till, '000000')).toMatchObject({ code: 'sign_in_locked', params: { seconds: 30 } })
  return till
}

describe('the pause after wrong PINs', () => {
  it('is not ended by setting the clock of the computer on', async () => {
    const till = await paused()
    till.clock.setWall(till.clock.wallMs + HOUR)
    expect(await attempt(till, '000000')).toMatchObject({ code: 'sign_in_locked', params: { seconds: 30 } })
    till.clock.pass(30 * SECOND)
    expect((await attempt(till, '000000')).params['seconds']).toBe(60)
  })

  it('is not made longer than it is by a clock that ran ahead and was set right', async () => {
    const till = await newTill()
    till.clock.setWall(till.clock.wallMs + 50 * 24 * HOUR)
    for (let i = 0; i < 5; i++) await attempt(till, '000000')
    till.clock.setWall(till.clock.wallMs - 50 * 24 * HOUR)
    await till.restart()
    expect((await attempt(till, '000000')).params['seconds']).toBe(30)
    till.clock.pass(30 * SECOND)
    await till.signIn('manager')
  })

  it('is ended by a new PIN, and by the right one after it', async () => {
    const till = await paused()
    const pin = '915304'
    await till.done('admin', 'staff.update', {
      staff_id: till.people.manager.id,
      name: null,
      role: null,
      active: null,
      pin,
    })
    await till.done(null, 'session.sign_in', { staff_id: till.people.manager.id, pin })
  })
})

describe('a session', () => {
  it('that was touched while the clock ran ahead is over when the clock is set back', async () => {
    const till = await newTill()
    till.clock.setWall(till.clock.wallMs + 20 * 24 * HOUR)
    const manager = await till.signIn('manager')
    await till.done(manager, 'session.touch', {})
    till.clock.setWall(till.clock.wallMs - 20 * 24 * HOUR)
    expect(await till.code(manager, 'staff.list', {})).toBe('signed_out')
  })

  it('is not ended by a clock that is set right by a minute', async () => {
    const till = await newTill()
    till.clock.setWall(till.clock.wallMs - MINUTE)
    await till.done('cashier', 'session.touch', {})
  })
})

describe('personal values', () => {
  it('that were blanked leave a person who cannot sign in, and a till that says so', async () => {
    const till = await newTill()
    till.db.exec(`UPDATE personal SET salt = NULL, json = NULL
      WHERE event IN (SELECT id FROM event WHERE kind = 'staff.changed')`)
    await till.rebuild()
    expect((await attempt(till, till.people.manager.pin)).code).toBe('sign_in_failed')
    expect((await attempt(till, '')).code).toBe('sign_in_failed')
  })

  it('of a customer are masked in every answer to the counter when the shop masks numbers', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    expect((await till.card(ada)).phone_e164).toBe('+2348031234567')
    await till.done('manager', 'settings.update', { mask_phones: true })
    await till.sell(ada, 50_000)
    const answers = [
      await till.card(ada),
      (await till.done('cashier', 'customer.search', { text: '4567' })).results,
      await till.done('cashier', 'customer.lines', { customer_id: ada, cursor: null, limit: 20 }),
      await till.refused('cashier', 'customer.enrol', {
        phone: '08031234567',
        email: '',
        card: '',
        name: '',
        birth: '',
        consent: { marketing: 'no', wording: '' },
      }),
      await till.refused('cashier', 'points.adjust', {
        customer_id: ada,
        points: -900,
        reason: 'x',
        approver: null,
      }),
    ]
    const digits = JSON.stringify(answers).replace(/[^\d"]/g, '')
    expect(digits).not.toMatch(/8031234567/)
    expect(JSON.stringify(answers)).toContain('0803 *** 4567')
  })
})

it('a list longer than there are fields is refused before anything is done with it', async () => {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  const clear = Array.from({ length: 100_000 }, () => 'note' as const)
  expect(await till.code('cashier', 'customer.update', { customer_id: ada, name: 'Ada Obi', clear })).toBe(
    'invalid',
  )
})
