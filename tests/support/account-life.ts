import fc from 'fast-check'
import type { Account, Line, PostFlag, Posting, Totals } from '../../shared/domain/account.ts'
import { expireLineId } from '../../shared/domain/line.ts'
import { checkAccount, lapsedUnbooked, leased, open, owed } from '../../shared/domain/post.ts'
import { type AccountBook, emptyBook, mergeBooks, postInBook } from './account-book.ts'

/*
 * Random lives of one account, and what must hold at every moment of them. Days are small whole numbers, so that
 * lots lapse, join and tie all the time.
 */

const KINDS = {
  earn: 7,
  redeem: 4,
  redeem_leased: 4,
  redeem_wrong_lease: 1,
  grant: 2,
  grant_beyond: 1,
  grant_again: 1,
  return: 1,
  write_off: 1,
  reverse: 3,
  reverse_part: 3,
  reverse_unknown: 1,
  adjust_up: 1,
  adjust_down: 1,
} as const

interface Step {
  readonly kind: keyof typeof KINDS
  readonly points: number
  readonly pick: number
  readonly term: number
  readonly days: number
  readonly late: number
  readonly settle: number
}

export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.constant(kind as keyof typeof KINDS),
    })),
  ),
  points: fc.integer({ min: 1, max: 120 }),
  pick: fc.nat(1_000),
  term: fc.integer({ min: 2, max: 25 }),
  days: fc.integer({ min: 0, max: 3 }),
  late: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
  ),
  // Nothing is settled, or all up to so many days ago.
  settle: fc.oneof({ weight: 1, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(6) }),
})
export const life = fc.array(step, { minLength: 6, maxLength: 34, size: 'max' })

interface Grant {
  readonly id: string
  readonly holder: string
  readonly points: number
}

interface Posted {
  readonly posting: Posting
  readonly settledUntil: number
}

/** What the shop around the account knows: who holds what, and which redemption had a right. */
export class World {
  book: AccountBook = emptyBook()
  today = 30
  count = 0
  readonly never: boolean
  readonly name: string
  readonly grants: Grant[] = []
  readonly posted: Posted[] = []
  /** Redemptions under an open grant by its holder. */
  readonly secured = new Map<string, string>()

  /** `never`: points never lapse. `name`: part of every id, where accounts meet. */
  constructor(never = false, name = '') {
    this.never = never
    this.name = name
  }

  get account(): Account {
    return this.book.account
  }

  post(posting: Posting, settledUntil = 0): readonly PostFlag[] {
    if (posting.kind === 'redeem' && posting.lease && this.isSecured(posting.lease)) {
      this.secured.set(posting.event, posting.lease.grant)
    }
    this.posted.push({ posting, settledUntil })
    const { book, posted } = postInBook(this.book, posting, { settledUntil, saleReversed: false })
    this.book = book
    for (const { lot, expiry, pot, repaid } of book.lines.get(posting.event)?.slices ?? []) {
      same(Boolean(pot || repaid) || expiry > posting.effective, true, `${lot} was open for ${posting.event}`)
    }
    return posted.flags
  }

  /** Joins another account's world: from now on both lives are one. */
  join(other: World): void {
    this.book = mergeBooks(this.book, other.book)
    this.today = Math.max(this.today, other.today)
    this.grants.push(...other.grants)
    for (const [event, grant] of other.secured) this.secured.set(event, grant)
  }

  take(one: Step): void {
    this.today += one.days
    const posting = this.postingOf(one)
    const flags = this.post(posting, one.settle < 0 ? 0 : this.today - one.settle)
    if (flags.some((flag) => flag.flag === 'clawback')) this.expectUsed(posting)
  }

  /** Nothing is owed for points that were never used: not while they lie in their lot, nor for what lapsed. */
  private expectUsed(posting: Posting): void {
    const targets = posting.kind === 'reverse' ? posting.targets : []
    const lot = this.book.lines.get(targets[0]?.event ?? '')?.lot
    if (targets.length !== 1 || !lot) return
    const rest = this.account.lots.find((one) => one.id === lot)?.rest ?? 0
    const booked = this.book.lines.get(expireLineId(lot))
    same(rest + (booked ? unreversed(booked) : 0), 0, `unused points of ${lot} beside a clawback`)
  }

  postingOf(one: Step): Posting {
    this.count += 1
    const common = { event: `e${this.name}${this.count}`, effective: this.today - one.late, sale: null }
    const expiry = this.never ? 1_000_000 + (one.term % 3) : common.effective + one.term
    const { points, pick } = one
    const earn: Posting = {
      ...common,
      kind: 'earn',
      points,
      expiry,
      rule: pick % 3 === 0 ? 'tier' : 'base',
      month: `2026-0${1 + (pick % 3)}`,
    }
    const redeem: Posting = { ...common, kind: 'redeem', points, right: 'unsecured' }
    const pot = this.account.pots[pick % Math.max(1, this.account.pots.length)]
    const known = this.grants[pick % Math.max(1, this.grants.length)]
    const spendable = pot?.slices.reduce((sum, slice) => sum + slice.points, 0) ?? 0
    switch (one.kind) {
      case 'earn':
        return earn
      case 'redeem':
        return redeem
      case 'redeem_leased':
        if (!pot || spendable === 0) return redeem
        return {
          ...redeem,
          points: 1 + (points % spendable),
          right: 'lease',
          lease: { grant: pot.grant, holder: pot.holder },
        }
      case 'redeem_wrong_lease': {
        const closed = this.account.closedGrants[0]
        const lease = closed ? { grant: closed, holder: 'A' } : { grant: known?.id ?? 'none', holder: 'C' }
        return { ...redeem, right: 'lease', lease }
      }
      case 'grant':
      case 'grant_beyond': {
        const there = open(this.account, common.effective)
        const wanted = one.kind === 'grant' ? Math.min(points, there) : there + points
        const grant = {
          id: `g${this.name}${this.grants.length}`,
          holder: pick % 2 ? 'A' : 'B',
          points: wanted,
        }
        this.grants.push(grant)
        return { ...common, kind: 'grant', grant: grant.id, holder: grant.holder, points: wanted, expiry }
      }
      case 'grant_again':
        if (!known) return earn
        return {
          ...common,
          kind: 'grant',
          grant: known.id,
          holder: known.holder,
          points: known.points,
          expiry,
        }
      case 'return':
      case 'write_off':
        if (!known) return earn
        return {
          ...common,
          kind: 'grant_end',
          grant: known.id,
          how: one.kind === 'return' ? 'returned' : 'written_off',
        }
      case 'reverse': {
        const targets = [pick, pick + 1, pick * 7].slice(0, 1 + (pick % 3)).map((n) => this.earlier(n))
        return {
          ...common,
          kind: 'reverse',
          targets: targets.map((event) => ({ event, points: 'all' as const })),
        }
      }
      case 'reverse_part':
        return { ...common, kind: 'reverse', targets: [{ event: this.earlier(pick), points }] }
      case 'reverse_unknown': {
        const event = `e${this.name}${this.count + 1 + (pick % 4)}`
        return { ...common, kind: 'reverse', targets: [{ event, points: pick % 2 ? points : 'all' }] }
      }
      case 'adjust_up':
        return { ...common, kind: 'adjust', points, expiry }
      case 'adjust_down':
        return { ...common, kind: 'adjust', points: -points, expiry }
    }
  }

  private isSecured(lease: { grant: string; holder: string }): boolean {
    return this.account.pots.some((pot) => pot.grant === lease.grant && pot.holder === lease.holder)
  }

  private earlier(pick: number): string {
    return `e${this.name}${1 + (pick % Math.max(1, this.count - 1))}`
  }
}

/** `expect(actual).toBe(wanted)`, a hundred times quicker: it is asked some ten million times. */
function same(actual: unknown, wanted: unknown, what: string): void {
  if (actual !== wanted) throw new Error(`${what}: ${String(actual)} instead of ${String(wanted)}`)
}

export const linesOf = (book: AccountBook, ...kinds: Line['kind'][]): Line[] =>
  [...book.lines.values()].filter((line) => kinds.includes(line.kind))
export const sum = <T>(all: readonly T[], value: (one: T) => number): number =>
  all.reduce((total, one) => total + value(one), 0)
export const unreversed = (line: Line): number =>
  line.points < 0 ? line.points + line.reversed : line.points - line.reversed
export const net = (book: AccountBook): number =>
  sum(linesOf(book, 'earn', 'adjust'), unreversed) - sum(linesOf(book, 'redeem'), unreversed)

/** The identities, written down a second time, at any instant. */
export function expectBalanced(book: AccountBook, asOf: number): void {
  const { account } = book
  const t: Totals = account.totals
  const debt = owed(account)
  const held = open(account, asOf) + leased(account)
  const lapsed = t.lapsed + lapsedUnbooked(account, asOf)
  same(t.earned + t.adjustedUp + t.advanced, held + t.consumed + lapsed + t.cancelled, 'came in')
  same(t.redeemed - t.returned + t.clawedBack + t.advanced, t.consumed + debt, 'spent')
  same(held + lapsed - debt, net(book), 'worth')
  if (asOf >= account.lastEffective) same(Math.min(open(account, asOf), debt), 0, 'open beside a debt')
  checkAccount(account, asOf)
}

/** The lines tell the same story as the record. */
export function expectLinesAgree(book: AccountBook): void {
  const { account } = book
  const { totals } = account
  const up = linesOf(book, 'adjust').filter((line) => line.points > 0)
  const down = linesOf(book, 'adjust').filter((line) => line.points < 0)
  const redeems = linesOf(book, 'redeem')
  const earns = linesOf(book, 'earn')
  const size = (line: Line): number => Math.abs(line.points)
  same(totals.earned, sum(earns, size), 'earned')
  same(totals.adjustedUp, sum(up, size), 'adjusted up')
  same(totals.adjustedDown, sum(down, size), 'adjusted down')
  same(totals.redeemed, sum(redeems, size), 'redeemed')
  same(
    totals.returned,
    sum(redeems, (line) => line.reversed),
    'returned',
  )
  same(totals.lapsed, sum(linesOf(book, 'expire'), unreversed), 'lapsed')
  same(account.lifetime, sum(earns, unreversed), 'lifetime')
  same(
    account.lifetime,
    sum(Object.values(account.months), (points) => points),
    'months',
  )
  const signed = sum(linesOf(book, 'earn', 'adjust', 'reverse'), (line) => line.points)
  same(net(book), signed - sum(redeems, size), 'sum of the statement')
  const debts = new Map(account.debts.map((debt) => [debt.event, debt.points]))
  for (const line of [...redeems, ...down]) {
    const covered = sum(line.slices, (slice) => slice.points) + (debts.get(line.event) ?? 0)
    same(covered, Math.abs(unreversed(line)), `cover of ${line.event}`)
  }
  for (const line of book.lines.values()) {
    same(line.reversed >= 0 && line.reversed <= size(line), true, `${line.event} is reversed in part`)
  }
}

/** Who may owe, and how much: an open grant never makes its holder's customer owe. */
export function expectDebtsExplained({ book, secured, grants }: World): void {
  const { account, lines } = book
  const redeems = linesOf(book, 'redeem')
  for (const debt of account.debts) {
    same(secured.has(debt.event), false, `${debt.event} was secured and owes`)
    const kind = { redeem: 'redeem', adjust: 'adjust', reverse: 'reverse', grant: 'lease' }[debt.by]
    same(lines.get(debt.event)?.kind, kind, `kind of ${debt.event}`)
  }
  const { clawedBack, advanced } = account.totals
  const unsecured = redeems.filter((line) => !secured.has(line.event))
  const reasons = sum(unsecured, unreversed) + clawedBack + advanced
  same(owed(account) <= reasons, true, `owes at most ${reasons}`)
  for (const grant of grants) {
    const spent = redeems.filter((line) => secured.get(line.event) === grant.id)
    same(sum(spent, unreversed) <= grant.points, true, `${grant.id} spent within its ${grant.points}`)
    const pot = account.pots.find((one) => one.grant === grant.id)
    if (pot)
      same(
        sum(pot.slices, (slice) => slice.points),
        grant.points - sum(spent, unreversed),
        `pot ${grant.id}`,
      )
  }
}

/** The order in which the lots stand is the order in which they are used. */
export function expectOrdered({ lots, pots }: Account): void {
  same(new Set(lots.map((lot) => lot.id)).size, lots.length, 'lots told apart')
  const lists = [
    lots.map((lot) => [lot.expiry, lot.id] as const),
    ...pots.map((pot) => pot.slices.map((slice) => [slice.expiry, slice.lot] as const)),
  ]
  for (const list of lists) {
    for (const [at, [expiry, id]] of list.entries()) {
      const before = list[at - 1]
      const follows = !before || before[0] < expiry || (before[0] === expiry && before[1] < id)
      same(follows, true, `${id} stands in order of use`)
    }
  }
}
