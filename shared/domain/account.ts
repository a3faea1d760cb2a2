import type { Kobo, Points } from '../base/money.ts'
import type { OnceTerm } from '../protocol/payload.ts'

/**
 * The state of one account (customer x program) as `post` leaves it. Small by construction: empty lots go, lots
 * of one expiry and rule join, lines live in the ledger and are handed to `post` when it needs one.
 */
export interface Account {
  /** Version of the posting function that made this record. */
  readonly fn: number
  /** Number of the last posting on this account. */
  readonly postNo: number
  readonly lots: readonly Lot[]
  readonly pots: readonly Pot[]
  /** Grants that ended, kept until the holder's epoch is closed. */
  readonly closedGrants: readonly string[]
  /** Oldest first. */
  readonly debts: readonly Debt[]
  readonly totals: Totals
  /** Counting keys of things given once or capped. */
  readonly once: Readonly<Record<string, OnceKey>>
  /** Points earned (not reversed) in the life of the account and by month of occurrence: what tiers look at. */
  readonly lifetime: Points
  readonly months: Readonly<Record<string, Points>>
  /** Reversals whose target has not arrived. */
  readonly pending: readonly PendingReversal[]
  /** Lots whose expiry is at or before this instant are booked as lapsed. Never moves back. Ms. */
  readonly settledUntil: number
  readonly lastEffective: number
  /** Of a program whose points lapse for want of use: the latest activity, and how far it carried what was open. Ms. */
  readonly extended?: Extension
}

export interface Extension {
  readonly at: number
  readonly to: number
}

/** `id` is the event that opened the lot; later earns of the same expiry and rule join it while it is there. */
export interface Lot {
  readonly id: string
  readonly rule: string
  /** First instant at which the points are gone. Ms. */
  readonly expiry: number
  readonly rest: Points
}

/** A leased right: points moved out of the lots for one holder. Used soonest-expiring first. */
export interface Pot {
  readonly grant: string
  readonly holder: string
  readonly slices: readonly Slice[]
}

/** Points taken from, or lying outside, a lot. */
export interface Slice {
  readonly lot: string
  readonly rule: string
  readonly expiry: number
  readonly points: Points
  /** The grant whose pot they came from. */
  readonly pot?: string
  /** They repaid a debt of the event whose line carries this slice. */
  readonly repaid?: true
}

export interface Debt {
  /** The event that made it. */
  readonly event: string
  readonly points: Points
  /** What kind of posting made it: decides which total a reversal gives back. */
  readonly by: 'redeem' | 'adjust' | 'reverse' | 'grant'
}

/** All sums since the beginning; the terms of the identities K7. */
export interface Totals {
  readonly earned: Points
  readonly adjustedUp: Points
  readonly adjustedDown: Points
  readonly advanced: Points
  readonly redeemed: Points
  readonly returned: Points
  readonly consumed: Points
  /** Booked as lapsed. */
  readonly lapsed: Points
  readonly cancelled: Points
  readonly clawedBack: Points
}

export interface OnceKey {
  readonly cap: Points | 'once'
  readonly used: Points
  /** Lines counted under a cap of 'once'. */
  readonly lines: number
  /** End of the period; the key is dropped when this is before settledUntil and the posting at hand. Null: for ever. */
  readonly until: number | null
}

export interface PendingReversal {
  readonly event: string
  readonly target: string
  readonly points: Points | 'all'
}

/** What the ledger keeps of one posting on one account. */
export interface Line {
  readonly event: string
  readonly kind: 'earn' | 'redeem' | 'adjust' | 'reverse' | 'expire' | 'lease' | 'lease_end'
  /**
   * Points counted: what caps left of the asked points. Signed for `adjust`; for `reverse` signed too: what came
   * back less what was taken back; else 0 or more. So earn + adjust + reverse - redeem is what the account is worth.
   */
  readonly points: Points
  readonly reversed: Points
  /** What was taken for this event (redeem, adjust down, debts repaid later), in the order taken. */
  readonly slices: readonly Slice[]
  /** earn: the lot its points went to; expire: the lot that lapsed. */
  readonly lot: string | null
  readonly sale: string | null
  readonly rule: string
  readonly effective: number
  readonly postNo: number
  /** Why a line counts less than asked: 'sale_reversed', 'once', 'cap'. Empty when it counts in full. */
  readonly why: string
  /** The once-keys this share is counted under, joined by line breaks. */
  readonly onceKey?: string
  /** Month key (yyyy-mm) this line counted into, for tiers. */
  readonly month?: string
  /** Of the reversal of a part of its sale: so much of the net amount was given back, kobo. */
  readonly refund?: Kobo
}

/** A posting as `post` takes it: an event stripped to what changes the account. Points are positive. */
export type Posting =
  | {
      readonly kind: 'earn'
      readonly event: string
      readonly effective: number
      readonly points: Points
      readonly expiry: number
      readonly rule: string
      readonly sale: string | null
      /** yyyy-mm of the purchase's own date. */
      readonly month: string
      /** All of them count: the line counts the least that any leaves. */
      readonly once?: OnceTerm | readonly OnceTerm[]
      /** Points that are open at the effective time last until then at the least, ms. */
      readonly extend_to?: number
      /** False: points that no tier asks for; they count into no month. */
      readonly tier_counts?: boolean
    }
  | {
      readonly kind: 'redeem'
      readonly event: string
      readonly effective: number
      readonly points: Points
      readonly sale: string | null
      /** The grant whose pot pays, and who spends it; absent: from the lots. */
      readonly lease?: { readonly grant: string; readonly holder: string }
      readonly right: 'own' | 'lease' | 'unsecured'
      /** As of an earn. */
      readonly extend_to?: number
    }
  | {
      readonly kind: 'adjust'
      readonly event: string
      readonly effective: number
      /** Signed, not 0. */
      readonly points: Points
      /** Of a positive adjustment. */
      readonly expiry: number
      readonly sale: string | null
    }
  | {
      readonly kind: 'reverse'
      readonly event: string
      readonly effective: number
      /** In the order given by the event; `post` takes redemptions first. 'all' = what is not reversed yet. */
      readonly targets: readonly { readonly event: string; readonly points: Points | 'all' }[]
      readonly sale: string | null
      /** A part of the sale: so much of its net amount, kobo. Its line keeps it, and nothing else follows from it. */
      readonly refund?: Kobo
    }
  | {
      readonly kind: 'grant'
      readonly event: string
      readonly effective: number
      readonly grant: string
      readonly holder: string
      readonly points: Points
      /** Expiry given to what the lots lack (advanced). */
      readonly expiry: number
    }
  | {
      readonly kind: 'grant_end'
      readonly event: string
      readonly effective: number
      readonly grant: string
      readonly how: 'returned' | 'written_off'
    }

/** What `post` must be told that the record does not carry. */
export interface PostContext {
  /**
   * For a reversal the lines of its targets and the expire line of each target's lot, as far as they are known
   * (`linesFor`); for any other posting empty.
   */
  readonly lines: readonly Line[]
  /** Everything before this instant has arrived: lots that lapsed by then may be booked. Ms. */
  readonly settledUntil: number
  /** The sale of this posting was reversed as a whole before: an arriving line counts 0. */
  readonly saleReversed: boolean
}

export type PostFlag = {
  readonly flag: 'shortage' | 'clawback' | 'waiting' | 'capped' | 'sale_reversed'
  readonly event: string
  readonly points: Points
}

export interface Posted {
  readonly account: Account
  /**
   * Lines that are new. An expire line may come again for a lot that was booked before, when points came back to
   * it afterwards: it joins the one that stands (`joinLine`). `added` is stored before `changed`.
   */
  readonly added: readonly Line[]
  /** Lines that stand already and changed (`changeLine`). */
  readonly changed: readonly LineChange[]
  readonly flags: readonly PostFlag[]
}

export interface LineChange {
  readonly event: string
  /** Added to `reversed`. */
  readonly reversedBy: Points
  /** Added to `points`: a waiting reversal has met its target. */
  readonly pointsBy?: Points
  /** Put behind the slices. */
  readonly slicesAdded: readonly Slice[]
  /** When present, replaces the slices (a reversal gave some back); `slicesAdded` is then empty. */
  readonly slices?: readonly Slice[]
}
