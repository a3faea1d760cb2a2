import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupThousands } from '../../../shared/base/money.ts'
import { caretAfter, koboOf, nextAmountText, pointsOf } from './amount-text.ts'

/** Presses the keys one after the other at the end of the field; < takes the last character away. */
const press = (keys: string): string =>
  [...keys].reduce((text, key) => nextAmountText(text, key === '<' ? text.slice(0, -1) : text + key), '')

describe('typing an amount', () => {
  it.each([
    ['12500', '12,500'],
    ['12500.50', '12,500.50'],
    ['12500<', '1,250'],
    ['1250000<<<<', '125'],
    ['12,500', '12,500'],
    ['12,5000', '125,000'],
    ['0012', '12'],
    ['.5', '.5'],
    ['-500', '-500'],
  ])('%s shows %s', (keys, shown) => expect(press(keys)).toBe(shown))

  it('never changes the value of plain digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), (naira) => {
        expect(press(String(naira))).toBe(groupThousands(naira))
        expect(koboOf(press(String(naira)))).toBe(naira * 100)
      }),
    )
  })

  it('leaves what was pasted as it is, so that 12,50 is refused and not read as 1,250', () => {
    expect(nextAmountText('', '12,50')).toBe('12,50')
    expect(koboOf(nextAmountText('', '12,50'))).toBeUndefined()
    expect(koboOf(nextAmountText('', '₦12,500.50'))).toBe(1_250_050)
    expect(koboOf(nextAmountText('', '12 500'))).toBe(1_250_000)
    expect(nextAmountText('', '12.500,00')).toBe('12.500,00')
  })

  it('keeps the caret behind the same digit', () => {
    expect(caretAfter('12,5600', 4, '125,600')).toBe(3)
    expect(caretAfter('1250', 4, '1,250')).toBe(5)
    expect(caretAfter('1250', 1, '1,250')).toBe(1)
    // What is shown as typed moves nothing: a minus, a letter.
    expect(caretAfter('-', 1, '-')).toBe(1)
    expect(caretAfter('-50', 2, '-50')).toBe(2)
  })

  it('reads whole points only', () => {
    expect(pointsOf('2,480')).toBe(2480)
    expect(pointsOf('1.5')).toBeUndefined()
    expect(pointsOf('many')).toBeUndefined()
  })
})
