import i18next from 'i18next'
import { create } from 'zustand'
import type { Answer } from '../../bridge/client.ts'
import { till } from '../../bridge/till.ts'
import { refusalText } from '../../i18n/index.ts'
import { withApproval } from '../approve/approval.ts'
import type { CustomerLine } from './find.ts'
import { answered, moved, searchFailed, taken, typed, waiting } from './find.ts'
import type { BillEdit, Flow, Middle, Told } from './flow.ts'
import {
  back,
  choose,
  customerOf,
  editBill,
  FLOW_START,
  problemAt,
  quoted,
  readBill,
  readForQuote,
  recorded,
  showCard,
  tell,
  withoutCustomer,
} from './flow.ts'

export type FocusTarget = 'search' | 'amount' | 'receipt' | 'redeem'

interface FlowStore {
  readonly flow: Flow
  /** A wish for the focus: a new number is a new wish. */
  readonly focus: { readonly target: FocusTarget; readonly n: number }
}

export const useFlow = create<FlowStore>(() => ({ flow: FLOW_START, focus: { target: 'search', n: 0 } }))

const now = (): Flow => useFlow.getState().flow
const set = (flow: Flow): void => useFlow.setState({ flow })

export function focusOn(target: FocusTarget): void {
  useFlow.setState((store) => ({ focus: { target, n: store.focus.n + 1 } }))
}

/** The sentence for an answer that is not `done`. */
export function sentenceOf(answer: Exclude<Answer<never>, { outcome: 'done' }>): string {
  return answer.outcome === 'refused' ? refusalText(answer.refusal) : i18next.t('common:failed')
}

// ---- find ---------------------------------------------------------------------------------------------------

/** A key changed the search box. Each text is asked for at once; the last question's answer is shown. */
export async function search(text: string): Promise<void> {
  const before = now()
  const find = typed(before.find, text)
  // Looking for somebody else: the bill stays, the person goes.
  const who = before.for.who === 'nobody_yet' ? before : { ...before, for: { who: 'nobody_yet' as const } }
  set({ ...who, find, middle: 'card', bill: { ...who.bill, quote: null, problem: null } })
  if (text.trim() === '') return
  const answer = await till.call('customer.search', { text })
  const flow = now()
  if (answer.outcome !== 'done') {
    if (answer.outcome === 'refused' && answer.refusal.code === 'signed_out') return
    return set({ ...flow, find: searchFailed(flow.find, find.asked, sentenceOf(answer)) })
  }
  const next = answered(flow.find, find.asked, answer.value)
  set({ ...flow, find: next })
  if (next.takeWhenShown && next.asked === find.asked) takeSelected()
}

export function moveSelection(by: number): void {
  set({ ...now(), find: moved(now().find, by) })
}

/** Enter in the search box. */
export function takeSelected(): void {
  const flow = now()
  const take = taken(flow.find)
  if (take.take === 'customer') chooseCustomer(take.line)
  else if (take.take === 'wait') set({ ...flow, find: waiting(flow.find) })
  else if (take.take === 'enrol') showMiddle('enrol')
}

/** Looks for a text as if it were typed and entered. */
export async function searchAndTake(text: string): Promise<void> {
  focusOn('search')
  const asking = search(text)
  takeSelected()
  await asking
}

export function chooseCustomer(line: CustomerLine): void {
  set(choose(now(), line))
  focusOn('amount')
  void openCard(line.id)
  void quote()
}

/** Asks for the card of the chosen customer (again). */
export async function loadCard(): Promise<void> {
  const chosen = customerOf(now())
  if (!chosen) return
  const answer = await till.call('customer.card', { customer_id: chosen.id })
  if (answer.outcome === 'done') set(showCard(now(), answer.value))
  else if (customerOf(now())?.id === chosen.id) set(problemAt(now(), 'sale', sentenceOf(answer)))
}

/** Opens the card of somebody known by id alone (just enrolled, or found to be enrolled already). */
export function openCustomer(id: string): void {
  set({ ...now(), for: { who: 'customer', id, line: null, card: null }, middle: 'card' })
  focusOn('amount')
  void openCard(id)
  void quote()
}

/** Shows the card; where the account is not known here head office is asked once, beside whatever goes on. */
async function openCard(id: string): Promise<void> {
  await loadCard()
  const chosen = customerOf(now())
  if (chosen?.id !== id || chosen.card?.account.known !== false) return
  const answer = await till.call('customer.fetch', { customer_id: id })
  const fetched = answer.outcome === 'done' && answer.value.fetched
  if (!fetched || customerOf(now())?.id !== id) return
  await loadCard()
  await quote()
}

export function goWithoutCustomer(): void {
  set(withoutCustomer(now()))
  focusOn('amount')
  void quote()
}

export function showMiddle(middle: Middle): void {
  set({ ...now(), middle })
}

// ---- bill ---------------------------------------------------------------------------------------------------

export function edit(change: BillEdit): void {
  set(editBill(now(), change))
  void quote()
}

/** Asks what the bill would earn and what may be redeemed. The last figures stay until the new ones come. */
async function quote(): Promise<void> {
  const flow = now()
  const asked = flow.bill.asked + 1
  const sale = readForQuote(flow)
  if (!sale) return set({ ...flow, bill: { ...flow.bill, asked, quote: null } })
  set({ ...flow, bill: { ...flow.bill, asked } })
  const answer = await till.call('sale.quote', sale)
  if (answer.outcome === 'done') set(quoted(now(), asked, answer.value))
  else if (asked === now().bill.asked) set(problemAt(now(), 'sale', sentenceOf(answer)))
}

/** The amount is left: say now what cannot be read in it. */
export function leaveAmount(): void {
  const flow = now()
  if (flow.bill.amount.trim() === '' || flow.bill.problem) return
  const read = readBill(flow)
  if (!read.ok && read.field === 'amount') set(problemAt(flow, 'amount', read.sentence))
}

/** The most that may be redeemed, put into the field. */
export function redeemMost(): void {
  const { bill } = now()
  if (!bill.quote) return
  const { max_points, max_pays_kobo } = bill.quote.redeem
  const most = bill.unit === 'points' ? String(max_points) : String(max_pays_kobo / 100)
  edit({ redeem: max_points === 0 ? '' : most })
  focusOn('redeem')
}

const FIELD_OF_REFUSAL: Readonly<Record<string, 'amount' | 'receipt' | 'redeem'>> = {
  amount_invalid: 'amount',
  amount_zero: 'amount',
  amount_negative: 'amount',
  amount_too_large: 'amount',
  receipt_invalid: 'receipt',
  receipt_used: 'receipt',
  points_invalid: 'redeem',
  points_zero: 'redeem',
  points_too_many: 'redeem',
  redeem_not_whole: 'redeem',
  redeem_below_minimum: 'redeem',
  redeem_step: 'redeem',
  redeem_over_share: 'redeem',
  balance_short: 'redeem',
  points_pay_nothing: 'redeem',
  reward_unknown: 'redeem',
  reward_inactive: 'redeem',
  reward_out_of_stock: 'redeem',
  reward_over_bill: 'redeem',
  reward_short: 'redeem',
  on_deny_list: 'redeem',
  till_put_back: 'redeem',
  view_newer: 'redeem',
  view_unknown: 'redeem',
  view_too_old: 'redeem',
  points_waiting: 'redeem',
  offline_limit_customer: 'redeem',
  offline_limit_till: 'redeem',
  override_limit: 'redeem',
}

/** Enter on the bill. The band comes only after the ledger says that the sale is kept. */
export async function recordSale(): Promise<void> {
  const flow = now()
  if (flow.recording) return
  if (flow.for.who === 'nobody_yet') {
    set(problemAt(flow, 'sale', i18next.t('till:sale.choose_first')))
    return focusOn('search')
  }
  const read = readBill(flow)
  if (!read.ok) {
    set(problemAt(flow, read.field, read.sentence))
    if (read.field !== 'sale') focusOn(read.field)
    return
  }
  const name = nameOf(flow)
  set({ ...flow, recording: true, bill: { ...flow.bill, problem: null } })
  const answer = await withApproval((approver, reason) =>
    till.call('sale.record', {
      ...read.sale,
      approver,
      ...(reason === undefined ? {} : { override_reason: reason }),
    }),
  )
  if (answer.outcome === 'done') {
    set(recorded(now(), { kind: 'sold', name, sale: answer.value }))
    return focusOn('search')
  }
  const field = answer.outcome === 'refused' ? FIELD_OF_REFUSAL[answer.refusal.code] : undefined
  set(problemAt(now(), field ?? 'sale', sentenceOf(answer)))
  focusOn(field ?? 'amount')
}

function nameOf(flow: Flow): string {
  const chosen = customerOf(flow)
  return chosen?.card?.name || chosen?.line?.name || ''
}

/** Shows a band for something done beside the sale. */
export function announce(what: Told): void {
  set(tell(now(), what))
}

/** Esc. */
export function stepBack(): void {
  const next = back(now())
  set(next.flow)
  focusOn(next.focus)
}
