import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quickest } from '../../tests/support/quickest.ts'
import type { Digest } from '../base/ports.ts'
import { canonicalIdentity, customerId, type Identity, readCard, readContact, readEmail } from './identity.ts'

const digest: Digest = {
  utf8: (text) => new TextEncoder().encode(text),
  fromUtf8: (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
  sha256: (...parts) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest()),
  hmac: (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest()),
  hex: (bytes) => Buffer.from(bytes).toString('hex'),
  fromHex: (hex) => new Uint8Array(Buffer.from(hex, 'hex')),
}

const identity = (phone: string, email = '', card = ''): unknown => {
  const read = canonicalIdentity({ phone, email, card })
  return read.ok ? read.value : read.refusal.code
}

describe('canonicalIdentity', () => {
  test('is the phone, else the email, else the card', () => {
    expect(identity('0803 123 4567', 'ada@x.ng', 'K1')).toEqual({ kind: 'phone', value: '+2348031234567' })
    expect(identity(' ', ' Ada@X.NG ', 'K1')).toEqual({ kind: 'email', value: 'ada@x.ng' })
    expect(identity('', '', 'ab-12 3')).toEqual({ kind: 'card', value: 'AB123' })
    expect(identity('', ' \u200b', '')).toBe('identity_missing')
  })

  test('refuses whatever was typed and cannot be read, the phone first', () => {
    expect(identity('abc', 'not an address', '!')).toBe('phone_invalid')
    expect(identity('0803 123 4567', 'not an address', '!')).toBe('email_invalid')
    expect(identity('0803 123 4567', '', '!')).toBe('card_invalid')
  })

  test('refuses 10 MB in each field with a short sentence', () => {
    for (const huge of ['x'.repeat(10_000_000), ' '.repeat(10_000_000), '1'.repeat(10_000_000)]) {
      for (const typed of [
        { phone: huge, email: '', card: '' },
        { phone: '', email: huge, card: '' },
        { phone: '', email: '', card: huge },
      ]) {
        const read = readContact(typed)
        expect(read.ok ? '' : read.refusal.sentence).toMatch(/^".{0,40}" is not /u)
      }
    }
  })
})

describe('readEmail', () => {
  test.each([
    ['ada.obi@example.com', 'ada.obi@example.com'],
    [' ADA+till@Example.Co.NG\n', 'ada+till@example.co.ng'],
    ['o’neil@xn--e1afmkfd.com', 'o’neil@xn--e1afmkfd.com'],
    ['\u202aada@example.com\u202c', 'ada@example.com'],
    ['ẹniọlá@example.ng', 'ẹniọlá@example.ng'],
    ['e\u0323nio\u0323la\u0301@example.ng', 'ẹniọlá@example.ng'],
  ])('%s -> %s', (typed, kept) => expect(readEmail(typed)).toEqual({ ok: true, value: kept }))

  test.each([
    '@',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'ada obi@example.com',
    'ada@exa mple.com',
    'ada@.com',
    'ada@example..com',
    'a..b@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'ada@example.c',
    '<ada@example.com>',
    'ada@example.com,obi@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(200)}com`,
    'ada\u0000@example.com',
  ])('refuses %j', (typed) => {
    const read = readEmail(typed)
    expect(!read.ok && read.refusal.code).toBe('email_invalid')
  })

  test('keeps what it gives, and is quick on hostile text', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '.', '-', '@', 'é', '1', '_'), maxLength: 250 })
    fc.assert(
      fc.property(part, (typed) => {
        const read = readEmail(typed)
        if (read.ok) expect(readEmail(read.value)).toEqual(read)
      }),
    )
    for (const hostile of [`a@${'a-'.repeat(250)}@`, `a@${'a.'.repeat(250)}!`]) {
      expect(quickest(() => readEmail(hostile))).toBeLessThan(100)
    }
  })
})

describe('readCard', () => {
  test.each([
    ['00004', '00004'],
    [' kas 0012-34 ', 'KAS001234'],
    ['ＫＡＳ１２', 'KAS12'],
    ['٠٠٤', '004'],
  ])('%s -> %s', (typed, kept) => expect(readCard(typed)).toEqual({ ok: true, value: kept }))

  test.each(['', '-', '%B123?', 'é1', '1'.repeat(41), "1' OR '1"])('refuses %j', (typed) => {
    const read = readCard(typed)
    expect(!read.ok && read.refusal.code).toBe('card_invalid')
  })
})

describe('customerId', () => {
  const key = new Uint8Array(32).fill(7)
  const ada: Identity = { kind: 'phone', value: '+2348031234567' }

  test('is pinned: a till in the field must find the customers it made', () => {
    expect(customerId(digest, key, 'tenant', ada, 0)).toBe('e9ed9247846886718d3d3e126c9af6cc')
  })

  test('differs with the key and with each field, and no two lists of fields give the same bytes', () => {
    const ids = [
      customerId(digest, key, 'tenant', ada, 0),
      customerId(digest, new Uint8Array(32).fill(8), 'tenant', ada, 0),
      customerId(digest, key, 'tenantp', { ...ada, value: '+2348031234567' }, 0),
      customerId(digest, key, 'tenant', ada, 1),
      customerId(digest, key, 'tenant', { kind: 'card', value: ada.value }, 0),
      customerId(digest, key, 'tenant', { kind: 'phone', value: '+23480312345670' }, 0),
      customerId(digest, key, 'tenant', { kind: 'phone', value: '+2348031234567\u00000' }, 0),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  test('is one id for every way to type one number', () => {
    const ways = ['0803 123 4567', '+234 803 123 4567', '2348031234567', '٠٨٠٣١٢٣٤٥٦٧']
    const ids = ways.map((phone) => {
      const read = canonicalIdentity({ phone, email: '', card: '' })
      if (!read.ok) throw new Error(read.refusal.sentence)
      return customerId(digest, key, 'tenant', read.value, 0)
    })
    expect(new Set(ids).size).toBe(1)
  })
})
