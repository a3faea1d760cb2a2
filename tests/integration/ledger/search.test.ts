import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const PEOPLE = [
  { name: 'Adaézé Òkónkwọ', phone: '0803 123 4567', card: 'K-100 200', email: 'ada@shop.ng' },
  { name: "Sa'adatu Ɓala Ɗanjuma", phone: '0802 555 0101', card: '', email: '' },
  { name: 'محمد علي', phone: '0805 777 4567', card: '', email: '' },
  { name: '👑 Queen 👑', phone: '+44 20 7946 0958', card: '', email: '' },
  { name: "Robert'); DROP TABLE customer;--", phone: '08061112223', card: '', email: '' },
  { name: '<img src=x onerror=alert(1)>', phone: '08061112224', card: '', email: '' },
  { name: '', phone: '', card: '', email: 'only.mail@shop.ng' },
  { name: 'ABC𞤀DEF', phone: '08061112225', card: '', email: '' },
] as const

describe('search', () => {
  let till: TestTill
  const names = new Map<string, string>()
  beforeAll(async () => {
    till = await newTill()
    for (const person of PEOPLE) {
      const id = await till.enrol(person.phone, { name: person.name, card: person.card, email: person.email })
      names.set(id, person.name)
    }
    for (let i = 0; i < 30; i++) await till.enrol(`0809${String(1_000_000 + i)}`, { name: `Twin ${i}` })
  })
  const find = async (text: string) => till.done('cashier', 'customer.search', { text })
  const found = async (text: string) => (await find(text)).results.map((r) => names.get(r.id) ?? r.name)

  it.each([
    '08031234567',
    '+234 803 123 4567',
    '2348031234567',
    '803 123 4567',
    '0803-123.4567',
    '(0803) 123 4567',
    '０８０３１２３４５６７',
    '٠٨٠٣١٢٣٤٥٦٧',
    '0803 123',
    '234803123',
    '1234567',
    '234567',
    'K100200',
    'k-100 200',
    'ada@shop.ng',
    ' ADA@SHOP.NG ',
    'okonkwo',
    'Òkónkwọ adaeze',
    'ada okon',
    'OKON ADA',
  ])('%j finds her', async (text) => {
    expect(await found(text)).toContain('Adaézé Òkónkwọ')
  })

  it('by the last four digits finds everybody who has them', async () => {
    expect((await found('4567')).toSorted()).toEqual(['Adaézé Òkónkwọ', 'محمد علي'])
    expect(await found('0958')).toEqual(['👑 Queen 👑'])
  })

  it.each([
    ['saadatu danjuma', "Sa'adatu Ɓala Ɗanjuma"],
    ['Sa’adatu bala', "Sa'adatu Ɓala Ɗanjuma"],
    ['محمد', 'محمد علي'],
    ['queen', '👑 Queen 👑'],
    ['robert drop', "Robert'); DROP TABLE customer;--"],
    ['only.mail@shop.ng', ''],
  ])('%j finds %j', async (text, name) => {
    expect(await found(text)).toContain(name)
  })

  it.each([
    '',
    ' ',
    '"',
    "'",
    '*',
    'AND',
    'OR NOT',
    'NEAR(a b)',
    'name:ada',
    '"ada" OR "twin"',
    '-ada',
    '^ada',
    '%',
    '_',
    "'; DROP TABLE event;--",
    '<script>alert(1)</script>',
    '\u0000',
    'ab\u0000cd',
    '\u202eada',
    '👑',
    '👑👑 👑👑',
    '𞤀𞤣𞤢𞤥',
    'ab𞤀cd',
    'x'.repeat(20_000),
    'a b c d e f g h i j k l m n o p q r s t',
    '\ud800',
    '٠'.repeat(500),
    '+'.repeat(80),
    '@',
    'a@b',
  ])('takes %j without harm', async (text) => {
    const reply = await till.ask('cashier', 'customer.search', { text })
    expect(reply.outcome, JSON.stringify(reply)).toBe('done')
    expect(till.db.prepare('SELECT count(*) FROM customer').pluck().get()).toBe(PEOPLE.length + 30)
  })

  it('takes every letter there is inside a word', async () => {
    // The index cuts words by its own older table of letters: one that it does not know must not become an operator.
    const letters: string[] = []
    for (let code = 0x80; code < 0x20000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue
      const letter = String.fromCodePoint(code)
      if (/[\p{L}\p{N}\p{M}\p{S}]/u.test(letter)) letters.push(letter)
    }
    const { customers } = till.till
    const failed = letters.filter((letter) => {
      try {
        customers.search(`ab${letter}cd`)
        return false
      } catch {
        return true
      }
    })
    expect(failed.map((letter) => letter.codePointAt(0)?.toString(16))).toEqual([])
  })

  it('shows at most twenty and says that there are more', async () => {
    const many = await find('twin')
    expect([many.results.length, many.more]).toEqual([20, true])
    expect((await find('0809')).results).toHaveLength(20)
    const few = await find('twin 29')
    expect([few.results.length, few.more]).toEqual([1, false])
  })

  it('offers a new customer for what nobody has, and for nothing else', async () => {
    const offers = async (text: string) => (await find(text)).can_enrol
    expect(await offers('0803 999 0000')).toBe(true)
    expect(await offers('08031234567')).toBe(false)
    expect(await offers('new@shop.ng')).toBe(true)
    expect(await offers('ada@shop.ng')).toBe(false)
    expect(await offers('CARD-998877')).toBe(true)
    expect(await offers('K100200')).toBe(false)
    expect(await offers('okonkwo')).toBe(false)
    expect(await offers('nobody of this name')).toBe(false)
    expect((await find('0803 999 0000')).phone).toMatchObject({
      e164: '+2348039990000',
      display: '0803 999 0000',
    })
  })

  it('shows points as they are today', async () => {
    const id = await till.enrol('08070000001', { name: 'Lapse Soon' })
    await till.sell(id, 10_000)
    expect((await find('lapse soon')).results[0]?.points).toBe(100)
    till.clock.pass(366 * 86_400_000)
    const cashier = await till.signIn('cashier')
    const later = await till.done(cashier, 'customer.search', { text: 'lapse soon' })
    expect(later.results[0]?.points).toBe(0)
  })
})
