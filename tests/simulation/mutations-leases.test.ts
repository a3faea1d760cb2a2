import { describe, expect, it, vi } from 'vitest'
import { isMutant, MUTANTS_OF_LEASES, mutantsOf } from './mutants.ts'
import { noticedBy } from './noticed.ts'
import { aPlace } from './vitest-place.ts'

vi.mock('../../shared/domain/post-lease.ts', async (original) => {
  const real = await original<typeof import('../../shared/domain/post-lease.ts')>()
  return {
    ...real,
    postGrant: (...[draft, grant]: Parameters<typeof real.postGrant>) => {
      const before = draft.pots
      const again = before.some((pot) => pot.grant === grant.grant)
      if (again && isMutant('a grant is booked twice')) {
        draft.pots = []
        real.postGrant(draft, grant)
        draft.pots = [...before, ...draft.pots]
      } else real.postGrant(draft, grant)
    },
    postGrantEnd: (...[draft, end]: Parameters<typeof real.postGrantEnd>) => {
      const before = draft.pots
      real.postGrantEnd(draft, end)
      if (isMutant('what goes back counts twice')) draft.pots = before
    },
  }
})
vi.mock('../../shared/domain/post-redeem.ts', async (original) => {
  const real = await original<typeof import('../../shared/domain/post-redeem.ts')>()
  return {
    ...real,
    postRedeem: (...[draft, redeem, context]: Parameters<typeof real.postRedeem>) => {
      const { lease: _, ...plain } = redeem
      real.postRedeem(draft, isMutant('a pot is not debited') ? plain : redeem, context)
    },
  }
})
vi.mock('../../electron/ledger/lease/booking.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/lease/booking.ts')>()
  return {
    ...real,
    createBooking: (...[ledger, connections, rows]: Parameters<typeof real.createBooking>) => {
      const { platform } = ledger
      const verify: typeof platform.verify = (...asked) =>
        isMutant('whoever signs a grant is believed') || platform.verify(...asked)
      return real.createBooking({ ...ledger, platform: { ...platform, verify } }, connections, rows)
    },
  }
})
vi.mock('../../electron/ledger/lease/lease-rows.ts', async (original) => {
  const real = await original<typeof import('../../electron/ledger/lease/lease-rows.ts')>()
  return {
    ...real,
    leaseRows: (ledger: Parameters<typeof real.leaseRows>[0]) => {
      const rows = real.leaseRows(ledger)
      const ofRow = ledger.db.prepare<[string], { grant: string; points: number }>(
        'SELECT id AS "grant", points FROM replica_grant WHERE open = 1 AND customer = ?',
      )
      const ofAnyEpoch = ledger.db.prepare<[string], { grant: string; points: number }>(
        'SELECT id AS "grant", points - used AS points FROM lease WHERE ended = 0 AND customer = ?',
      )
      return {
        ...rows,
        left: (...asked: Parameters<typeof rows.left>) => {
          if (isMutant('the row says what may be spent')) return ofRow.all(asked[0])
          return isMutant('a grant of an epoch before is spent')
            ? ofAnyEpoch.all(asked[0])
            : rows.left(...asked)
        },
      }
    },
  }
})
vi.mock('../../hq/ledger/grant.ts', async (original) => {
  const real = await original<typeof import('../../hq/ledger/grant.ts')>()
  return {
    ...real,
    grantShares: (...[books, asks, asker, at]: Parameters<typeof real.grantShares>) => {
      if (!isMutant('the share of a till is ignored')) return real.grantShares(books, asks, asker, at)
      const all = asks.map((ask) => ({ ...ask, points: 100_000, why: 'sale' as const }))
      return real.grantShares(books, all, asker, at)
    },
  }
})

const place = aPlace()

/** Which scenarios see it, tried in turn: the first words of each. */
const SEEN_BY: Readonly<Record<keyof typeof MUTANTS_OF_LEASES, readonly string[]>> = {
  'a pot is not debited': ['cases 1 and 12a'],
  'a grant is booked twice': ['cases 1 and 12a'],
  'whoever signs a grant is believed': ['a grant that was altered'],
  'the row says what may be spent': ['cases 1 and 12a'],
  'what goes back counts twice': ['case 12e'],
  'the share of a till is ignored': ['default shares'],
  'a grant of an epoch before is spent': ['case 5: a grant of an epoch before'],
}

describe('a guard of points set aside that is switched off is noticed', () => {
  it.each(mutantsOf(MUTANTS_OF_LEASES))('%s', { timeout: 180_000 }, async (mutant, what) => {
    expect(await noticedBy(place(), mutant, SEEN_BY[mutant]), what).toBe(true)
  })
})
