import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quickest } from '../../tests/support/quickest.ts'
import { LIMITS } from '../base/limits.ts'
import corpus from './phone.corpus.json' with { type: 'json' }
import { maskPhone, phoneGroups, readPhone, searchDigits } from './phone.ts'
import { CANON_VERSION, PLANS } from './phone-canon.ts'

const e164Of = (typed: string): string | null => {
  const read = readPhone(typed)
  return read.ok ? read.value.e164 : null
}
const accepted = corpus.rows.flatMap((row) =>
  row.e164 === null ? [] : [{ typed: row.typed, e164: row.e164 }],
)

describe('the canonical form', () => {
  test('is the version the corpus pins', () => {
    expect(corpus.canon).toBe(CANON_VERSION)
    expect(corpus.rows.length).toBeGreaterThan(150)
    expect(new Set(corpus.rows.map((row) => row.typed)).size).toBe(corpus.rows.length)
  })

  test.each(corpus.rows)('$typed -> $e164', ({ typed, e164 }) => {
    expect(e164Of(typed)).toBe(e164)
  })

  test('reads itself, its display and its national form as the same number', () => {
    for (const { e164 } of accepted) {
      const read = readPhone(e164)
      if (!read.ok) throw new Error(read.refusal.sentence)
      expect(read.value.e164).toBe(e164)
      expect(e164Of(read.value.display)).toBe(e164)
      if (e164.startsWith('+234')) expect(e164Of(read.value.national)).toBe(e164)
    }
  })

  const digits = (min: number, max: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max })
  const lead = fc.constantFrom(
    '',
    '0',
    '+',
    '+234',
    '234',
    '00',
    '009',
    '00234',
    '009234',
    '080',
    '020',
    '+44',
    '+229',
  )
  const number = fc.tuple(lead, digits(0, 16)).map(([start, rest]) => start + rest)

  test('is a fixed point for whatever it accepts', () => {
    fc.assert(
      fc.property(
        number,
        fc.constantFrom(...(Object.keys(PLANS) as (keyof typeof PLANS)[])),
        (typed, region) => {
          const read = readPhone(typed, region)
          if (!read.ok) return
          expect(read.value.e164).toMatch(/^\+[1-9]\d{6,14}$/)
          for (const again of [read.value.e164, read.value.display]) {
            const second = readPhone(again, region)
            expect(second.ok && second.value.e164).toBe(read.value.e164)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('does not depend on separators, scripts of digits or invisible marks', () => {
    const noise = fc.constantFrom(
      '',
      '',
      ' ',
      '-',
      '.',
      '/',
      '\u00a0',
      '\u200b',
      '\u200e',
      '\u202a',
      '\u2013',
    )
    const zero = fc.constantFrom(0x30, 0x0660, 0x06f0, 0xff10)
    fc.assert(
      fc.property(
        number,
        fc.array(noise, { minLength: 24, maxLength: 24 }),
        zero,
        (typed, between, first) => {
          const dressed = [...typed]
            .map((one, at) => {
              const shown = one === '+' ? one : String.fromCodePoint(first + Number(one))
              return shown + (between[at] ?? '')
            })
            .join('')
          // A lone zero in brackets after a country code, and ".0" at the end, are read as habits of writing.
          fc.pre(!(typed.endsWith('0') && between[typed.length - 2] === '.'))
          expect(e164Of(`  ${dressed} `)).toBe(e164Of(typed))
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('readPhone', () => {
  const show = (typed: string) => {
    const read = readPhone(typed)
    if (!read.ok) throw new Error(read.refusal.sentence)
    return read.value
  }

  test('reads a number back in groups', () => {
    expect(show('+2348031234567')).toEqual({
      e164: '+2348031234567',
      national: '08031234567',
      display: '0803 123 4567',
      region: 'NG',
      warning: 'none',
      canon: CANON_VERSION,
    })
    expect(show('01 234 5678').display).toBe('0201 234 5678')
    expect(show('00442079460958')).toMatchObject({
      display: '+44 20 7946 0958',
      region: 'GB',
      warning: 'none',
    })
    expect(phoneGroups('+2348031234567')).toEqual(['0803', '123', '4567'])
    expect(phoneGroups('+14155552671')).toEqual(['+1', '415', '555', '2671'])
    expect(phoneGroups('+8031234567').join('')).toBe('+8031234567')
  })

  test('accepts what the plan does not know, with a warning', () => {
    expect(show('0999 123 4567').warning).toBe('unknown_prefix')
    expect(show('+803 123 4567').warning).toBe('unknown_prefix')
    expect(show('0803 123 456').warning).toBe('unusual_length')
    expect(show('0803 123 45678').warning).toBe('unusual_length')
  })

  test('reads for a till in another country', () => {
    const read = readPhone('024 123 4567', 'GH')
    expect(read.ok && read.value).toMatchObject({
      e164: '+233241234567',
      display: '0241 234 567',
      region: 'GH',
    })
  })

  test('refuses with the sentence of the registry, without what would break it', () => {
    const read = readPhone('ab\u202ec\n\u0000d')
    expect(read).toEqual({
      ok: false,
      refusal: {
        code: 'phone_invalid',
        params: { typed: 'abc d' },
        sentence: '"abc d" is not a phone number. Type it as on the phone, for example 0803 123 4567.',
      },
    })
  })

  test('refuses 10 MB at once', () => {
    const huge = '0803 123 4567 '.repeat(750_000)
    expect(quickest(() => readPhone(huge))).toBeLessThan(50)
    const read = readPhone(huge)
    expect(!read.ok && read.refusal.sentence.length).toBeLessThan(150)
    expect(searchDigits(huge)).toBeNull()
    expect(readPhone('0'.repeat(LIMITS.searchTextCharsMax + 1)).ok).toBe(false)
  })

  test('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (typed) => {
        const read = readPhone(typed)
        if (!read.ok) expect(read.refusal.code).toBe('phone_invalid')
        searchDigits(typed)
      }),
    )
  })
})

describe('maskPhone', () => {
  test.each([
    ['0803 123 4567', '0803 *** 4567'],
    ['+44 20 7946 0958', '+44 *** 0958'],
    ['0803 123 456', '*** 56'],
    ['+683 4002', '*** 02'],
    ['', ''],
  ])('%s -> %s', (display, masked) => expect(maskPhone(display)).toBe(masked))

  test('hides at least three digits of any number', () => {
    for (const { typed } of accepted) {
      const read = readPhone(typed)
      if (!read.ok) throw new Error(read.refusal.sentence)
      const shown = maskPhone(read.value.display).replace(/\D/g, '').length
      expect(read.value.display.replace(/\D/g, '').length - shown).toBeGreaterThanOrEqual(3)
    }
  })
})

describe('searchDigits', () => {
  test('names the beginnings to try', () => {
    expect(searchDigits('0803')).toEqual({ prefixes: ['234803'], suffix: '0803' })
    expect(searchDigits('803')).toEqual({ prefixes: ['234803', '803'], suffix: null })
    expect(searchDigits('+234 8')?.prefixes[0]).toBe('2348')
    expect(searchDigits('4567')?.suffix).toBe('4567')
    expect(searchDigits('123-4567')?.suffix).toBe('1234567')
    expect(searchDigits('01 234')?.prefixes).toContain('234201234')
  })

  test.each([
    '',
    '08',
    'Ada',
    '0803 Ada',
    '+',
    'ada@example.com',
  ])('leaves "%s" to the other searches', (text) => {
    expect(searchDigits(text)).toBeNull()
  })

  test('finds every number at every keystroke', () => {
    for (const { typed, e164 } of accepted) {
      const stored = e164.slice(1)
      const plain = typed.normalize('NFKC').replace(/^tel:\s*/i, '')
      // Slips and habits of writing that make sense only when the number is whole.
      const steps = /\(0\)|\( ?0 ?\)|\.0$|^\+?234 ?234|^000|^0234/.test(plain) ? [typed] : keystrokes(typed)
      for (const step of steps) {
        const fragment = searchDigits(step)
        if (fragment === null) continue
        const found = fragment.prefixes.some((prefix) => stored.startsWith(prefix))
        expect(found, `${step} (of ${typed}) tries ${fragment.prefixes.join(', ')} for ${stored}`).toBe(true)
      }
      expect(searchDigits(typed)?.prefixes[0]).toBe(stored)
    }
  })

  test('finds by the last four to seven digits', () => {
    for (const { e164 } of accepted) {
      for (const length of [4, 5, 6, 7]) {
        const end = e164.slice(-length)
        const suffix = searchDigits(end)?.suffix
        expect(suffix === end || end.startsWith('+'), end).toBe(true)
      }
    }
  })

  function keystrokes(typed: string): string[] {
    const characters = [...typed]
    return characters.map((_, at) => characters.slice(0, at + 1).join(''))
  }
})
