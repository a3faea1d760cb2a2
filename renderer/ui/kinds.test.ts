import { expect, it } from 'vitest'
import { kindWord } from './kinds.ts'

it('calls a kind of a newer ledger simply another entry', () => {
  expect(kindWord('sale.recorded')).toBe('sale_recorded')
  expect(kindWord('campaign.applied')).toBe('other')
  expect(kindWord('constructor')).toBe('other')
})
