import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { Input } from '../../../shared/ipc/contract.ts'
import { DAY, NEW_CUSTOMER, newTill, removeTempDirs, START_MS, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

type Enrol = Partial<Input<'customer.enrol'>>

describe('enrolling', () => {
  let till: TestTill
  beforeAll(async () => {
    till = await newTill()
    await till.enrol('0803 123 4567', { name: 'Ada Obi', email: 'ada@shop.ng', card: 'K-100' })
  })

  it('keeps the number as typed and in one form, and reads it back in groups', async () => {
    const id = await till.enrol(' +234 (0)802-555.0101', { name: '  Ngozi   Eze ' })
    const card = await till.card(id)
    expect(card).toMatchObject({
      name: 'Ngozi Eze',
      phone: '0802 555 0101',
      phone_e164: '+2348025550101',
      joined_at: START_MS,
      account: { available: 0, debt: 0, lifetime: 0 },
      tier: { name: 'Bronze' },
      next_tier: { name: 'Silver' },
      points_to_next_tier: 1_000,
      visits: { count: 0, spend_kobo: 0, last: [] },
    })
    const typed = till.db.prepare('SELECT phone_typed FROM customer WHERE id = ?').pluck().get(id)
    expect(typed).toBe('+234 (0)802-555.0101')
  })

  it('takes an email or a card where there is no phone, and warns of a prefix it does not know', async () => {
    const byMail = await till.enrol('', { email: 'Tunde@Example.COM' })
    expect((await till.card(byMail)).email).toBe('tunde@example.com')
    const byCard = await till.enrol('', { card: 'vip 77-001' })
    expect((await till.card(byCard)).card).toBe('VIP77001')
    const odd = await till.done('cashier', 'customer.enrol', { ...NEW_CUSTOMER, phone: '0600 123 4567' })
    expect(odd.warning).toBe('unknown_prefix')
  })

  it('records consent with its wording, its time and who asked', async () => {
    const till = await newTill()
    till.clock.pass(DAY)
    // A day without anybody at the till: the sessions of yesterday are locked.
    const cashier = await till.signIn('cashier')
    const done = await till.done(cashier, 'customer.enrol', {
      ...NEW_CUSTOMER,
      phone: '08025550199',
      consent: { marketing: 'yes', wording: 'May we text you?' },
    })
    const read = () => till.done(cashier, 'customer.card', { customer_id: done.customer_id })
    expect((await read()).consent).toEqual({
      marketing: 'yes',
      at: START_MS + DAY,
      wording: 'May we text you?',
    })
    till.clock.pass(1_000)
    await till.done(cashier, 'customer.consent', {
      customer_id: done.customer_id,
      marketing: 'no',
      wording: 'Asked on the phone',
    })
    expect((await read()).consent).toMatchObject({ marketing: 'no', wording: 'Asked on the phone' })
    const events = till.db
      .prepare<[string], { staff: string; kind: string }>(
        `SELECT staff, kind FROM event WHERE customer = ? AND kind = 'customer.consent'`,
      )
      .all(done.customer_id)
    expect(events.map((e) => e.staff)).toEqual([till.people.cashier.id, till.people.cashier.id])
  })

  it.each<[string, Enrol, string, RegExp]>([
    ['nothing', {}, 'identity_missing', /phone number, an email or a card/],
    ['letters for a number', { phone: 'abc' }, 'phone_invalid', /"abc" is not a phone number/],
    ['too few digits', { phone: '0803' }, 'phone_invalid', /0803 123 4567/],
    ['a number of 10,000 digits', { phone: '8'.repeat(10_000) }, 'phone_invalid', /not a phone number/],
    ['an address without a host', { email: 'ada@' }, 'email_invalid', /not an email address/],
    ['a card of signs', { card: '***' }, 'card_invalid', /Scan the card again/],
    ['a wrong number first', { phone: 'abc', email: 'x', card: '*' }, 'phone_invalid', /phone/],
    [
      'a long name',
      { phone: '08031110001', name: 'x'.repeat(LIMITS.nameCharsMax + 1) },
      'name_too_long',
      /120/,
    ],
    ['a name of 19,000 letters', { phone: '08031110001', name: 'x'.repeat(19_000) }, 'name_too_long', /120/],
    ['a day that is none', { phone: '08031110001', birth: '02-30' }, 'birth_date_invalid', /birth date/],
    [
      'a birthday tomorrow',
      { phone: '08031110001', birth: '2026-12-02' },
      'birth_date_invalid',
      /in the past/,
    ],
    ['a birth in 1850', { phone: '08031110001', birth: '1850-01-01' }, 'birth_date_invalid', /birth date/],
    ['somebody known', { phone: '+2348031234567' }, 'already_enrolled', /Ada Obi is already a customer/],
    [
      'the email of another',
      { phone: '08031110001', email: 'ADA@shop.ng' },
      'identity_taken',
      /belongs to Ada Obi/,
    ],
    ['the card of another', { phone: '08031110001', card: 'k100' }, 'identity_taken', /belongs to Ada Obi/],
  ])('refuses %s', async (_, typed, code, sentence) => {
    const refused = await till.refused('cashier', 'customer.enrol', { ...NEW_CUSTOMER, ...typed })
    expect(refused.code).toBe(code)
    expect(refused.sentence).toMatch(sentence)
  })

  it('refuses a field of megabytes at the door, with a sentence', async () => {
    const refused = await till.refused('cashier', 'customer.enrol', {
      ...NEW_CUSTOMER,
      phone: '08031110001',
      name: 'x'.repeat(10_000_000),
    })
    expect(refused.code).toBe('invalid')
    expect(refused.sentence).toBe(
      '"name" is not right: it is longer than 20000 characters. Nothing was saved.',
    )
  })
})

describe('changing a customer', () => {
  let till: TestTill
  let ada: string
  beforeAll(async () => {
    till = await newTill()
    ada = await till.enrol('08031234567', {
      name: 'Ada Obi',
      email: 'ada@shop.ng',
      card: 'K100',
      birth: '1990-05-17',
    })
    await till.enrol('08031234568', { name: 'Bisi', card: 'K200' })
  })

  it('changes only what was typed; an empty text overwrites nothing', async () => {
    await till.done('cashier', 'customer.update', {
      customer_id: ada,
      name: 'Ada Eze',
      email: '  ',
      clear: [],
    })
    expect(await till.card(ada)).toMatchObject({
      name: 'Ada Eze',
      email: 'ada@shop.ng',
      card: 'K100',
      version: 3,
    })
    await till.done('cashier', 'customer.update', {
      customer_id: ada,
      note: 'likes tea',
      clear: ['birth', 'card'],
    })
    expect(await till.card(ada)).toMatchObject({ name: 'Ada Eze', card: '', birth: '', note: 'likes tea' })
  })

  it('finds the person by the new name and no longer by the old one', async () => {
    await till.done('cashier', 'customer.update', { customer_id: ada, name: 'Zainab', clear: [] })
    const find = async (text: string) =>
      (await till.done('cashier', 'customer.search', { text })).results.map((r) => r.id)
    expect(await find('zain')).toEqual([ada])
    expect(await find('Ada')).toEqual([])
  })

  it('refuses, and says why', async () => {
    const code = (more: Partial<Input<'customer.update'>>) =>
      till.code('cashier', 'customer.update', { customer_id: ada, clear: [], ...more })
    expect(await code({})).toBe('invalid')
    expect(await code({ name: '   ' })).toBe('invalid')
    expect(await code({ name: 'x'.repeat(200) })).toBe('name_too_long')
    expect(await code({ birth: '2026-02-30' })).toBe('birth_date_invalid')
    expect(await code({ email: 'nope' })).toBe('email_invalid')
    expect(await code({ card: '###' })).toBe('card_invalid')
    expect(await code({ card: 'K200' })).toBe('identity_taken')
    expect(await code({ note: 'x'.repeat(501) })).toBe('reason_too_long')
    expect(await code({ customer_id: '0'.repeat(32), name: 'X' })).toBe('not_found')
    const mailOnly = await till.enrol('', { email: 'only@mail.ng' })
    expect(await till.code('cashier', 'customer.update', { customer_id: mailOnly, clear: ['email'] })).toBe(
      'identity_missing',
    )
    const nobody = { customer_id: 'f'.repeat(32), marketing: 'yes', wording: 'x' } as const
    expect(await till.code('cashier', 'customer.consent', nobody)).toBe('not_found')
    expect(await till.code('cashier', 'customer.card', { customer_id: 'f'.repeat(32) })).toBe('not_found')
  })
})

describe('a birthday', () => {
  it('is today, in so many days, and on 28 February in a year without the 29th', async () => {
    const till = await newTill()
    const born = async (phone: string, birth: string) => {
      const card = await till.card(await till.enrol(phone, { birth }))
      return card.birthday_in_days
    }
    expect(await born('08030000001', '12-01')).toBe(0)
    expect(await born('08030000002', '1990-12-02')).toBe(1)
    expect(await born('08030000003', '11-30')).toBe(364)
    expect(await born('08030000004', '')).toBeNull()
    // 2027 has no 29 February: from 1 December 2026 it is 89 days to 28 February.
    expect(await born('08030000005', '02-29')).toBe(89)
    expect(await born('08030000006', '2000-02-29')).toBe(89)
  })
})

describe('masked numbers', () => {
  it('are hidden in lists and sentences when the policy says so', async () => {
    const till = await newTill()
    const id = await till.enrol('08031234567')
    await till.done('manager', 'settings.update', { mask_phones: true })
    const [hit] = (await till.done('cashier', 'customer.search', { text: '4567' })).results
    expect(hit).toMatchObject({ id, phone: expect.not.stringContaining('123') })
    expect(hit?.phone).toMatch(/\d/)
    expect((await till.card(id)).phone).toBe(hit?.phone)
    const again = await till.refused('cashier', 'customer.enrol', { ...NEW_CUSTOMER, phone: '08031234567' })
    expect(again.sentence).not.toContain('0803 123')
  })
})
