import type { SoldLine } from '../../protocol/payload.ts'
import type { Account } from '../account.ts'
import type { Program } from '../program/program.ts'
import type { RedeemAsk } from '../program/redeem.ts'
import type { RedeemRight } from './floor.ts'
import type { OverrideAsk } from './redeem-right.ts'

/** Points or naira of the bill, or something of the catalogue. */
export type SaleRedeem = RedeemAsk | { readonly unit: 'reward'; readonly id: string }

export interface SaleAsk {
  readonly grossKobo: number
  readonly redeem: SaleRedeem | null
  readonly receipt: string
  readonly channel: string
  /** What was sold; absent where only the sum is known. */
  readonly lines?: readonly SoldLine[]
  /** A person wants what is beyond the limits taken by a second person's word. */
  readonly override?: OverrideAsk
}

/** What rules ask of a person beside their accounts, as far as this till knows. */
export interface PersonFacts {
  /** When the customer was enrolled, ms; null: not known. */
  readonly joined: number | null
  /** mm-dd, yyyy-mm-dd, or empty. */
  readonly birth: string
  /** Purchases before this one. */
  readonly sales: number
  readonly segments: readonly string[]
  /** Who brought the customer; null: nobody, or not known here. */
  readonly referrer: Referrer | null
}

/** Who brought a customer, with what rules ask of them, and their accounts by program. */
export interface Referrer {
  readonly id: string
  readonly accounts: ReadonlyMap<string, Account>
  readonly facts: Omit<PersonFacts, 'referrer'>
}

/** Who the sale is for, as the till knows them now. */
export interface SaleCustomer {
  readonly id: string
  /** How a sentence calls this person: name, or the number. */
  readonly name: string
  /** In the program that points are redeemed from. */
  readonly account: Account
  /** In the other programs, by their id; none where nothing was posted yet. */
  readonly others: ReadonlyMap<string, Account>
  readonly facts: PersonFacts
}

export interface SaleContext {
  readonly trusted: number
  readonly timeZone: string
  readonly currency: string
  /** The program that points are redeemed from. */
  readonly program: Program
  /** Those in which a sale earns beside it. */
  readonly others: readonly Program[]
  /** By what points are taken from the customer's account. */
  readonly right: RedeemRight
  /** Head office is connected: for more than this till may take, it is asked first. */
  readonly canAsk?: boolean
  /** How many of a reward were given here and are not in the catalogue's stock yet. */
  readonly given?: (reward: string) => number
}
