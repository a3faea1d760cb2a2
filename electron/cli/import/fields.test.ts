import { describe, expect, it } from 'vitest'
import { looksLikeHeader, mappingFromHeader, plainHeading, readMapping } from './fields.ts'

const why = (result: ReturnType<typeof mappingFromHeader>) => (result.ok ? '' : result.refusal.sentence)

describe('headings', () => {
  it('are known in any case, with accents and marks', () => {
    expect(plainHeading('  Téléphone_No. (GSM)')).toBe('telephone no gsm')
    expect(mappingFromHeader(['MOBILE No.', 'Sale-Date', 'Total (₦)'], 'sales')).toEqual({
      ok: true,
      value: { phone: 0, date: 1, amount: 2 },
    })
    expect(mappingFromHeader(['Customer', 'Telephone', 'DOB', 'E-mail'], 'customers')).toEqual({
      ok: true,
      value: { phone: 1, email: 3, card: 0, birth: 2 },
    })
  })

  it('that stand twice are refused by name', () => {
    expect(why(mappingFromHeader(['phone', 'Date', 'amount', 'date'], 'sales'))).toContain(
      'names "date" more than once',
    )
  })

  it('that could both be one field are refused with the option to type', () => {
    const sentence = why(mappingFromHeader(['phone', 'date', 'Amount', 'Total'], 'sales'))
    expect(sentence).toContain('both "Amount" and "Total" could be the amount')
    expect(sentence).toContain('--columns')
  })

  it('that lack something are refused with what is missing and what is there', () => {
    const sentence = why(mappingFromHeader(['name', 'date'], 'sales'))
    expect(sentence).toContain('the amount and who the customer is')
    expect(sentence).toContain('1 "name", 2 "date"')
  })

  it('are told from data', () => {
    expect(looksLikeHeader(['Phone', 'x'], 'sales')).toBe(true)
    expect(looksLikeHeader(['08031234567', '2026-01-01', '500'], 'sales')).toBe(false)
  })
})

describe('--columns', () => {
  it('takes positions and headings', () => {
    expect(readMapping('card=2,date=3,amount=5', 'sales', null, 5)).toEqual({
      ok: true,
      value: { card: 1, date: 2, amount: 4 },
    })
    expect(readMapping('phone=gsm,date=When,amount=3', 'sales', ['GSM', 'when', 'x'], 3)).toEqual({
      ok: true,
      value: { phone: 0, date: 1, amount: 2 },
    })
  })

  it.each([
    ['card', 'not a field and its column'],
    ['colour=1', 'no field "colour"'],
    ['card=1,card=2', 'given twice'],
    ['card=9,date=1,amount=2', 'has 5 columns'],
    ['card=0,date=1,amount=2', 'has 5 columns'],
    ['card=id,date=1,amount=2', 'no header line'],
    ['date=1,amount=2', 'who the customer is'],
    ['', 'not a field and its column'],
  ])('"%s" is refused: %s', (option, words) => {
    expect(why(readMapping(option, 'sales', null, 5))).toContain(words)
  })
})
