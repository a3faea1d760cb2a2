import { expect, test } from 'vitest'
import { STATES } from '../../tests/support/sync-states.ts'
import { STATE_NAMES } from './state.ts'
import { wordsBeside, wordsOf } from './words.ts'

test('every state says what happens in words of a shop', () => {
  const technical = /token|sync|server|http|batch|epoch|shape|ledger|queue|push|null|undefined|NaN/i
  for (const name of STATE_NAMES) {
    const { sentence } = wordsOf({ ...STATES[name], waiting: 12 })
    expect(sentence).toMatch(/^[A-Z].*\.$/)
    expect(sentence).not.toMatch(technical)
  }
})

test('what waits is counted, and said to be kept', () => {
  expect(wordsOf({ ...STATES.sending, waiting: 1_200 })).toEqual({
    doing: 'sending',
    sentence: 'Sending 1,200 entries to head office.',
  })
  const pausing = STATES.pausing
  expect(wordsOf({ ...pausing, waiting: 12 }).sentence).toBe(
    'No connection to head office. 12 entries are kept here and will be sent.',
  )
  expect(wordsOf({ ...pausing, waiting: 1, pause: 'asked' }).sentence).toBe(
    'Head office asks for a short wait. 1 entry is kept here and will be sent.',
  )
  expect(wordsOf({ ...pausing, waiting: 0 }).sentence).toContain('New sales are kept here')
})

test('nothing is called sent while the ledger counts what waits', () => {
  const sent = wordsOf({ ...STATES.sending, waiting: 0 })
  expect(sent.doing).toBe('up_to_date')
  expect(wordsBeside(sent, 0)).toEqual(sent)
  expect(wordsBeside(sent, 3)).toEqual({ doing: 'sending', sentence: 'Sending 3 entries to head office.' })
  const offline = wordsOf({ ...STATES.pausing, waiting: 2 })
  expect(wordsBeside(offline, 3)).toEqual(offline)
})

test('a try after a failure is no news: the strip does not flicker', () => {
  const trying = { ...STATES.connecting, pause: 'network' as const, waiting: 3 }
  expect(wordsOf(trying)).toEqual(wordsOf({ ...STATES.pausing, waiting: 3 }))
})

test('the first load is counted, and a stop keeps its own sentence', () => {
  const loading = { shape: 'customer', rows: 12_000 }
  expect(wordsOf({ ...STATES.following, loading })).toEqual({
    doing: 'receiving',
    sentence: 'Receiving the list of customers: 12,000 so far.',
  })
  expect(wordsOf(STATES.stopped)).toEqual({ doing: 'stopped', sentence: 'Enrol again with a code.' })
})

test('a till that may only send says that it was shut out, not that all is well', () => {
  const shutOut = { ...STATES.following, tokenUntil: 1_000, mayFollow: false }
  expect(wordsOf(shutOut)).toMatchObject({ doing: 'stopped' })
  expect(wordsOf(shutOut).sentence).toContain('shut this till out')
})
