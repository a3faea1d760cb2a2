import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../electron/ledger/database.ts'
import type { InboxEntry } from '../../hq/ledger/books.ts'
import { isMutant, MUTANTS_OF_CARRIED, mutantsOf } from './mutants.ts'
import { noticedBy } from './noticed.ts'
import { aPlace } from './vitest-place.ts'

vi.mock('../../electron/ledger/replica/row-writer.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/replica/row-writer.ts')>()
  const newest = { hq_epoch: '999999', version: '999999999' }
  return {
    ...real,
    rowTables: (...given: Parameters<typeof real.rowTables>) => {
      const tables = real.rowTables(...given)
      const { deny } = tables
      const remove = (row: Parameters<typeof deny.remove>[0]): void =>
        deny.remove(isMutant('an older leaving takes a newer row away') ? { ...row, ...newest } : row)
      return { ...tables, deny: { ...deny, remove } }
    },
  }
})
vi.mock('../../electron/ledger/replica/package.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/replica/package.ts')>()
  return {
    ...real,
    checkPackage: (...[ledger, shapes, lines]: Parameters<typeof real.checkPackage>) => {
      if (isMutant('an altered package is taken')) {
        const platform = { ...ledger.platform, verify: () => true }
        return real.checkPackage({ ...ledger, platform }, shapes, () => hashedAnew([...lines()]))
      }
      if (isMutant('a package for somebody else is taken'))
        return real.checkPackage({ ...ledger, db: ownerOf(ledger.db, lines) }, shapes, lines)
      return real.checkPackage(ledger, shapes, lines)
    },
  }
})
vi.mock('../../hq/services/import-events.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/import-events.ts')>()
  return {
    ...real,
    async importEvents(...[parts, lines]: Parameters<typeof real.importEvents>) {
      if (!isMutant('an altered file of events is taken')) return real.importEvents(parts, lines)
      const all = await readAll(lines)
      return real.importEvents(parts, oneByOne(hashedAnew(all)))
    },
  }
})
vi.mock('../../hq/services/signed.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/signed.ts')>()
  return {
    ...real,
    signatureFits: (...asked: Parameters<typeof real.signatureFits>) =>
      isMutant('events are taken from whoever signed them') || real.signatureFits(...asked),
  }
})
vi.mock('../../hq/ledger/join-customers.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/join-customers.ts')>()
  return {
    ...real,
    joinCustomers: (...[books, into, from]: Parameters<typeof real.joinCustomers>) => {
      const forgets = isMutant('a merge forgets what head office has')
      const before = new Map([...books.accounts.values()].map((book) => [book, book.applied]))
      const joined = real.joinCustomers(books, into, from)
      for (const [book, applied] of forgets ? before : []) book.applied = applied
      const one = books.customers.get(into.id)
      if (one && isMutant('a merge forgets a withdrawal'))
        books.customers.set(into.id, { ...one, marketing: into.marketing, consent_at: into.consent_at })
      return joined
    },
  }
})
vi.mock('../../hq/ledger/may-write.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/may-write.ts')>()
  return {
    ...real,
    mayWrite: (...asked: Parameters<typeof real.mayWrite>) =>
      isMutant('a till may merge customers') || real.mayWrite(...asked),
  }
})
vi.mock('../../hq/services/inbox.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/inbox.ts')>()
  return {
    ...real,
    saveInbox: (...[tx, tenant, entries, at]: Parameters<typeof real.saveInbox>) =>
      real.saveInbox(tx, tenant, told(entries), at),
    saveUnproven: (...[tx, tenant, entries, at]: Parameters<typeof real.saveUnproven>) =>
      real.saveUnproven(tx, tenant, told(entries), at),
  }
})

/** What of these entries is put before a person. */
const told = (entries: readonly InboxEntry[]): readonly InboxEntry[] =>
  entries.filter(
    ({ kind }) =>
      (kind !== 'two_names' || !isMutant('two names are told to nobody')) &&
      (kind !== 'refused' || !isMutant('refusals are told to nobody')),
  )

/** A file that ends with the hash of what stands in it. */
function hashedAnew(lines: readonly string[]): readonly string[] {
  const hash = createHash('sha256')
  for (const line of lines.slice(0, -1)) hash.update(`${line}\n`)
  const end: unknown = jsonOf(lines.at(-1) ?? '')
  if (typeof end !== 'object') return lines
  return [...lines.slice(0, -1), JSON.stringify({ ...end, sha256: hash.digest('hex') })]
}

async function readAll(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

async function* oneByOne(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

/** A ledger that belongs to whomever the file is for. */
function ownerOf(db: Database, lines: () => Iterable<string>): Database {
  const [first = ''] = lines()
  const header = Whose.safeParse(jsonOf(first))
  const prepare = (sql: string) => {
    const statement = db.prepare<[], object>(sql)
    return { get: () => ({ ...statement.get(), ...header.data }) }
  }
  return new Proxy(db, { get: (one, name) => (name === 'prepare' ? prepare : Reflect.get(one, name)) })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Cut off.
    return null
  }
}

const Whose = z.object({ tenant: z.string(), store: z.string() })

const place = aPlace()

/** Which scenarios see it, tried in turn: the first words of each. */
const SEEN_BY: Readonly<Record<keyof typeof MUTANTS_OF_CARRIED, readonly string[]>> = {
  'an older leaving takes a newer row away': ['case 25: package against stream of another service'],
  'an altered package is taken': ['case 25: a package that was altered'],
  'a package for somebody else is taken': ['case 25: a package that was altered'],
  'an altered file of events is taken': ['case 25: a file of unsent events'],
  'events are taken from whoever signed them': ['case 25: a file of unsent events'],
  'a merge forgets what head office has': ['case 14: a merge'],
  'a merge forgets a withdrawal': ['case 14: who said no'],
  'a till may merge customers': ['case 14: a till says itself'],
  'two names are told to nobody': ['case 23'],
  'refusals are told to nobody': ['case 30'],
}

describe('a guard of files, merges or the inbox that is switched off is noticed', () => {
  it.each(mutantsOf(MUTANTS_OF_CARRIED))('%s', { timeout: 180_000 }, async (mutant, what) => {
    expect(await noticedBy(place(), mutant, SEEN_BY[mutant]), what).toBe(true)
  })
})
