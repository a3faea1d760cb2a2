import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../../shared/base/roles.ts'
import type { Input } from '../../../shared/ipc/contract.ts'
import { commandId, newTill, PINS, removeTempDirs, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

type Edit = Partial<Input<'staff.update'>>
const editOf = (staff_id: string, more: Edit = {}) => ({
  staff_id,
  name: null,
  role: null,
  active: null,
  pin: null,
  ...more,
})

describe('staff', () => {
  let till: TestTill
  beforeAll(async () => {
    till = await newTill()
  })
  const add = (by: Role, more: Partial<Input<'staff.add'>>) =>
    till.code(by, 'staff.add', { name: 'Efe', role: 'cashier', pin: '2846', ...more })

  it.each([
    '1234',
    '4321',
    '0000',
    '7777',
    '7890',
    '0987',
    '123',
    '123456789',
    '12a4',
    '',
    '12 34',
  ])('the PIN %j is too weak for a cashier', async (pin) => {
    expect(await add('manager', { pin })).toBe('pin_weak')
  })

  it.each(['2846', '12345', '111111', '654321'])('the PIN %j is too weak for a manager', async (pin) => {
    expect(await add('admin', { role: 'manager', pin })).toBe('pin_weak')
  })

  it('needs a name of its own', async () => {
    expect(await add('manager', { name: ' ' })).toBe('setting_invalid')
    expect(await add('manager', { name: 'amina' })).toBe('name_taken')
    expect(await add('manager', { name: 'x'.repeat(121) })).toBe('name_too_long')
    const { staff_id } = await till.done('manager', 'staff.add', {
      name: 'Efe',
      role: 'cashier',
      pin: '2846',
    })
    expect(await till.code('manager', 'staff.update', editOf(staff_id, { name: 'AMINA' }))).toBe('name_taken')
    await till.done('manager', 'staff.update', editOf(staff_id, { active: false }))
    // A name is free again when its person is gone, and whoever comes back must find another one.
    await till.done('manager', 'staff.add', { name: 'Efe', role: 'cashier', pin: '2846' })
    expect(await till.code('manager', 'staff.update', editOf(staff_id, { active: true }))).toBe('name_taken')
    await till.done('manager', 'staff.update', editOf(staff_id, { active: true, name: 'Efe O' }))
  })

  it('only an admin makes or changes an admin', async () => {
    expect(await add('manager', { role: 'admin', pin: '905318' })).toBe('not_allowed')
    const { admin, cashier } = till.people
    expect(await till.code('manager', 'staff.update', editOf(admin.id, { pin: '905318' }))).toBe(
      'not_allowed',
    )
    expect(
      await till.code('manager', 'staff.update', editOf(cashier.id, { role: 'admin', pin: '905318' })),
    ).toBe('not_allowed')
    expect(await till.code('manager', 'staff.update', editOf('d'.repeat(32), { name: 'X' }))).toBe(
      'not_found',
    )
    expect(await till.code('manager', 'staff.update', editOf(cashier.id))).toBe('invalid')
  })

  it('whoever rises to manager needs the longer PIN', async () => {
    const { cashier } = till.people
    expect(await till.code('admin', 'staff.update', editOf(cashier.id, { role: 'manager' }))).toBe('pin_weak')
    expect(
      await till.code('admin', 'staff.update', editOf(cashier.id, { role: 'manager', pin: '2846' })),
    ).toBe('pin_weak')
    await till.done('admin', 'staff.update', editOf(cashier.id, { role: 'supervisor' }))
    await till.done('admin', 'staff.update', editOf(cashier.id, { role: 'manager', pin: '538204' }))
    const { staff } = await till.done('admin', 'staff.list', {})
    expect(staff.find((s) => s.id === cashier.id)?.role).toBe('manager')
  })

  it('the last admin stays, however two of them go at once', async () => {
    const own = await newTill()
    const { admin } = own.people
    expect(await own.code('admin', 'staff.update', editOf(admin.id, { active: false }))).toBe('last_admin')
    expect(await own.code('admin', 'staff.update', editOf(admin.id, { role: 'manager' }))).toBe('last_admin')
    const second = await own.done('admin', 'staff.add', { name: 'Efe', role: 'admin', pin: '905318' })
    const gone = [admin.id, second.staff_id].map((id) =>
      own.ask('admin', 'staff.update', {
        command_id: commandId(),
        ...editOf(id, { role: 'manager', pin: '714263' }),
      }),
    )
    const outcomes = (await Promise.all(gone)).map((reply) =>
      reply.outcome === 'refused' ? reply.refusal.code : 'done',
    )
    expect(outcomes.toSorted()).toEqual(['done', 'last_admin'])
  })

  it('two edits of one person at once keep what each changed', async () => {
    const own = await newTill()
    const { id } = own.people.cashier
    await Promise.all([
      own.done('admin', 'staff.update', editOf(id, { pin: '9153' })),
      own.done('admin', 'staff.update', editOf(id, { name: 'Amina B' })),
    ])
    const { staff } = await own.done('admin', 'staff.list', {})
    expect(staff.find((s) => s.id === id)?.name).toBe('Amina B')
    await own.done(null, 'session.sign_in', { staff_id: id, pin: '9153' })
  })

  it('PINs are kept as argon2id with a salt each, and nowhere else', () => {
    const hashes = till.db.prepare<[], string>('SELECT pin_hash FROM staff').pluck().all()
    expect(hashes.every((hash) => /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/.test(hash))).toBe(true)
    expect(new Set(hashes).size).toBe(hashes.length)
    expect(hashes.some((hash) => Object.values(PINS).some((pin) => hash.includes(pin)))).toBe(false)
  })
})

describe('settings', () => {
  it('refuse what cannot be, and name the field', async () => {
    const till = await newTill()
    const { program } = await till.done('manager', 'settings.get', {})
    const sentence = async (input: Omit<Input<'settings.update'>, 'command_id'>) => {
      const { code, sentence } = await till.refused('manager', 'settings.update', input)
      return `${code} ${sentence}`
    }
    expect(await sentence({})).toMatch(/^invalid .*nothing is different/)
    expect(await sentence({ store_name: 'Kasuwa Test' })).toMatch(/nothing is different/)
    expect(await sentence({ store_name: ' ' })).toMatch(/^setting_invalid Store name/)
    expect(await sentence({ till_name: 'x'.repeat(61) })).toMatch(/^setting_invalid Till name/)
    expect(await sentence({ consent_wording: '' })).toMatch(/Consent question/)
    expect(await sentence({ adjust_daily_limit: { supervisor: -1 } as never })).toMatch(/invalid/)
    const edit = (more: Partial<typeof program>) => sentence({ program: { ...program, ...more } })
    expect(await edit({ kobo_per_point: 0 })).toMatch(/Naira for one point/)
    expect(await edit({ point_worth_kobo: 1.5 })).toMatch(/Worth of one point/)
    expect(await edit({ redeem_step_points: 0 })).toMatch(/Step/)
    expect(await edit({ redeem_min_points: -1 })).toMatch(/Least to redeem/)
    expect(await edit({ redeem_max_share_bp: 10_001 })).toMatch(/Share of the bill/)
    expect(await edit({ lot_months: 0 })).toMatch(/Months/)
    expect(await edit({ name: '' })).toMatch(/Name/)
    expect(await edit({ tiers: [] })).toMatch(/Tiers/)
    const [bronze, silver] = program.tiers
    if (!bronze || !silver) throw new Error('no tiers')
    expect(await edit({ tiers: [{ ...bronze, threshold: 5 }] })).toMatch(/starts at 0/)
    expect(await edit({ tiers: [bronze, { ...silver, threshold: 0 }] })).toMatch(/above that of/)
    expect(await edit({ tiers: [bronze, { ...silver, id: bronze.id }] })).toMatch(/same id/)
    expect(await edit({ tiers: [bronze, { ...silver, name: ' bronze ' }] })).toMatch(/same name/)
    expect(await edit({ tiers: [{ ...bronze, multiplier_bp: 1 }] })).toMatch(/multiplier/)
  })

  it('hold the largest program there may be, and refuse text that nobody can read', async () => {
    const till = await newTill()
    const { program } = await till.done('manager', 'settings.get', {})
    const tiers = Array.from({ length: 20 }, (_, i) => ({
      id: `${i}`.padEnd(40, 'x'),
      name: `${i}`.padEnd(40, '語'),
      threshold: i * 1_000,
      multiplier_bp: 10_000,
    }))
    const largest = {
      store_name: '店'.repeat(60),
      till_name: '台'.repeat(60),
      consent_wording: '可'.repeat(500),
      program: { ...program, name: '点'.repeat(60), tiers },
    }
    const done = await till.done('manager', 'settings.update', largest)
    expect(done.program.tiers).toHaveLength(20)
    const { program: now } = done
    const code = (input: Omit<Input<'settings.update'>, 'command_id'>) =>
      till.code('manager', 'settings.update', input)
    expect(await code({ consent_wording: '\u0001'.repeat(500) })).toBe('setting_invalid')
    expect(await code({ program: { ...now, name: 'a\u0000b' } })).toBe('setting_invalid')
    const odd = (tier: Partial<(typeof tiers)[number]>) =>
      code({ program: { ...now, tiers: tiers.map((t, i) => (i === 3 ? { ...t, ...tier } : t)) } })
    expect(await odd({ name: '\u0001'.repeat(40) })).toBe('setting_invalid')
    expect(await odd({ id: '\u0001'.repeat(40) })).toBe('setting_invalid')
    expect(await odd({ id: '' })).toBe('setting_invalid')
  })

  it('refuse to overwrite what somebody else changed meanwhile', async () => {
    const till = await newTill()
    const { program } = await till.done('manager', 'settings.get', {})
    const first = await till.done('manager', 'settings.update', {
      program: { ...program, redeem_min_points: 50 },
    })
    expect(first.program.version).toBe(program.version + 1)
    const lost = await till.refused('admin', 'settings.update', {
      program: { ...program, redeem_min_points: 70 },
    })
    expect(lost.sentence).toMatch(/somebody else changed it meanwhile/)
    expect((await till.done('manager', 'settings.get', {})).program.redeem_min_points).toBe(50)
  })

  it('of the program count from the next sale on', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567')
    const { program } = await till.done('manager', 'settings.get', {})
    await till.done('manager', 'settings.update', { program: { ...program, kobo_per_point: 5_000 } })
    expect((await till.sell(ada, 1_000)).earned).toBe(20)
    const limits = { cashier: 10, supervisor: 20, manager: 30, admin: 40 }
    await till.done('manager', 'settings.update', { adjust_daily_limit: limits })
    const adjust = { customer_id: ada, points: 10, reason: 'kind', approver: null }
    await till.done('cashier', 'points.adjust', adjust)
    expect(await till.code('cashier', 'points.adjust', adjust)).toBe('approval_needed')
  })
})
