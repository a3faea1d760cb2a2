import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quickest } from '../../tests/support/quickest.ts'
import { formatNaira, groupThousands, mulDivFloor, parseMajor, pointsInWords } from './money.ts'
import { BrokenInvariant } from './result.ts'

describe('mulDivFloor', () => {
  const natural = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER))

  test('is what BigInt says, or throws where the result is no safe integer', () => {
    fc.assert(
      fc.property(natural, natural, natural, (a, b, c) => {
        const divisor = Math.max(1, c)
        const exact = (BigInt(a) * BigInt(b)) / BigInt(divisor)
        if (exact > BigInt(Number.MAX_SAFE_INTEGER)) {
          expect(() => mulDivFloor(a, b, divisor)).toThrow(BrokenInvariant)
        } else {
          expect(BigInt(mulDivFloor(a, b, divisor))).toBe(exact)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('rounds down at every border', () => {
    expect(mulDivFloor(99, 1, 100)).toBe(0)
    expect(mulDivFloor(100, 1, 100)).toBe(1)
    expect(mulDivFloor(12_500_00, 12_500, 10_000)).toBe(15_625_00)
    expect(mulDivFloor(Number.MAX_SAFE_INTEGER, 10_000, 10_000)).toBe(Number.MAX_SAFE_INTEGER)
  })

  test.each([
    [1.5, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, 0],
    [1, 1, -1],
    [-1, 1, 1],
    [1, -1, 1],
    [Number.POSITIVE_INFINITY, 1, 1],
    [2 ** 53, 1, 1],
  ])('throws on %d * %d / %d', (a, b, divisor) => {
    expect(() => mulDivFloor(a, b, divisor)).toThrow(BrokenInvariant)
  })
})

describe('parseMajor', () => {
  test.each([
    ['12,500', 1_250_000],
    ['12500', 1_250_000],
    ['12 500', 1_250_000],
    ['12\u00a0500', 1_250_000],
    ["12'500.50", 1_250_050],
    ['₦12,500.5', 1_250_050],
    ['₦ 12,500', 1_250_000],
    ['N500', 50_000],
    ['ngn 500', 50_000],
    ['$29.33', 2_933],
    ['29.33', 2_933],
    ['29.3', 2_930],
    ['29.', 2_900],
    ['29.330', 2_933],
    ['0', 0],
    ['0.00', 0],
    ['00012', 1_200],
    ['-500', -50_000],
    ['-₦500', -50_000],
    ['-0', 0],
    ['１２，５００', 1_250_000],
    ['１２．５', 1_250],
    ['1,000,000,000', 100_000_000_000],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('%s is %d kobo', (text, kobo) => {
    expect(parseMajor(text)).toBe(kobo)
  })

  test.each([
    '',
    ' ',
    '.',
    '.5',
    '-',
    '₦',
    'abc',
    '12a',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '12.345',
    '1,25',
    '12,50',
    '1,2345',
    ',500',
    '1,,000',
    '1.2.3',
    '1.000,50',
    '+5',
    '--5',
    '5-',
    '5%',
    '=1+1',
    '90071992547409.92',
    '9'.repeat(400),
  ])('refuses %j', (text) => {
    expect(parseMajor(text)).toBeUndefined()
  })

  test('reads back what is shown, to the kobo', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), (kobo) => {
        expect(parseMajor(formatNaira(kobo))).toBe(kobo)
      }),
    )
  })

  test('never answers with anything but a safe integer', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.,- ₦N$'), maxLength: 24 })
    fc.assert(
      fc.property(text, (typed) => {
        const kobo = parseMajor(typed)
        expect(kobo === undefined || Number.isSafeInteger(kobo)).toBe(true)
        expect(Object.is(kobo, -0)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('reads currencies without minor digits', () => {
    expect(parseMajor('12,500', 0)).toBe(12_500)
    expect(parseMajor('12.5', 0)).toBeUndefined()
    expect(parseMajor('12.0', 0)).toBe(12)
  })

  test('is quick on megabytes', () => {
    for (const huge of ['1,000'.repeat(200_000), `${'1'.repeat(1_000_000)}x`]) {
      expect(parseMajor(huge)).toBeUndefined()
      expect(quickest(() => parseMajor(huge))).toBeLessThan(1_000)
    }
  })
})

test('amounts and counts are grouped, kobo only where there are any', () => {
  expect(formatNaira(0)).toBe('₦0')
  expect(formatNaira(5)).toBe('₦0.05')
  expect(formatNaira(1_250_000)).toBe('₦12,500')
  expect(formatNaira(1_250_050)).toBe('₦12,500.50')
  expect(formatNaira(-1_250_050)).toBe('-₦12,500.50')
  expect(groupThousands(999)).toBe('999')
  expect(groupThousands(-1_000_000)).toBe('-1,000,000')
  expect([0, 1, -1, 2_480].map(pointsInWords)).toEqual(['0 points', '1 point', '-1 point', '2,480 points'])
})
