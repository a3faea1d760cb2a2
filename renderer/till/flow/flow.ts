import { AMOUNT_KOBO_MAX } from '../../../shared/base/money.ts'
import { refusal } from '../../../shared/base/refusal.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import type { Ask } from '../../bridge/client.ts'
import { isLongNumber, koboOf, pointsOf } from './amount-text.ts'
import type { CustomerLine, Find } from './find.ts'
import { FIND_EMPTY, refreshed } from './find.ts'

export type Card = Output<'customer.card'>
export type Quote = Output<'sale.quote'>
export type SaleDone = Output<'sale.record'>
export type SaleLine = Output<'sale.list'>['sales'][number]

/** Who the sale is for. `line` is what the list knew; `card` comes a moment later. */
type For =
  | { readonly who: 'nobody_yet' }
  | { readonly who: 'without' }
  | {
      readonly who: 'customer'
      readonly id: string
      readonly line: CustomerLine | null
      readonly card: Card | null
    }

type BillField = 'amount' | 'receipt' | 'redeem' | 'sale'

interface Bill {
  readonly amount: string
  readonly receipt: string
  /** An amount of the unit, or the id of a reward. */
  readonly redeem: string
  readonly unit: 'points' | 'naira' | 'reward'
  readonly quote: Quote | null
  /** Counts the quotes asked for; only the last one's answer is shown. */
  readonly asked: number
  readonly problem: { readonly field: BillField; readonly sentence: string } | null
}

/** What the band across the top says. */
export type Told =
  | { readonly kind: 'sold'; readonly name: string; readonly sale: SaleDone }
  | {
      readonly kind: 'undone'
      readonly name: string
      readonly line: SaleLine
      readonly undo: Output<'sale.void'>
    }
  | { readonly kind: 'given_back'; readonly name: string; readonly refund: Output<'sale.refund'> }
  | {
      readonly kind: 'adjusted'
      readonly name: string
      readonly points: number
      readonly balance: number | null
    }

/** What the middle column shows. */
export type Middle = 'card' | 'enrol' | 'edit' | 'adjust' | 'history'

export interface Flow {
  readonly find: Find
  readonly for: For
  readonly bill: Bill
  readonly middle: Middle
  readonly recording: boolean
  readonly told: { readonly n: number; readonly what: Told } | null
  /** What the last band said; stays in sight while nobody is chosen. */
  readonly last: Told | null
  readonly toldCount: number
}

const BILL_EMPTY: Bill = {
  amount: '',
  receipt: '',
  redeem: '',
  unit: 'points',
  quote: null,
  asked: 0,
  problem: null,
}

export const FLOW_START: Flow = {
  find: FIND_EMPTY,
  for: { who: 'nobody_yet' },
  bill: BILL_EMPTY,
  middle: 'card',
  recording: false,
  told: null,
  last: null,
  toldCount: 0,
}

/** Where the cashier is: it follows from what is there, so it cannot disagree with it. */
type Step = 'find' | 'amount'
export const stepOf = (flow: Flow): Step => (flow.for.who === 'nobody_yet' ? 'find' : 'amount')

export const customerOf = (flow: Flow): Extract<For, { who: 'customer' }> | null =>
  flow.for.who === 'customer' ? flow.for : null

/** A customer was taken from the list. What was typed for the bill stays: only the person changes. */
export function choose(flow: Flow, line: CustomerLine): Flow {
  return {
    ...flow,
    for: { who: 'customer', id: line.id, line, card: null },
    middle: 'card',
    find: { ...flow.find, takeWhenShown: false },
    bill: { ...flow.bill, quote: null, problem: null },
  }
}

/** A card that arrived. One for somebody no longer chosen is dropped. Their line in the list follows it. */
export function showCard(flow: Flow, card: Card): Flow {
  if (flow.for.who !== 'customer' || flow.for.id !== card.id) return flow
  const { known, balance } = card.account
  const line = { name: card.name, tier: known ? card.tier.name : '', points: known ? balance : 0, known }
  return { ...flow, for: { ...flow.for, card }, find: refreshed(flow.find, card.id, line) }
}

/** A sale that no customer wants points for. */
export function withoutCustomer(flow: Flow): Flow {
  return {
    ...flow,
    for: { who: 'without' },
    middle: 'card',
    find: { ...FIND_EMPTY, asked: flow.find.asked + 1 },
    bill: { ...flow.bill, redeem: '', quote: null, problem: null },
  }
}

export type BillEdit = Partial<Pick<Bill, 'amount' | 'receipt' | 'redeem' | 'unit'>>

/** The bill was edited: what was wrong with it is no longer said. */
export function editBill(flow: Flow, edit: BillEdit): Flow {
  return { ...flow, bill: { ...flow.bill, ...edit, problem: null } }
}

export function problemAt(flow: Flow, field: BillField, sentence: string): Flow {
  return { ...flow, recording: false, bill: { ...flow.bill, problem: { field, sentence } } }
}

/**
 * What is wrong with a field: what was said to it last, else what the ledger says of the bill as typed. What cannot
 * be read as a redemption is said at once: the preview goes on without it and must not seem to count it.
 */
export function problemOf(flow: Flow, field: BillField): string {
  const { problem, quote, amount } = flow.bill
  if (field === 'redeem') {
    const wanted = readRedeem(flow)
    if (!wanted.ok) return wanted.sentence
  }
  if (problem) return problem.field === field ? problem.sentence : ''
  if (quote?.refusal?.field !== field || (field === 'amount' && amount === '')) return ''
  return quote.refusal.sentence
}

/** An answer to quote number `asked`; an earlier one is dropped. */
export function quoted(flow: Flow, asked: number, quote: Quote): Flow {
  return asked === flow.bill.asked ? { ...flow, bill: { ...flow.bill, quote } } : flow
}

/** The sale is in the book: a fresh screen, with the band over it. */
export function tell(flow: Flow, what: Told): Flow {
  const n = flow.toldCount + 1
  return { ...flow, told: { n, what }, last: what, toldCount: n }
}

export function recorded(flow: Flow, what: Told): Flow {
  const fresh: Flow = {
    ...FLOW_START,
    toldCount: flow.toldCount,
    find: { ...FIND_EMPTY, asked: flow.find.asked + 1 },
    bill: { ...BILL_EMPTY, asked: flow.bill.asked + 1 },
  }
  return tell(fresh, what)
}

/** The four seconds of band number `n` are over; a later band stays. */
export function bandOver(flow: Flow, n: number): Flow {
  return flow.told?.n === n ? { ...flow, told: null } : flow
}

type Focus = 'search' | 'amount'

/**
 * Esc: one step back. Form in the middle -> card; customer -> list, the bill kept; text in the search box ->
 * empty box; bill -> empty bill; then the band.
 */
export function back(flow: Flow): { readonly flow: Flow; readonly focus: Focus } {
  if (flow.middle !== 'card') {
    return { flow: { ...flow, middle: 'card' }, focus: flow.for.who === 'nobody_yet' ? 'search' : 'amount' }
  }
  if (flow.for.who !== 'nobody_yet') {
    const bill: Bill = { ...flow.bill, redeem: '', quote: null, problem: null, asked: flow.bill.asked + 1 }
    return { flow: { ...flow, for: { who: 'nobody_yet' }, bill }, focus: 'search' }
  }
  if (flow.find.text !== '') {
    return { flow: { ...flow, find: { ...FIND_EMPTY, asked: flow.find.asked + 1 } }, focus: 'search' }
  }
  if (flow.bill.amount !== '' || flow.bill.receipt !== '' || flow.bill.redeem !== '') {
    return { flow: { ...flow, bill: { ...BILL_EMPTY, asked: flow.bill.asked + 1 } }, focus: 'search' }
  }
  return { flow: { ...flow, told: null }, focus: 'search' }
}

type SaleIn = Ask<'sale.quote'>

type Unread = { readonly ok: false; readonly field: BillField; readonly sentence: string }
type ReadBill = { readonly ok: true; readonly sale: SaleIn } | Unread
type ReadRedeem = { readonly ok: true; readonly redeem: SaleIn['redeem'] } | Unread

/** Points are only redeemed for a customer; an empty field and zero redeem nothing. */
function readRedeem(flow: Flow): ReadRedeem {
  const { redeem, unit } = flow.bill
  if (redeem.trim() === '' || flow.for.who !== 'customer') return { ok: true, redeem: null }
  if (unit === 'reward') return { ok: true, redeem: { unit, id: redeem } }
  const value = unit === 'points' ? pointsOf(redeem) : koboOf(redeem)
  if (value === undefined) {
    const code = unit === 'points' ? 'points_invalid' : 'amount_invalid'
    return { ok: false, field: 'redeem', sentence: refusal(code).sentence }
  }
  if (value === 0) return { ok: true, redeem: null }
  return { ok: true, redeem: unit === 'points' ? { unit, points: value } : { unit: 'kobo', kobo: value } }
}

/**
 * What the bill says, as the ledger takes it. Refuses only what cannot be read at all: whether the sale may be
 * recorded is decided by the ledger.
 */
export function readBill(flow: Flow): ReadBill {
  const gross = koboOf(flow.bill.amount)
  if (gross === undefined) {
    return { ok: false, field: 'amount', sentence: unreadAmount(flow.bill.amount) }
  }
  const wanted = readRedeem(flow)
  if (!wanted.ok) return wanted
  return {
    ok: true,
    sale: {
      customer_id: flow.for.who === 'customer' ? flow.for.id : null,
      gross_kobo: gross,
      redeem: wanted.redeem,
      receipt: flow.bill.receipt.trim(),
      channel: 'pos',
    },
  }
}

/** Why a text is no amount: nothing was typed, more than can be counted, or no number at all. */
function unreadAmount(text: string): string {
  if (text.trim() === '') return refusal('amount_zero').sentence
  if (isLongNumber(text)) return refusal('amount_too_large', { max: AMOUNT_KOBO_MAX }).sentence
  return refusal('amount_invalid').sentence
}

/** What to ask a quote for: the bill, without a redemption that cannot be read. Null when nothing can be asked. */
export function readForQuote(flow: Flow): SaleIn | null {
  if (flow.for.who === 'nobody_yet') return null
  const readable = readRedeem(flow).ok ? flow : { ...flow, bill: { ...flow.bill, redeem: '' } }
  const read = readBill(readable)
  return read.ok ? read.sale : null
}
