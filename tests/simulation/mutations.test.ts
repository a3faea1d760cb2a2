import { describe, expect, it, vi } from 'vitest'
import { isMutant, MUTANTS_OF_EVENTS, mutantsOf } from './mutants.ts'
import { noticedBy } from './noticed.ts'
import { aPlace } from './vitest-place.ts'

vi.mock('../../shared/sync/rows.ts', async (original) => {
  const real = await original<typeof import('../../shared/sync/rows.ts')>()
  return {
    ...real,
    compareVersions: (...[a, b]: Parameters<typeof real.compareVersions>) =>
      isMutant('an older row replaces a newer one')
        ? -real.compareVersions(a, b) || 1
        : real.compareVersions(a, b),
  }
})
vi.mock('../../electron/ledger/replica/applied.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/replica/applied.ts')>()
  return {
    ...real,
    appliedCheck: (...given: Parameters<typeof real.appliedCheck>) => {
      const check = real.appliedCheck(...given)
      const blind = (): boolean => isMutant('own events that are in the row are posted on it again')
      return {
        ...check,
        isIn: (...asked: Parameters<typeof check.isIn>) => !blind() && check.isIn(...asked),
        seqIn: (...asked: Parameters<typeof check.seqIn>) => (blind() ? 0 : check.seqIn(...asked)),
      }
    },
  }
})
vi.mock('../../hq/ledger/books.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/books.ts')>()
  return {
    ...real,
    rootOf: (...[books, id]: Parameters<typeof real.rootOf>) =>
      isMutant('an older id leads nowhere') ? id : real.rootOf(books, id),
  }
})
vi.mock('../../hq/ledger/effective.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/effective.ts')>()
  return {
    ...real,
    effectiveTimes: (ask: Parameters<typeof real.effectiveTimes>[0]) =>
      isMutant('a value date lies in the future')
        ? real.effectiveTimes({
            ...ask,
            receivedAt: Number.MAX_SAFE_INTEGER,
            trusted: ask.trusted.map((ms) => ms + 86_400_000),
          })
        : real.effectiveTimes(ask),
  }
})
vi.mock('../../shared/domain/merge-accounts.ts', async (original) => {
  const real = await original<typeof import('../../shared/domain/merge-accounts.ts')>()
  return {
    ...real,
    mergeAccounts: (...[into, from, lines]: Parameters<typeof real.mergeAccounts>) =>
      isMutant('a merge forgets the other account')
        ? { account: { ...into, postNo: into.postNo + 1 }, added: [], changed: [] }
        : real.mergeAccounts(into, from, lines),
  }
})
vi.mock('../../hq/services/events.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/events.ts')>()
  return {
    ...real,
    standingEvents: async (...asked: Parameters<typeof real.standingEvents>) => {
      const [, , , from] = asked
      const found = await real.standingEvents(...asked)
      standing.clear()
      for (const { seq, hash } of found) if (seq > from) standing.set(seq, hash)
      return isMutant('what came before is not looked for') ? found.filter(({ seq }) => seq === from) : found
    },
  }
})
vi.mock('../../hq/ledger/arrival.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/arrival.ts')>()
  return {
    ...real,
    hashesOf: (...[digest, before, sent]: Parameters<typeof real.hashesOf>) => {
      const hashes = real.hashesOf(digest, before, sent)
      return isMutant('a taken place is believed to hold the same')
        ? hashes.map((hash, i) => standing.get(sent[i]?.seq ?? 0) ?? hash)
        : hashes
    },
  }
})
vi.mock('../../hq/services/push-chain.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/push-chain.ts')>()
  return {
    ...real,
    findChain: async (...asked: Parameters<typeof real.findChain>) => {
      const found = await real.findChain(...asked)
      const blind = found.ok && isMutant('what a stopped till sends counts at once')
      return blind ? { ...found, value: { ...found.value, stopped: false } } : found
    },
    continueChain: (...[push, tenant, chain]: Parameters<typeof real.continueChain>) =>
      real.continueChain(
        push,
        tenant,
        isMutant('events may be missing in between')
          ? { ...chain, cursor: Math.max(chain.cursor, push.batch.from_seq - 1) }
          : chain,
      ),
  }
})
vi.mock('../../electron/ledger/sync/outbox.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/sync/outbox.ts')>()
  return {
    ...real,
    createOutbox: (...given: Parameters<typeof real.createOutbox>) => {
      const outbox = real.createOutbox(...given)
      const setCursor = (at: number): void =>
        void outbox.setCursor(isMutant('the outbox forgets an event') ? at + 1 : at)
      return { ...outbox, setCursor }
    },
  }
})
vi.mock('../../hq/services/inbox.ts', async (original) => {
  const real = await original<typeof import('../../hq/services/inbox.ts')>()
  return {
    ...real,
    saveInbox: (...[tx, tenant, entries, at]: Parameters<typeof real.saveInbox>) => {
      const told = entries.filter(({ kind }) => kind !== 'overdraft' || !isMutant('a debt is told to nobody'))
      return real.saveInbox(tx, tenant, told, at)
    },
  }
})
vi.mock('../../shared/domain/decide/floor.ts', async (original) => {
  const real = await original<typeof import('../../shared/domain/decide/floor.ts')>()
  const own = { kind: 'own' } as const
  const right = (given: Parameters<typeof real.floorRefusal>[0]) =>
    isMutant('limits hold nobody back') ? own : given
  return {
    ...real,
    floorMax: (given: Parameters<typeof real.floorMax>[0]) => real.floorMax(right(given)),
    floorRefusal: (...[given, points, name]: Parameters<typeof real.floorRefusal>) =>
      real.floorRefusal(right(given), points, name),
  }
})
vi.mock('../../electron/ledger/replica/account-facts.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/replica/account-facts.ts')>()
  return {
    ...real,
    accountFacts: (...given: Parameters<typeof real.accountFacts>) => {
      const facts = real.accountFacts(...given)
      return {
        ...facts,
        of: (customer: string) => ({
          ...facts.of(customer),
          ...(isMutant('whoever owes may redeem') ? { denied: null } : {}),
        }),
      }
    },
  }
})

/** Hashes that stand at the places of the batch that is looked at. */
const standing = vi.hoisted(() => new Map<number, string>())

const place = aPlace()

/** Which scenarios see it, tried in turn: the first words of each. */
const SEEN_BY: Readonly<Record<keyof typeof MUTANTS_OF_EVENTS, readonly string[]>> = {
  'the cursor moves before its rows': ['case 25: a till that dies'],
  'an older row replaces a newer one': ['case 4: what a till shows: two tills'],
  'own events that are in the row are posted on it again': ['case 4: what a till shows: a sale'],
  'an older id leads nowhere': ['case 13b', 'case 8'],
  'a value date lies in the future': ['case 3'],
  'a merge forgets the other account': ['case 14'],
  'what came before is not looked for': ['a reply that is lost'],
  'a taken place is believed to hold the same': ['case 5: the same chain twice: a copied'],
  'events may be missing in between': ['case 6'],
  'anybody may sign a receipt': ['an answer that head office did not sign'],
  'a file is imported as often as it is read': ['case 15'],
  'the outbox forgets an event': ['case 4: what a till shows: a sale'],
  'whoever owes may redeem': ['a customer who owes'],
  'limits hold nobody back': ['a till that is cut off'],
  'a debt is told to nobody': ['a debt that stays'],
  'what a stopped till sends counts at once': ['case 31'],
}

describe('a guard that is switched off is noticed', () => {
  it.each(mutantsOf(MUTANTS_OF_EVENTS))('%s', { timeout: 180_000 }, async (mutant, what) => {
    expect(await noticedBy(place(), mutant, SEEN_BY[mutant]), what).toBe(true)
  })
})
