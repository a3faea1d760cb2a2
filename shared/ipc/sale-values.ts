import { z } from 'zod'
import { KEEPABLE } from '../base/keepable.ts'
import { SALE_LIMITS } from '../base/limits.ts'
import { AMOUNT_KOBO_MAX } from '../base/money.ts'
import { utf8Length } from '../base/utf8-length.ts'
import { Day, Id, KoboIn, KoboOut, Ms, PointsOut, Typed } from './values.ts'

/** A sale: as typed, as it would be, as done, as it stands. */

const RedeemIn = z.union([
  z.object({ unit: z.literal('points'), points: z.number() }),
  z.object({ unit: z.literal('kobo'), kobo: z.number() }),
  /** Something of the catalogue. */
  z.object({ unit: z.literal('reward'), id: z.string().max(40) }),
])

const SoldWord = z
  .string()
  .max(SALE_LIMITS.wordCharsMax)
  .refine((word) => KEEPABLE.test(word), { params: { why: 'it has characters that cannot be kept' } })
/** One line of the bill, from the shop's own till or scanner. */
const SoldLineIn = z.object({
  item: SoldWord,
  category: SoldWord,
  quantity: z.int().min(1).max(SALE_LIMITS.quantityMax),
  kobo: z.int().min(0).max(AMOUNT_KOBO_MAX),
})

export const SaleIn = z.object({
  /** Null: a sale without a customer (counts in the day's figures, moves no points). */
  customer_id: Id.nullable(),
  gross_kobo: KoboIn,
  redeem: RedeemIn.nullable(),
  receipt: Typed,
  channel: z.enum(['pos', 'online', 'marketplace', 'phone', 'other']),
  /** Absent where only the sum is known: rules about items and categories give nothing then. */
  lines: z
    .array(SoldLineIn)
    .max(SALE_LIMITS.linesMax)
    .refine((lines) => utf8Length(JSON.stringify(lines)) <= SALE_LIMITS.linesBytesMax, {
      params: { why: 'its names are too long to be kept together; shorten them, or send the sum alone' },
    })
    .optional(),
})

/** One line of points of a sale, with why in words. */
const EarnLine = z.object({ rule: z.string(), name: z.string(), points: PointsOut, text: z.string() })
/** What a sale earns in a program beside the one that is redeemed from. */
const OtherEarn = z.object({ program: z.string(), points: PointsOut })

export const Quote = z.object({
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earn: z.object({
    points: PointsOut,
    base: PointsOut,
    multiplier_bp: z.int(),
    tier: z.string(),
    text: z.string(),
    lines: z.array(EarnLine),
    others: z.array(OtherEarn),
  }),
  /** The catalogue. `why`: why this customer cannot take it now; empty when they can. */
  rewards: z.array(
    z.object({ id: z.string(), name: z.string(), points: PointsOut, pays_kobo: KoboOut, why: z.string() }),
  ),
  redeem: z.object({
    points: PointsOut,
    pays_kobo: KoboOut,
    /** The most that may be redeemed on this bill now. */
    max_points: PointsOut,
    max_pays_kobo: KoboOut,
    /** One sentence: why it may not be redeemed, or why not more. Empty when there is nothing to say. */
    why: z.string(),
    /** Head office is connected and may allow more: it is asked when the sale is recorded. */
    may_ask: z.boolean(),
  }),
  /** Null: what the customer has is not known here. */
  balance_after: PointsOut.nullable(),
  /** What stands in the way of recording this sale as typed; null when nothing does. */
  refusal: z
    .object({ code: z.string(), sentence: z.string(), field: z.enum(['amount', 'redeem', 'receipt']) })
    .nullable(),
})

export const SaleDone = z.object({
  sale_id: Id,
  customer_id: Id.nullable(),
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earned: PointsOut,
  redeemed: PointsOut,
  pays_kobo: KoboOut,
  lines: z.array(EarnLine),
  others: z.array(OtherEarn),
  /** What was taken of the catalogue; empty when nothing was. */
  reward: z.string(),
  /** Null: what the customer has is not known here. */
  balance: PointsOut.nullable(),
  balance_worth_kobo: KoboOut.nullable(),
  /** Empty where the account is not known here. */
  tier: z.string(),
  tier_changed: z.boolean(),
  /** Next points to lapse, for the receipt; null when none within 60 days. */
  expiring: z.object({ points: PointsOut, last_day: Day }).nullable(),
  at: Ms,
})

export const SaleLine = z.object({
  sale_id: Id,
  at: Ms,
  gross_kobo: KoboOut,
  net_kobo: KoboOut,
  earned: PointsOut,
  redeemed: PointsOut,
  /** Of the net amount, in parts; what went with the end of an undone sale is not in it. */
  refunded_kobo: KoboOut,
  receipt: z.string(),
  channel: z.string(),
  customer_id: Id.nullable(),
  customer_name: z.string(),
  staff: z.string(),
  state: z.enum(['booked', 'void']),
  imported: z.boolean(),
})

/** A sale of which something is to be given back. */
export const SaleNamed = z.discriminatedUnion('by', [
  z.object({ by: z.literal('sale'), sale_id: Id }),
  /** The code on its receipt, as a scanner types it. */
  z.object({ by: z.literal('receipt'), code: Typed }),
  /** Of another till, whose points are known here: the net amount is read from the paper. */
  z.object({
    by: z.literal('paper'),
    sale_id: Id,
    customer_id: Id,
    net_kobo: z.int().min(0).max(AMOUNT_KOBO_MAX),
  }),
])

/** Of the net amount: so much, or all that is left. */
export const RefundKobo = z.union([KoboIn, z.literal('all')])

export const RefundQuote = z.object({
  sale_id: Id,
  customer_id: Id.nullable(),
  customer_name: z.string(),
  /** Made on this till. */
  ours: z.boolean(),
  net_kobo: KoboOut,
  refunded_kobo: KoboOut,
  left_kobo: KoboOut,
  state: z.enum(['booked', 'void']),
  /** What it would be: 0 while `refusal` stands in the way. */
  kobo: KoboOut,
  taken_back: PointsOut,
  given_back: PointsOut,
  /** What is wrong with the amount or the sale; null when nothing is. */
  refusal: z.object({ code: z.string(), sentence: z.string() }).nullable(),
})

export const RefundDone = z.object({
  sale_id: Id,
  customer_id: Id.nullable(),
  kobo: KoboOut,
  left_kobo: KoboOut,
  /** Nothing of the sale is left: it stands as undone. */
  whole: z.boolean(),
  taken_back: PointsOut,
  given_back: PointsOut,
  /** Points of it wait until this till or head office has the sale itself. */
  waiting: z.boolean(),
  /** Null: what the customer has is not known here. */
  balance: PointsOut.nullable(),
  debt: PointsOut,
})
