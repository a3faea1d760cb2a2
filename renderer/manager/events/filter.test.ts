import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EventFilter,
  isNarrowed,
  NO_FILTER,
  pageInput,
  readFilter,
  sameList,
  writeFilter,
} from './filter.ts'

const id = fc.stringMatching(/^[0-9a-f]{32}$/)
const day = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
const kind = fc.stringMatching(/^[a-z][a-z0-9_.]{0,20}$/)

const filters: fc.Arbitrary<EventFilter> = fc
  .record({
    from: fc.option(day),
    to: fc.option(day),
    kinds: fc.uniqueArray(kind, { maxLength: 6 }),
    staffId: fc.option(id),
    customerId: fc.option(id),
    text: fc.string({ maxLength: 80, unit: 'binary' }),
    open: fc.option(id),
  })
  .filter(({ from, to }) => from === null || to === null || from <= to)

describe('the filters of the entries in the address', () => {
  it('come back as they were set', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(readFilter(writeFilter(filter))).toEqual(filter)
      }),
    )
  })

  it('are an empty query when nothing is set', () => {
    expect(writeFilter(NO_FILTER)).toBe('')
    expect(readFilter('')).toEqual(NO_FILTER)
  })

  it('keep what can be read of a link typed by hand', () => {
    const filter = readFilter('from=2026-02-30&to=2026-11-21&staff=DROP%20TABLE&kind=sale,<b>,sale&open=zz')
    expect(filter).toEqual({ ...NO_FILTER, to: '2026-11-21', kinds: ['sale'] })
  })

  it('put days in order when they were given the wrong way round', () => {
    const filter = readFilter('from=2026-11-21&to=2026-11-01')
    expect([filter.from, filter.to]).toEqual(['2026-11-01', '2026-11-21'])
  })

  it('never ask the ledger for more text than it searches by', () => {
    const filter = readFilter(`text=${'x'.repeat(100_000)}`)
    expect(pageInput(filter, null, 100).text).toHaveLength(80)
  })

  it('are cut between characters', () => {
    const filter = readFilter(`text=${'😀'.repeat(100)}`)
    expect(filter.text).toBe('😀'.repeat(80))
    expect(readFilter(writeFilter(filter))).toEqual(filter)
  })

  it('read any text as some filter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const filter = readFilter(query)
        expect(readFilter(writeFilter(filter))).toEqual(filter)
      }),
    )
  })

  it('are the same list whichever entry is open', () => {
    const open = { ...NO_FILTER, open: 'a'.repeat(32) }
    expect(sameList(open, NO_FILTER)).toBe(true)
    expect(isNarrowed(open)).toBe(false)
    expect(isNarrowed({ ...NO_FILTER, text: 'ada' })).toBe(true)
    expect(sameList({ ...NO_FILTER, text: 'ada' }, NO_FILTER)).toBe(false)
  })
})
