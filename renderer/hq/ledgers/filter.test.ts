import { expect, test } from 'vitest'
import { readEventFilter } from './filter.ts'

const id = 'a'.repeat(32)

test('filters of an address are read, and what is not understood is left out', () => {
  const whole = { till: id, kind: 'sale.recorded', outcome: 'withheld', from: '2026-11-01', to: '2026-11-30' }
  expect(readEventFilter({ ...whole, open: 'x' })).toEqual(whole)
  const odd = {
    till: 'x',
    customer: "' OR 1",
    kind: 'A',
    outcome: 'lost',
    from: '2026-02-31',
    to: '1',
    store: '/',
  }
  expect(readEventFilter(odd)).toEqual({})
})
