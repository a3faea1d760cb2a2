import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { startTranslations } from '../../i18n/index.ts'
import { TILL_WORDS } from '../../i18n/till.ts'
import type { SaleDone, SaleLine, Told } from '../flow/flow.ts'
import { wordsWith } from '../words.ts'
import { toldText } from './told-text.ts'

const SALE: SaleDone = {
  sale_id: '1'.repeat(32),
  customer_id: '2'.repeat(32),
  gross_kobo: 1_000_000,
  net_kobo: 1_000_000,
  earned: 125,
  redeemed: 0,
  pays_kobo: 0,
  lines: [],
  others: [],
  reward: '',
  balance: 2_605,
  balance_worth_kobo: 260_500,
  tier: 'Silver',
  tier_changed: false,
  expiring: null,
  at: 0,
}
const LINE = { gross_kobo: 1_000_000 } as SaleLine

beforeAll(() => startTranslations(TILL_WORDS))

/** The sentence without the invisible marks around the name. */
function said(what: Told): string {
  const words = wordsWith(i18next.getFixedT(null, ['till', 'common']), i18next.language)
  const { main, beside } = toldText(what, words)
  return [main, ...beside].join(' | ').replace(/[\u2068\u2069]/g, '')
}
const sold = (part: Partial<SaleDone>, name = 'Ada Obi'): string =>
  said({ kind: 'sold', name, sale: { ...SALE, ...part } })

describe('what to tell the customer', () => {
  it('begins with the first name and ends with what the points are worth', () => {
    expect(sold({})).toBe('Ada earns 125 points and now has 2,605 points, worth ₦2,605')
  })

  it('says what points paid and what is left to pay', () => {
    expect(sold({ redeemed: 500, pays_kobo: 50_000, net_kobo: 950_000, earned: 1, balance: 2_106 })).toBe(
      'Ada used 500 points for ₦500, earns 1 point and now has 2,106 points | To pay: ₦9,500',
    )
  })

  it('says when nothing is earned, and when a tier is reached', () => {
    expect(sold({ earned: 0 })).toBe('Ada earns no points this time and has 2,605 points, worth ₦2,605')
    expect(sold({ tier: 'Gold', tier_changed: true })).toContain('| Now Gold')
  })

  it('names no total where what they have is not known here', () => {
    const unknown = { balance: null, balance_worth_kobo: null }
    expect(sold(unknown)).toBe('Ada earns 125 points')
    expect(sold({ ...unknown, earned: 0 })).toBe('Ada earns no points this time')
  })

  it('has a word for who gave no name, and for a sale of nobody', () => {
    expect(sold({}, '')).toMatch(/^The customer earns/)
    expect(sold({ customer_id: null })).toBe('Sale of ₦10,000 recorded without a customer')
  })

  it('takes braces in a name for letters, not for a placeholder', () => {
    expect(sold({}, '{{balance}} $t(app)')).toMatch(/^\{\{balance\}\} earns 125 points/)
  })

  it('says what an undone sale leaves, a debt too', () => {
    const undo = {
      sale_id: '',
      customer_id: '2'.repeat(32),
      taken_back: 125,
      given_back: 0,
      balance: 2_480,
      debt: 0,
    }
    const undone = (part: Partial<typeof undo>) =>
      said({ kind: 'undone', name: 'Ada', line: LINE, undo: { ...undo, ...part } })
    expect(undone({})).toBe('Sale of ₦10,000 undone. Ada now has 2,480 points')
    expect(undone({ balance: 0, debt: 20 })).toBe('Sale of ₦10,000 undone. Ada owes 20 points')
  })

  it('says what was given back, what stays, and what the customer has', () => {
    const refund = {
      sale_id: '',
      customer_id: '2'.repeat(32),
      kobo: 255_000,
      left_kobo: 745_000,
      whole: false,
      taken_back: 25,
      given_back: 0,
      waiting: false,
      balance: 75,
      debt: 0,
    }
    const given = (part: Partial<Extract<Told, { readonly kind: 'given_back' }>['refund']>) =>
      said({ kind: 'given_back', name: 'Ada', refund: { ...refund, ...part } })
    expect(given({})).toBe('₦2,550 given back. Ada now has 75 points | ₦7,450 of the sale stays')
    expect(given({ whole: true, left_kobo: 0 })).toBe('₦2,550 given back. Ada now has 75 points')
    expect(given({ whole: true, balance: 0, debt: 5 })).toBe('₦2,550 given back. Ada owes 5 points')
    expect(given({ whole: true, customer_id: null })).toBe('₦2,550 given back')
    expect(given({ waiting: true })).toMatch(/^₦2,550 given back\. The points of Ada follow/)
  })

  it('says which way an adjustment went', () => {
    const adjusted = (points: number) => said({ kind: 'adjusted', name: 'Ada', points, balance: 90 })
    expect(adjusted(50)).toBe('Ada gets 50 points and now has 90 points')
    expect(adjusted(-50)).toBe('50 points taken off. Ada now has 90 points')
  })
})
