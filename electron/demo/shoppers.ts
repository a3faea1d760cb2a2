import { addDays, businessDate, startOfDate } from '../../shared/base/business-date.ts'
import type { ImportCustomer, ImportSale } from '../ledger/messages.ts'
import { type Chance, chance, STREAMS } from './chance.ts'
import { MOBILE_PREFIXES, NAMES, type NameStock } from './names.ts'

/** The customer every screen shot shows: number, name and card are the same for every seed. */
export const ADA = { phone: '0803 123 4567', name: 'Ada Obi', card: 'KM0000001' } as const

/** Up to this many of the customers have a history; more would take long and show nothing new. */
export const HISTORY_CUSTOMERS_MAX = 5_000

const NUMBERS = MOBILE_PREFIXES.length * 10_000_000
/** No common factor with NUMBERS, so that each customer gets a number of their own without remembering any. */
const STRIDE = 205_891_139
const DAY_MS = 86_400_000

/** The n-th customer of a seed, from 0. The same for ever, and different in phone from every other. */
export function shopper(seed: number, index: number, today: string): ImportCustomer {
  const luck = chance(seed, STREAMS.people, index)
  const key = luck.hex()
  if (index === 0) {
    const birth = addDays(today, 3).slice(5)
    return {
      key,
      ...ADA,
      email: 'ada.obi@example.ng',
      birth: birth === '02-29' ? '02-28' : birth,
      consent_marketing: 'yes',
    }
  }
  const person = personOf(luck)
  const named = !luck.percent(12)
  const cardOnly = luck.percent(3)
  const card = cardOnly || luck.percent(28) ? `KM${String(index + 1).padStart(7, '0')}` : ''
  const email = named && luck.percent(22) ? emailOf(person, index) : ''
  return {
    key,
    phone: cardOnly ? '' : phoneOf(seed, index),
    email,
    card,
    name: named ? `${person.first} ${person.family}` : '',
    birth: birthOf(luck),
    consent_marketing:
      index >= HISTORY_CUSTOMERS_MAX
        ? 'not_asked'
        : luck.percent(55)
          ? 'yes'
          : luck.percent(40)
            ? 'no'
            : 'not_asked',
  }
}

interface Person {
  readonly first: string
  readonly family: string
}

function personOf(luck: Chance): Person {
  const stock = stockOf(luck)
  return { first: luck.pick(stock.first), family: luck.pick(stock.family) }
}

function stockOf(luck: Chance): NameStock {
  let at = luck.next() * NAMES.reduce((sum, stock) => sum + stock.share, 0)
  for (const stock of NAMES) {
    at -= stock.share
    if (at < 0) return stock
  }
  return luck.pick(NAMES)
}

/** The phone of the n-th customer of a seed, as it is said: "0803 123 4567". Nobody else has it. */
export function phoneOf(seed: number, index: number): string {
  const adas = 1_234_567
  const place = (seed * 7_919 + (index + 1) * STRIDE) % NUMBERS
  // Ada's own number goes to nobody else: whoever would get it takes the place before the first.
  const own = place === adas ? (seed * 7_919) % NUMBERS : place
  const prefix = MOBILE_PREFIXES[Math.floor(own / 10_000_000)] ?? MOBILE_PREFIXES[0]
  const digits = String(own % 10_000_000).padStart(7, '0')
  return `${prefix} ${digits.slice(0, 3)} ${digits.slice(3)}`
}

function emailOf(person: Person, index: number): string {
  const plain = `${person.first}.${person.family}`
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ɗ/g, 'd')
    .replace(/ƙ/g, 'k')
    .replace(/[^a-z.]/g, '')
  return `${plain}${index}@example.ng`
}

function birthOf(luck: Chance): string {
  if (!luck.percent(42)) return ''
  const year = luck.whole(1955, 2006)
  const date = addDays(`${year}-01-01`, luck.whole(0, 364))
  return luck.percent(60) ? date.slice(5) : date
}

/** The purchases of the last twelve months before today of the first customers, oldest first. */
export function purchases(seed: number, customers: number, nowMs: number, timeZone: string): ImportSale[] {
  const today = businessDate(nowMs, timeZone)
  const sales: ImportSale[] = []
  const count = Math.min(customers, HISTORY_CUSTOMERS_MAX)
  for (let index = 0; index < count; index++) {
    const luck = chance(seed, STREAMS.purchases, index)
    const person = shopper(seed, index, today)
    const visits = index === 0 ? 14 : visitsOf(luck)
    const usualKobo = index === 0 ? 1_500_000 : usualSpendKobo(luck, visits)
    const joinedDaysAgo = index === 0 ? 355 : visits > 3 ? luck.whole(120, 358) : luck.whole(3, 358)
    for (let visit = 0; visit < visits; visit++) {
      const daysAgo = luck.whole(visit === 0 ? joinedDaysAgo : 1, joinedDaysAgo)
      const day = startOfDate(addDays(today, -daysAgo), timeZone)
      const online = luck.percent(9)
      sales.push({
        key: luck.hex(),
        phone: person.phone,
        email: '',
        card: person.phone === '' ? person.card : '',
        amount_kobo: amountKobo(luck, usualKobo),
        occurred_ms: day + openHourMs(luck),
        receipt: online ? '' : `B-${luck.whole(10_000, 99_999)}`,
        channel: online ? 'online' : 'pos',
      })
    }
  }
  return sales.sort((a, b) => a.occurred_ms - b.occurred_ms)
}

/** Most come a few times a year, some every week. */
function visitsOf(luck: Chance): number {
  const group = luck.next()
  if (group < 0.1) return 0
  if (group < 0.5) return luck.whole(1, 2)
  if (group < 0.85) return luck.whole(3, 5)
  if (group < 0.97) return luck.whole(6, 10)
  return luck.whole(11, 25)
}

/** What this person usually spends: half of all between 4,000 and 16,000 naira; who comes often spends more. */
function usualSpendKobo(luck: Chance, visits: number): number {
  return Math.round((visits > 5 ? 1_500_000 : 800_000) * Math.exp(bell(luck) * 1.05))
}

function amountKobo(luck: Chance, usualKobo: number): number {
  const naira = (usualKobo / 100) * Math.exp(bell(luck) * 0.45)
  const rounded = Math.round(naira / 50) * 50
  return Math.min(Math.max(rounded, 300), 450_000) * 100
}

/** Near enough to a normal distribution (Irwin and Hall): mean 0, deviation 1. */
function bell(luck: Chance): number {
  let sum = 0
  for (let i = 0; i < 6; i++) sum += luck.next()
  return (sum - 3) * Math.SQRT2
}

/** Between 8 in the morning and 8 in the evening, busiest around noon and after work. */
function openHourMs(luck: Chance): number {
  const hour = luck.percent(60)
    ? 8 + luck.next() * 12
    : luck.percent(50)
      ? 11 + luck.next() * 3
      : 16 + luck.next() * 3
  return Math.floor((hour / 24) * DAY_MS)
}
