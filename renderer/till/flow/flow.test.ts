import { describe, expect, it } from 'vitest'
import type { SearchAnswer } from './find.ts'
import { answered, FIND_EMPTY, isCurrent, moved, searchFailed, taken, typed, waiting } from './find.ts'
import type { Flow } from './flow.ts'
import {
  back,
  bandOver,
  choose,
  editBill,
  FLOW_START,
  problemOf,
  quoted,
  readBill,
  readForQuote,
  recorded,
  showCard,
  stepOf,
  withoutCustomer,
} from './flow.ts'

const line = (n: number) => ({
  id: String(n).padStart(32, '0'),
  name: `Person ${n}`,
  phone: '0803 123 4567',
  card: '',
  email: '',
  tier: 'Bronze',
  points: 10,
  known: true,
})
const found = (count: number, can_enrol = false): SearchAnswer => ({
  results: Array.from({ length: count }, (_, n) => line(n)),
  more: false,
  phone: null,
  can_enrol,
})
const quoteOf = (points: number) => ({
  gross_kobo: 0,
  net_kobo: 0,
  earn: { points, base: points, multiplier_bp: 10_000, tier: 'Bronze', text: '', lines: [], others: [] },
  rewards: [],
  redeem: { points: 0, pays_kobo: 0, max_points: 0, max_pays_kobo: 0, why: '', may_ask: false },
  balance_after: 0,
  refusal: null,
})
const sold = {
  kind: 'sold' as const,
  name: 'Ada Obi',
  sale: {
    sale_id: '1'.repeat(32),
    customer_id: null,
    gross_kobo: 1,
    net_kobo: 1,
    earned: 0,
    redeemed: 0,
    pays_kobo: 0,
    lines: [],
    others: [],
    reward: '',
    balance: 0,
    balance_worth_kobo: 0,
    tier: '',
    tier_changed: false,
    expiring: null,
    at: 0,
  },
}

describe('the search box', () => {
  it('drops the answer to an earlier question, whichever comes first', () => {
    const first = typed(FIND_EMPTY, '080')
    const second = typed(first, '0803')
    expect(answered(second, first.asked, found(3))).toBe(second)
    const shown = answered(second, second.asked, found(2))
    expect(shown.shown?.answer.results).toHaveLength(2)
    expect(answered(shown, first.asked, found(9))).toBe(shown)
    expect(searchFailed(shown, first.asked, 'no')).toBe(shown)
  })

  it('keeps the old list while the next one is on its way, but Enter waits for it', () => {
    const shown = answered(typed(FIND_EMPTY, '08'), 1, found(2))
    const next = typed(shown, '080')
    expect(next.shown?.answer.results).toHaveLength(2)
    expect(isCurrent(next)).toBe(false)
    expect(taken(next)).toEqual({ take: 'wait' })
    const arrived = answered(waiting(next), next.asked, found(1))
    expect(arrived.takeWhenShown).toBe(true)
    expect(taken(arrived)).toEqual({ take: 'customer', line: line(0) })
  })

  it('forgets the wish to take a row when another key is pressed', () => {
    expect(typed(waiting(typed(FIND_EMPTY, '08')), '080').takeWhenShown).toBe(false)
  })

  it('moves within the rows, with New customer as the last where it is offered', () => {
    let find = answered(typed(FIND_EMPTY, '08031234567'), 1, found(2, true))
    find = moved(find, -1)
    expect(find.at).toBe(0)
    find = moved(moved(moved(find, 1), 1), 1)
    expect(find.at).toBe(2)
    expect(taken(find)).toEqual({ take: 'enrol' })
    expect(taken(moved(find, -1))).toEqual({ take: 'customer', line: line(1) })
  })

  it('takes nothing where nobody was found and nobody can be enrolled', () => {
    expect(taken(answered(typed(FIND_EMPTY, 'zz'), 1, found(0)))).toEqual({ take: 'nothing' })
    expect(taken(FIND_EMPTY)).toEqual({ take: 'nothing' })
  })

  it('empties with the box, and a late answer does not fill it again', () => {
    const asked = typed(FIND_EMPTY, '0803')
    const emptied = typed(asked, '')
    expect(emptied.shown).toBeNull()
    expect(answered(emptied, asked.asked, found(5)).shown).toBeNull()
  })
})

const withAda = (): Flow => choose(FLOW_START, line(1))

describe('the sale', () => {
  it('goes from find to amount to a fresh screen with the band over it', () => {
    expect(stepOf(FLOW_START)).toBe('find')
    const chosen = editBill(withAda(), { amount: '12,500' })
    expect(stepOf(chosen)).toBe('amount')
    const done = recorded(chosen, sold)
    expect(stepOf(done)).toBe('find')
    expect(done.find.text).toBe('')
    expect(done.bill.amount).toBe('')
    expect(done.told?.what).toBe(sold)
  })

  it('keeps counting, so that what was asked before the sale cannot land after it', () => {
    const searching = { ...withAda(), find: typed(FIND_EMPTY, '0803') }
    const asking = { ...searching, bill: { ...searching.bill, asked: 7 } }
    const done = recorded(asking, sold)
    expect(answered(done.find, asking.find.asked, found(3)).shown).toBeNull()
    expect(quoted(done, 7, quoteOf(5)).bill.quote).toBeNull()
  })

  it('shows each band its own four seconds', () => {
    const first = recorded(withAda(), sold)
    const second = recorded(choose(first, line(2)), sold)
    expect(bandOver(second, 1).told?.n).toBe(2)
    expect(bandOver(second, 2).told).toBeNull()
  })

  it('brings the list up to date with a card that arrives', () => {
    const listed = { ...FLOW_START, find: answered(typed(FIND_EMPTY, '080'), 1, found(3)) }
    const account = { known: true, balance: 77 }
    const card = { id: line(1).id, name: 'Ada', tier: { name: 'Gold' }, account }
    const shown = showCard(choose(listed, line(1)), card as Parameters<typeof showCard>[1])
    expect(shown.find.shown?.answer.results.map((one) => one.points)).toEqual([10, 77, 10])
    expect(shown.find.shown?.answer.results[1]).toMatchObject({ name: 'Ada', tier: 'Gold' })
  })

  it('tells no figure of an account that is not known', () => {
    const listed = { ...FLOW_START, find: answered(typed(FIND_EMPTY, '080'), 1, found(3)) }
    const account = { known: false, available: 77 }
    const card = { id: line(1).id, name: 'Ada', tier: { name: 'Gold' }, account }
    const shown = showCard(choose(listed, line(1)), card as Parameters<typeof showCard>[1])
    expect(shown.find.shown?.answer.results[1]).toMatchObject({ tier: '', points: 0, known: false })
  })

  it('shows only the card of the person who is chosen', () => {
    const card = { id: line(2).id } as Parameters<typeof showCard>[1]
    const flow = withAda()
    expect(showCard(flow, card)).toBe(flow)
  })

  it('keeps the amount when another person is chosen, but not what was to be redeemed', () => {
    const flow = editBill(withAda(), { amount: '500', redeem: '100' })
    const other = choose(back(flow).flow, line(2))
    expect(other.bill.amount).toBe('500')
    expect(other.bill.redeem).toBe('')
  })

  it('steps back once per Esc: form, customer, search text, bill, band', () => {
    let flow: Flow = {
      ...editBill(withAda(), { amount: '500' }),
      find: typed(FIND_EMPTY, '080'),
      middle: 'edit',
    }
    flow = { ...flow, told: { n: 1, what: sold } }
    const seen: string[] = []
    for (let n = 0; n < 5; n++) {
      flow = back(flow).flow
      seen.push(
        [
          flow.middle,
          flow.for.who,
          flow.find.text || '-',
          flow.bill.amount || '-',
          flow.told ? 'band' : '-',
        ].join(' '),
      )
    }
    expect(seen).toEqual([
      'card customer 080 500 band',
      'card nobody_yet 080 500 band',
      'card nobody_yet - 500 band',
      'card nobody_yet - - band',
      'card nobody_yet - - -',
    ])
  })
})

describe('reading the bill', () => {
  it('gives the ledger integers', () => {
    const read = readBill(editBill(withAda(), { amount: '12,500.50', redeem: '500', receipt: ' A-1043 ' }))
    expect(read).toEqual({
      ok: true,
      sale: {
        customer_id: line(1).id,
        gross_kobo: 1_250_050,
        redeem: { unit: 'points', points: 500 },
        receipt: 'A-1043',
        channel: 'pos',
      },
    })
  })

  it('reads naira to redeem as kobo, and zero as nothing', () => {
    const naira = readBill(editBill(withAda(), { amount: '9', redeem: '4.50', unit: 'naira' }))
    expect(naira.ok && naira.sale.redeem).toEqual({ unit: 'kobo', kobo: 450 })
    const zero = readBill(editBill(withAda(), { amount: '9', redeem: '0' }))
    expect(zero.ok && zero.sale.redeem).toBeNull()
  })

  it('redeems nothing where there is no customer', () => {
    const flow = editBill(withoutCustomer(FLOW_START), { amount: '9', redeem: '5' })
    const read = readBill(flow)
    expect(read.ok && read.sale.redeem).toBeNull()
  })

  it.each([
    ['', 'amount', /zero/],
    ['abc', 'amount', /not a number of naira/],
    ['12.345', 'amount', /not a number of naira/],
    ['1e12', 'amount', /not a number of naira/],
    ['99,999,999,999,999', 'amount', /^The most one sale may be is ₦1,000,000,000\. /],
    ['99999999999999999999.50', 'amount', /^The most one sale may be is /],
    ['99999999999999999999.555', 'amount', /not a number of naira/],
  ])('refuses the amount %j under its field', (amount, field, sentence) => {
    const read = readBill(editBill(withAda(), { amount }))
    expect(read).toMatchObject({ ok: false, field, sentence: expect.stringMatching(sentence) })
  })

  it.each([
    ['150.5', 'points', /whole numbers/],
    ['abc', 'points', /whole numbers/],
    ['12.345', 'naira', /not a number of naira/],
  ] as const)('says of the redemption %j in %s at once what is wrong, and asks on for what the amount earns', (redeem, unit, sentence) => {
    const flow = editBill(withAda(), { amount: '12,500', redeem, unit })
    expect(problemOf(flow, 'redeem')).toMatch(sentence)
    expect(problemOf(flow, 'amount')).toBe('')
    expect(readForQuote(flow)).toMatchObject({ customer_id: line(1).id, gross_kobo: 1_250_000, redeem: null })
    // It is not recorded as if nothing had been typed.
    expect(readBill(flow)).toMatchObject({ ok: false, field: 'redeem' })
  })

  it('says so of the redemption before there is an amount, and asks nothing then', () => {
    const flow = editBill(withAda(), { amount: '', redeem: 'abc' })
    expect(problemOf(flow, 'redeem')).toMatch(/whole numbers/)
    expect(readForQuote(flow)).toBeNull()
  })

  it('refuses half a point', () => {
    expect(readBill(editBill(withAda(), { amount: '9', redeem: '1.5' }))).toMatchObject({
      ok: false,
      field: 'redeem',
    })
  })
})
