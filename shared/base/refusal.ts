import { LIMITS } from './limits.ts'
import { formatNaira, pointsInWords } from './money.ts'

/**
 * Every business refusal, in one registry. The order of the keys is the precedence: where several apply, the
 * first one is the answer. Each sentence says what happened, what is safe and what to do.
 * `kobo` and `points` parameters are integers; the sentence formats them.
 */
type Params = Readonly<Record<string, string | number>>
type Sentence = (p: Params) => string

const points = (p: Params, key: string): string => pointsInWords(Number(p[key] ?? 0))
const naira = (p: Params, key: string): string => formatNaira(Number(p[key] ?? 0))
/** "a manager", "an admin": whom to ask. */
const somebody = (p: Params, key: string): string => (p[key] === 'admin' ? 'an admin' : `a ${p[key]}`)
/** Something may be redeemed here and now, only not as much as was asked. */
const some = (p: Params): boolean => Number(p['max'] ?? 0) > 0
const only = (p: Params): string => `${p['name']} can use ${points(p, 'max')} here now and not more,`
/** Whom to ask for more, where a second person may say yes. */
const orAsk = (p: Params): string =>
  p['who'] === undefined ? '' : `, or ask ${somebody(p, 'who')} to approve it`

export const REFUSALS = {
  // the till as a whole
  till_blocked: (p) =>
    `This till cannot work now: ${String(p['why']).replace(/\.$/, '')}. Nothing is lost. Ask a manager to look at this screen.`,
  not_set_up: () => 'This till has no store yet. Finish the set-up first.',
  already_set_up: () => 'This till already has a store. Sign in instead.',
  read_only: () =>
    'The ledger is open for reading only. Close the app that uses it, or run this command again.',
  writer_busy: () => 'Another Kasuwa is using this data folder. Close it first, or use that window.',
  disk_full: () => 'The disk of this till is full, so nothing was saved. Free some space and try again.',
  // the request
  invalid: (p) =>
    `${p['what'] ?? 'Something in the request'} is not right: ${p['why'] ?? 'check it'}. Nothing was saved.`,
  unknown_method: (p) => `This till does not know "${p['method']}". Update the app.`,
  conflict: () =>
    'This request was already used for something else. Start the sale anew; the first one is safe.',
  // people
  signed_out: () => 'You are signed out. Enter your PIN; what you typed is kept.',
  sign_in_failed: (p) =>
    Number(p['left']) > 0
      ? `That PIN is not right. ${p['left']} more ${Number(p['left']) === 1 ? 'try' : 'tries'} before a pause.`
      : 'That PIN is not right.',
  sign_in_locked: (p) =>
    `Too many wrong PINs. Wait ${p['seconds']} seconds, or ask a manager to set a new PIN.`,
  not_allowed: (p) => `Your role may not ${p['what']}. Ask ${somebody(p, 'who')} to do it.`,
  pin_weak: (p) =>
    `Choose a PIN of ${p['min']} to ${LIMITS.pinDigitsMax} digits that is not all one digit or a simple row.`,
  name_taken: (p) => `There is already a ${p['what']} called ${p['name']}. Choose another name.`,
  last_admin: () => 'This is the last admin. Make another admin first.',
  not_found: (p) => `${p['what']} was not found. Search again.`,
  // identity
  phone_invalid: (p) =>
    `"${p['typed']}" is not a phone number. Type it as on the phone, for example 0803 123 4567.`,
  email_invalid: (p) => `"${p['typed']}" is not an email address. Check it with the customer.`,
  card_invalid: (p) => `"${p['typed']}" is not a card number. Scan the card again.`,
  identity_missing: () => 'A customer needs a phone number, an email or a card. Type one of them.',
  already_enrolled: (p) => `${p['name']} is already a customer with this number. Open that card instead.`,
  identity_taken: (p) =>
    `That ${p['what']} belongs to ${p['name']}. Open that card, or check it with the customer.`,
  name_too_long: (p) => `A name has at most ${p['max']} characters. Shorten it.`,
  referrer_unknown: (p) =>
    `No customer here has the number "${p['typed']}". Check who recommended this shop, or leave it empty.`,
  birth_date_invalid: () =>
    'That birth date is not a day in the past. Type it as day and month, or leave it empty.',
  // amounts
  amount_invalid: () =>
    'The amount is not a number of naira with at most two decimals. Type it again, for example 12,500.',
  amount_zero: () => 'The amount is zero. Type what the customer pays.',
  amount_negative: () => 'The amount is below zero. For a return, undo the sale instead.',
  amount_too_large: (p) => `The most one sale may be is ${naira(p, 'max')}. Check the amount.`,
  receipt_invalid: (p) => `A receipt number has at most ${p['max']} letters and digits. Check it.`,
  // points
  points_invalid: () => 'Points are whole numbers. Type a number without decimals.',
  points_zero: () => 'The number of points is zero. Type how many.',
  points_too_many: (p) => `The most one entry may move is ${points(p, 'max')}. Check the number.`,
  redeem_not_whole: (p) =>
    `${naira(p, 'asked')} is not a whole number of points. Redeem ${naira(p, 'below')} instead.`,
  redeem_below_minimum: (p) =>
    `The least to redeem is ${points(p, 'min')}.${
      p['available'] === undefined ? ' Redeem that or more.' : ` ${p['name']} has ${points(p, 'available')}.`
    }`,
  redeem_step: (p) => `Points are redeemed in steps of ${p['step']}. Redeem ${points(p, 'below')} instead.`,
  balance_short: (p) =>
    `Not enough points. ${p['name']} has ${points(p, 'available')}. ${
      Number(p['max']) > 0 ? `Redeem ${points(p, 'max')} or less.` : 'Nothing can be redeemed on this bill.'
    }`,
  redeem_over_share: (p) =>
    `Points may pay at most ${p['percent']} % of the bill. Redeem ${points(p, 'max')}, worth ${naira(p, 'worth')}.`,
  points_pay_nothing: (p) =>
    `Points of ${p['program']} show a standing and pay for nothing. The sale can be booked and earns points.`,
  reward_unknown: () => 'That reward is not in the catalogue any more. Choose another one.',
  reward_inactive: (p) => `${p['reward']} is not given at the moment. Choose another reward.`,
  reward_out_of_stock: (p) => `${p['reward']}: all of them are given out. Choose another reward.`,
  reward_over_bill: (p) =>
    `${p['reward']} is worth ${naira(p, 'worth')}, more than this bill. Add to the bill, or choose another reward.`,
  reward_short: (p) =>
    `${p['reward']} takes ${points(p, 'cost')}. ${p['name']} has ${points(p, 'available')}.`,
  // an account whose last word is head office's
  on_deny_list: (p) =>
    some(p)
      ? `${only(p)} because head office asks not to take others from this customer now; redeem that or less, or ask a manager.`
      : `Head office asks not to take points from ${p['name']} now. The sale and its points can be booked. Ask a manager.`,
  till_put_back: () =>
    'This till was put back from a backup, so no points can be used until head office knows of it. The sale can be booked and earns points. Enrol this till again with a code from head office.',
  view_newer: (p) =>
    some(p)
      ? `${only(p)} because the rest is kept in a way that only a newer app reads; redeem that or less, or update this app.`
      : `The account of ${p['name']} is kept in a way that only a newer app reads, so points cannot be used now. The sale can be booked and earns points. Update this app.`,
  view_unknown: (p) =>
    some(p)
      ? `${only(p)} because this till does not have the account yet; redeem that or less, or try again when head office is connected${orAsk(p)}.`
      : `This till does not have the account of ${p['name']} yet, so points cannot be used now. The sale can be booked and earns points. Try again when head office is connected${orAsk(p)}.`,
  points_waiting: (p) =>
    some(p)
      ? `${only(p)} because others wait to be checked at head office; redeem that or less, or ask a manager.`
      : `Some points of ${p['name']} wait to be checked at head office, so none can be used now. The sale can be booked and earns points. Ask a manager.`,
  view_too_old: (p) =>
    some(p)
      ? `${only(p)} because they were last compared with head office more than ${p['age']} ago; redeem that or less, or connect this till first${orAsk(p)}.`
      : `The points of ${p['name']} were last compared with head office more than ${p['age']} ago, so they cannot be used now. The sale can be booked and earns points. Connect this till first${orAsk(p)}.`,
  offline_limit_customer: (p) =>
    `Until head office answers, ${p['name']} can use ${
      some(p) ? `at most ${points(p, 'max')} here: redeem that or less,` : 'no more points here:'
    } ${some(p) ? 'or ' : ''}try again when this till is connected${orAsk(p)}.`,
  offline_limit_till: (p) =>
    `Until head office answers, this till can take ${
      some(p) ? `at most ${points(p, 'max')} from ${p['name']}: redeem that or less,` : 'no more points:'
    } ${some(p) ? 'or ' : ''}try again when this till is connected${orAsk(p)}.`,
  override_limit: (p) =>
    `Until head office answers, ${p['name']} can use ${
      some(p)
        ? `at most ${points(p, 'max')} here even with a second person: redeem that or less,`
        : 'no more points here even with a second person:'
    } ${some(p) ? 'or ' : ''}try again when this till is connected.`,
  balance_over_limit: (p) => `This would bring the balance over ${points(p, 'max')}. Check the number.`,
  balance_below_zero: (p) => `${p['name']} has ${points(p, 'available')}. Take off at most that many.`,
  already_void: () => 'This sale was already undone. Nothing more to do.',
  refund_too_much: (p) =>
    Number(p['left']) > 0
      ? `Only ${naira(p, 'left')} of this sale is left to give back. Type that or less.`
      : 'All of this sale was given back already. Nothing is left to give back.',
  reason_missing: () => 'Say why in a few words, so that anyone can understand it later.',
  reason_too_long: (p) => `Keep the reason under ${p['max']} characters.`,
  // a second person: nobody is called while anything else stands in the way
  receipt_used: (p) =>
    `Receipt ${p['receipt']} was already used today. Check it, or ask ${somebody(p, 'who')} to approve.`,
  void_too_late: (p) =>
    `Only sales of today can be undone by you. Ask ${somebody(p, 'who')} to undo this one.`,
  approval_needed: (p) => `${p['what']} needs a second person. Ask ${somebody(p, 'who')} to enter their PIN.`,
  approver_same: () => 'The second person must be somebody else.',
  approver_not_allowed: (p) => `That person may not approve this. Ask ${somebody(p, 'who')}.`,
  // receipts, scans and printers: the sale is kept whatever becomes of its paper
  receipt_none: () =>
    'This sale was not booked at this till by the app, so there is no receipt of it here. Look the customer up instead.',
  receipt_unreadable: () =>
    'The code could not be read as it was printed. Scan it once more, or type the number.',
  receipt_newer: () =>
    'The code was printed by a newer Kasuwa. Update this app, or look the customer up by the number.',
  receipt_differs: () =>
    'The code names points of another sale, so nothing was given back. Compare it with the paper, and give the goods back on the till that sold them.',
  printer_none: () =>
    'This till has no receipt printer. The sale is kept. Save the receipt as a PDF, or ask a manager to set a printer up in the settings.',
  printer_silent: (p) =>
    `Nothing was printed: ${p['why']}. The sale is kept. Check that the printer is on and has paper, then print again.`,
  // settings and files
  setting_invalid: (p) => `${p['field']}: ${p['why']}. Nothing was changed.`,
  file_unreadable: (p) => `${p['file']} cannot be read: ${p['why']}. Check the file and try again.`,
  file_wrong_kind: (p) => `${p['file']} is not ${p['expected']}. Choose another file.`,
  file_newer: (p) =>
    `${p['file']} was written by a newer Kasuwa (version ${p['version']}). Update this app first.`,
  file_damaged: (p) => `${p['file']} is damaged: ${p['why']}. ${p['remedy'] ?? 'Restore the latest backup.'}`,
  key_missing: () => 'The key of this ledger is not on this computer. Run recover with the recovery phrase.',
  key_wrong: () => 'The key does not open this ledger. Run recover with the recovery phrase.',
  phrase_wrong: () => 'That recovery phrase does not open this file. Check every word and the order.',
  folder_not_empty: (p) =>
    `${p['dir']} already holds a till. Choose an empty folder, or move that one away first.`,
  // head office
  not_enrolled: () =>
    'This till works alone and belongs to no head office. Enrol it first, with an address and a code from head office.',
  hq_address: () =>
    'That is not the address of a head office. Type it as you were told, for example https://hq.example.com.',
  hq_not_secure: () =>
    'The address must begin with https://, so that nobody can listen. Nothing was sent. Ask head office for the right one.',
  enrol_code: () => 'That is not a code. Type the letters and digits that head office read out.',
  hq_silent: () =>
    'Head office has not answered yet. This till goes on asking and sells on meanwhile. Check the address, or look here again in a minute.',
  hq_refused: (p) =>
    // Head office says it whole: what is wrong, that nothing is lost, and what to do.
    `Head office did not take this till in. ${p['why']} This till is as before.`,
  date_before_last: (p) =>
    `The date cannot be before ${p['last']}, the last one that was certain. Check the calendar.`,
} as const satisfies Record<string, Sentence>

export type RefusalCode = keyof typeof REFUSALS

/** What a second person's PIN resolves. */
export const NEEDS_APPROVER: ReadonlySet<RefusalCode> = new Set([
  'receipt_used',
  'void_too_late',
  'approval_needed',
])
/** What a second person's word may lift, with a reason: where the refusal names `who`. */
export const LIFTED_BY_WORD: ReadonlySet<RefusalCode> = new Set([
  'view_unknown',
  'view_too_old',
  'offline_limit_customer',
  'offline_limit_till',
])
export const needsReason = ({ code, params }: Refusal): boolean =>
  LIFTED_BY_WORD.has(code) && params['who'] !== undefined

/** What is about the second person: they may try again. */
export const ABOUT_APPROVER: ReadonlySet<RefusalCode> = new Set([
  'sign_in_failed',
  'sign_in_locked',
  'approver_same',
  'approver_not_allowed',
])

export interface Refusal {
  readonly code: RefusalCode
  readonly params: Params
  /** English; screens translate by code and fall back to this. */
  readonly sentence: string
}

export const REFUSAL_CODES = Object.keys(REFUSALS) as readonly RefusalCode[]

/** A refusal with its sentence. `params`: what the sentence names; kobo and points as integers. */
export function refusal(code: RefusalCode, params: Params = {}): Refusal {
  return { code, params, sentence: REFUSALS[code](params) }
}

/** The refusal that comes first in the registry; undefined when there is none. */
export function firstRefusal(refusals: readonly Refusal[]): Refusal | undefined {
  let first: Refusal | undefined
  for (const one of refusals) {
    if (!first || REFUSAL_CODES.indexOf(one.code) < REFUSAL_CODES.indexOf(first.code)) first = one
  }
  return first
}
