import path from 'node:path'
import { chance } from '../../electron/demo/chance.ts'
import { openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import { nameQuery } from '../../shared/domain/name-search.ts'
import { adminSession, benchShopper, type Dataset, openBenchTill, STREAMS, workingCopy } from './dataset.ts'
import type { Figure } from './figure.ts'
import { byTurns } from './measure.ts'

/** The search of the till against the prepared statement for the same rows, on the same file with the same cache. */

const KEYS_EACH_ROUND = 500
const TARGET = { times: 3 }
const BECAUSE =
  'a search finds out what was typed, asks for every beginning, end and card it may be, and shapes the answer'
/** What a line of the list shows. */
const COLUMNS = 'id, name, phone, card, email, lifetime, points, points_until'
const LIMIT = LIMITS.searchResultsMax + 1

interface Kind {
  readonly id: string
  readonly what: string
  /** What the cashier types, of the digits as dialled ("08031234567") and the name. */
  readonly typed: (dialled: string, name: string) => string
  readonly sql: string
  readonly bound: (typed: string) => string[]
}

const reversed = (digits: string): string => [...digits].reverse().join('')
const e164 = (dialled: string): string => `+234${dialled.slice(1)}`
const BY_PREFIX = `SELECT ${COLUMNS} FROM customer WHERE phone >= ? AND phone < ? ORDER BY phone LIMIT ${LIMIT}`
/** Digits may begin a number as well as end one ("803123"): the same rows are those of both. */
const BY_END = `SELECT * FROM (${BY_PREFIX}) UNION ALL SELECT * FROM
  (SELECT ${COLUMNS} FROM customer WHERE phone_reversed >= ? AND phone_reversed < ? ORDER BY phone_reversed LIMIT ${LIMIT})
  LIMIT ${LIMIT}`
const prefixRange = (typed: string) => [e164(typed), `${e164(typed)}:`]
const endRanges = (typed: string) => [`+234${typed}`, `+234${typed}:`, reversed(typed), `${reversed(typed)}:`]
const BY_NAME = `SELECT ${COLUMNS} FROM customer WHERE row IN
  (SELECT rowid FROM customer_name WHERE customer_name MATCH ? LIMIT ${LIMIT})`
const words = (typed: string) => [nameQuery(typed) ?? '']

const LOOK_UPS: readonly Kind[] = [
  {
    id: 'exact',
    what: 'exact phone',
    typed: (dialled) => dialled,
    sql: `SELECT ${COLUMNS} FROM customer WHERE phone = ?`,
    bound: (typed) => [e164(typed)],
  },
  { id: 'prefix-8', what: 'first 8 digits', typed: (d) => d.slice(0, 8), sql: BY_PREFIX, bound: prefixRange },
  { id: 'prefix-7', what: 'first 7 digits', typed: (d) => d.slice(0, 7), sql: BY_PREFIX, bound: prefixRange },
  { id: 'last-6', what: 'last 6 digits', typed: (d) => d.slice(-6), sql: BY_END, bound: endRanges },
  { id: 'last-4', what: 'last 4 digits', typed: (d) => d.slice(-4), sql: BY_END, bound: endRanges },
  {
    id: 'word',
    what: 'a word of the name',
    typed: (_, name) => name.split(' ')[0] ?? '',
    sql: BY_NAME,
    bound: words,
  },
  {
    id: 'two-words',
    what: 'two beginnings of the name',
    typed: (_, name) =>
      name
        .split(' ')
        .map((word) => word.slice(0, 3))
        .join(' '),
    sql: BY_NAME,
    bound: words,
  },
  {
    id: 'two-letters',
    what: 'two letters of the name',
    typed: (_, n) => n.slice(0, 2),
    sql: BY_NAME,
    bound: words,
  },
]

/** People with a phone and a name, drawn anew for each round. */
export function drawPeople(dataset: Dataset, round: number, count: number) {
  const luck = chance(dataset.seed, STREAMS.looked, round)
  const people: { dialled: string; name: string }[] = []
  while (people.length < count) {
    const { phone, name } = benchShopper(dataset.seed, luck.whole(0, dataset.customers - 1))
    if (phone !== '' && name !== '') people.push({ dialled: phone.replaceAll(' ', ''), name })
  }
  return people
}

export async function benchLookUps(dataset: Dataset, rounds: number): Promise<Figure[]> {
  const copy = workingCopy(dataset, 'look-up')
  const { opened, till, key } = await openBenchTill(copy.dir)
  const db = openDatabase({ file: path.join(copy.dir, DATABASE_FILE), key, mode: 'read' })
  try {
    const figures: Figure[] = []
    for (const kind of LOOK_UPS) {
      const statement = db.prepare<string[], unknown[]>(kind.sql).raw()
      const { ours, raw } = await byTurns(
        rounds,
        (round) => drawPeople(dataset, round, KEYS_EACH_ROUND).map((p) => kind.typed(p.dialled, p.name)),
        (typed) => till.customers.search(typed),
        (typed) => statement.all(...kind.bound(typed)),
      )
      for (const at of ['p50', 'p99'] as const) {
        figures.push({
          id: `look-up.${kind.id}.${at}`,
          what: `look-up, ${kind.what}, ${at}`,
          unit: 'us',
          value: ours[at],
          raw: raw[at],
          rawIs: 'the prepared statement, rows as arrays',
          target: at === 'p99' ? TARGET : null,
          because: BECAUSE,
        })
      }
    }
    figures.push(...(await throughTheDoor(dataset, till, rounds)))
    return figures
  } finally {
    db.close()
    opened.close()
    copy.remove()
  }
}

/** The same with session, permission and schema, as a screen asks. */
async function throughTheDoor(
  dataset: Dataset,
  till: Awaited<ReturnType<typeof openBenchTill>>['till'],
  rounds: number,
): Promise<Figure[]> {
  const session = adminSession(till)
  const { ours, raw } = await byTurns(
    rounds,
    (round) => drawPeople(dataset, round, KEYS_EACH_ROUND).map((p) => p.dialled),
    async (text) => {
      const reply = await till.call({ id: 1, method: 'customer.search', session, input: { text } })
      if (reply.outcome !== 'done') throw new Error('a search was not answered')
    },
    (text) => till.customers.search(text),
  )
  const rawIs = 'the search without session, permission and schema'
  return (['p50', 'p99'] as const).map((at) => ({
    id: `look-up.call.${at}`,
    what: `look-up as a call, exact phone, ${at}`,
    unit: 'us' as const,
    value: ours[at],
    raw: raw[at],
    rawIs,
    target: null,
  }))
}
