import type { z } from 'zod'
import { LIMITS } from '../../shared/base/limits.ts'
import { ok } from '../../shared/base/result.ts'
import { balanceOf } from '../../shared/domain/decide/sale.ts'
import { readCard, readEmail } from '../../shared/domain/identity.ts'
import { nameQuery } from '../../shared/domain/name-search.ts'
import {
  type PhoneFragment,
  readE164,
  readKnown,
  readPhone,
  searchDigits,
} from '../../shared/domain/phone.ts'
import { tierOf, tierStanding } from '../../shared/domain/program/tier.ts'
import type { CustomerLine } from '../../shared/ipc/customer-values.ts'
import type { Ledger } from './ledger.ts'

type Line = z.infer<typeof CustomerLine>

/** One row of a search, as an array: building objects would cost more than the search. */
type HitRow = readonly [
  id: string,
  name: string,
  phone: string | null,
  card: string | null,
  email: string | null,
  lifetime: number,
  points: number,
  until: number | null,
]
/** From so many digits on a fragment finds few. */
const LONG_FRAGMENT_DIGITS = 6
/** Beginnings carry the country's code. */
const isLong = ({ prefixes, suffix }: PhoneFragment): boolean =>
  (suffix ?? prefixes[0] ?? '').length >= LONG_FRAGMENT_DIGITS
const reversed = (digits: string): string => [...digits].reverse().join('')

const HIT = 'id, name, phone, card, email, lifetime, points, points_until'

export interface Found {
  readonly results: Line[]
  readonly more: boolean
  readonly phone: {
    e164: string
    display: string
    region: string
    warning: 'none' | 'unknown_prefix' | 'unusual_length'
  } | null
  readonly can_enrol: boolean
}

/** Shorter than this, digits are a piece of something and no card of a new customer. */
const CARD_CHARS_LEAST = 6

/** One more than is shown, so that "more" is known without counting. */
const TAKE = LIMITS.searchResultsMax + 1

/** The rows that match a text, found over whatever it may be: pieces of a number, a card, an email, a name. */
function hitFinder({ db }: Ledger): (text: string) => { rows: HitRow[]; card: ReturnType<typeof readCard> } {
  const byPrefix = db
    .prepare<[string, string], HitRow>(
      `SELECT ${HIT} FROM customer WHERE phone >= ? AND phone < ? ORDER BY phone LIMIT ${TAKE}`,
    )
    .raw()
  const bySuffix = db
    .prepare<[string, string], HitRow>(
      `SELECT ${HIT} FROM customer WHERE phone_reversed >= ? AND phone_reversed < ? ORDER BY phone_reversed LIMIT ${TAKE}`,
    )
    .raw()
  const longFragments = new Map<string, ReturnType<typeof db.prepare<string[], HitRow>>>()
  /** Long fragments find few: asked all at once, where short ones are asked one way after the other. */
  const byLongFragment = ({ prefixes, suffix }: PhoneFragment, card: string | null): HitRow[] => {
    const ends = suffix === null ? [] : [reversed(suffix)]
    const shape = `${prefixes.length} ${ends.length} ${card === null}`
    let statement = longFragments.get(shape)
    if (!statement) {
      const range = (column: string): string =>
        `SELECT * FROM (SELECT ${HIT} FROM customer WHERE ${column} >= ? AND ${column} < ? ORDER BY ${column} LIMIT ${TAKE})`
      const parts = [
        ...prefixes.map(() => range('phone')),
        ...ends.map(() => range('phone_reversed')),
        ...(card === null ? [] : [`SELECT ${HIT} FROM customer WHERE card = ?`]),
      ]
      statement = db.prepare<string[], HitRow>(parts.join(' UNION ALL ')).raw()
      longFragments.set(shape, statement)
    }
    const starts = prefixes.map((prefix) => `+${prefix}`)
    return statement.all(
      ...[...starts, ...ends].flatMap((from) => [from, `${from}:`]),
      ...(card === null ? [] : [card]),
    )
  }
  // A cross join keeps its order: figures gathered while there were few customers would have all of them read.
  const byName = db
    .prepare<[string], HitRow>(
      `SELECT ${HIT} FROM (SELECT rowid AS hit FROM customer_name WHERE customer_name MATCH ? LIMIT ${TAKE})
       CROSS JOIN customer ON customer.row = hit`,
    )
    .raw()
  const byCard = db.prepare<[string], HitRow>(`SELECT ${HIT} FROM customer WHERE card = ?`).raw()
  const byEmail = db.prepare<[string], HitRow>(`SELECT ${HIT} FROM customer WHERE email = ?`).raw()

  return (text) => {
    const found = new Map<string, HitRow>()
    const add = (rows: readonly HitRow[]): void => {
      for (const row of rows) if (found.size < TAKE) found.set(row[0], row)
    }
    const fragment = searchDigits(text)
    const card = readCard(text)
    if (fragment && isLong(fragment)) add(byLongFragment(fragment, card.ok ? card.value : null))
    else {
      if (fragment) {
        for (const prefix of fragment.prefixes) {
          if (found.size < TAKE) add(byPrefix.all(`+${prefix}`, `+${prefix}:`))
        }
        if (fragment.suffix !== null && found.size < TAKE) {
          const end = reversed(fragment.suffix)
          add(bySuffix.all(end, `${end}:`))
        }
      }
      if (card.ok && found.size < TAKE) add(byCard.all(card.value))
    }
    const email = text.includes('@') ? readEmail(text) : null
    if (email?.ok) add(byEmail.all(email.value))
    if (!fragment && !email?.ok && found.size < TAKE) {
      const query = nameQuery(text)
      if (query && query.replace(/[^\p{L}\p{N}]/gu, '').length >= 2) add(byName.all(query))
    }
    return { rows: [...found.values()], card }
  }
}

/**
 * Finds people by any piece of a number, by words of a name, by card or email. `phoneShown` masks by policy; of an
 * account that is not known here no figure is told.
 */
export function createSearch(
  ledger: Ledger,
  phoneShown: (e164: string) => string,
  isKnown: (customer: string) => boolean,
): (typed: string) => Found {
  const { writer, projector } = ledger
  const hits = hitFinder(ledger)
  return (typed) => {
    const text = typed.slice(0, LIMITS.searchTextCharsMax).trim()
    if (text === '') return { results: [], more: false, phone: null, can_enrol: false }
    const { rows, card: typedCard } = hits(text)
    const { program, headOffice, place } = ledger.settings()
    const asOf = writer.now().trusted
    const number = readE164(text)
    const known = number.ok && rows.some((row) => row[2] === number.value)
    const phone = !number.ok ? number : known ? ok(readKnown(number.value)) : readPhone(text)
    const email = text.includes('@') && readEmail(text).ok
    const card = typedCard.ok && /\d/.test(typedCard.value) && typedCard.value.length >= CARD_CHARS_LEAST
    return {
      results: rows.slice(0, LIMITS.searchResultsMax).map((row) => {
        const [id, name, e164, cardNo, mail, lifetime, points, until] = row
        // What stands beside the name holds until the next lapse, and only where no account comes from head office
        // and tiers look at no months.
        const isCounted = headOffice === null && program.qualification.kind === 'lifetime'
        const beside = isCounted && (until === null || asOf < until)
        const known = headOffice === null || isKnown(id)
        const account = beside || !known ? null : projector.accounts.load(id, program.id)
        const { tier } = account
          ? tierStanding(program, account, asOf, place.time_zone)
          : tierOf(program, lifetime)
        return {
          id,
          name,
          phone: e164 === null ? '' : phoneShown(e164),
          card: cardNo ?? '',
          email: mail ?? '',
          tier: known ? tier.name : '',
          points: !known ? 0 : account ? balanceOf(account, asOf) : points,
          known,
        }
      }),
      more: rows.length > LIMITS.searchResultsMax,
      phone: phone.ok
        ? {
            e164: phone.value.e164,
            display: phone.value.display,
            region: phone.value.region,
            warning: phone.value.warning,
          }
        : null,
      can_enrol: phone.ok ? !known : rows.length === 0 && (email || card),
    }
  }
}
