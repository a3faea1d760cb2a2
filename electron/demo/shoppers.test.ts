import { describe, expect, it } from 'vitest'
import { readContact } from '../../shared/domain/identity.ts'
import { readPhone } from '../../shared/domain/phone.ts'
import { pinRefusal } from '../ledger/people.ts'
import { DEMO_PEOPLE, demoPinsLine } from './people.ts'
import { ADA, phoneOf, purchases, shopper } from './shoppers.ts'

const TODAY = '2026-11-21'
const NOW = Date.parse('2026-11-21T15:00:00Z')

describe('the shoppers of the demo', () => {
  it('are the same for the same seed and others for another', () => {
    expect(shopper(7, 41, TODAY)).toEqual(shopper(7, 41, TODAY))
    expect(shopper(7, 41, TODAY)).not.toEqual(shopper(8, 41, TODAY))
    expect(purchases(7, 50, NOW, 'Africa/Lagos')).toEqual(purchases(7, 50, NOW, 'Africa/Lagos'))
  })

  it('have contacts the till reads without a warning, and numbers nobody else has', () => {
    const numbers = new Set<string>()
    for (let i = 0; i < 100_000; i++) numbers.add(phoneOf(7, i))
    expect(numbers.size).toBe(100_000)
    expect(numbers.has(ADA.phone)).toBe(false)
    for (let i = 0; i < 3_000; i++) {
      const one = shopper(7, i, TODAY)
      expect(readContact(one).ok, JSON.stringify(one)).toBe(true)
      if (one.phone === '') continue
      const phone = readPhone(one.phone)
      expect(phone.ok ? phone.value.warning : phone.refusal.sentence).toBe('none')
    }
  })

  it('are a crowd one believes: some without a name, some with cards, accents and birthdays', () => {
    const crowd = Array.from({ length: 2_000 }, (_, i) => shopper(7, i, TODAY))
    const share = (test: (one: (typeof crowd)[number]) => boolean) => crowd.filter(test).length / crowd.length
    expect(share((one) => one.name === '')).toBeGreaterThan(0.08)
    expect(share((one) => one.name === '')).toBeLessThan(0.16)
    expect(share((one) => one.card !== '')).toBeGreaterThan(0.2)
    expect(share((one) => one.name.normalize('NFD') !== one.name)).toBeGreaterThan(0.2)
    expect(share((one) => one.phone === '' && one.card === '')).toBe(0)
    expect(crowd.some((one) => one.birth.endsWith('11-24'))).toBe(true)
  })

  it('bought on days before today, within the last year, in opening hours', () => {
    const sales = purchases(7, 500, NOW, 'Africa/Lagos')
    expect(sales.length).toBeGreaterThan(1_200)
    for (const sale of sales) {
      expect(sale.occurred_ms).toBeLessThan(Date.parse('2026-11-20T23:00:00Z'))
      expect(sale.occurred_ms).toBeGreaterThan(Date.parse('2025-11-22T00:00:00Z'))
      expect(Number.isInteger(sale.amount_kobo) && sale.amount_kobo > 0).toBe(true)
    }
    expect(new Set(sales.map((sale) => sale.key)).size).toBe(sales.length)
  })
})

describe('the people of the demo', () => {
  it('have PINs the till takes', () => {
    for (const one of DEMO_PEOPLE) expect(pinRefusal(one.pin, one.role)).toBeNull()
    expect(demoPinsLine()).toContain('Chidi (cashier) 2580')
  })
})
