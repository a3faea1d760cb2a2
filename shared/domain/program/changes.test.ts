import { describe, expect, test } from 'vitest'
import { programWith } from '../../../tests/support/program-facts.ts'
import { programChanges } from './changes.ts'

const BOOKS = {
  id: 'books',
  name: 'Books twice',
  kind: 'bonus',
  gives: { on: 'sale', multiplier_bp: 20_000 },
  when: [{ field: 'categories', in: ['books'] }],
}
const VISIT = { id: 'visit', name: 'Visit', kind: 'earn', gives: { per: 'visit', points: 5 } }

describe('what differs between two versions', () => {
  test('nothing, where only the number of the version and the order of names differ', () => {
    const before = programWith({ rules: [BOOKS] })
    const { gives, ...rest } = BOOKS
    expect(programChanges(before, { ...programWith({ rules: [{ gives, ...rest }] }), version: 9 })).toEqual(
      [],
    )
  })

  test('a setting with what it was and is', () => {
    expect(programChanges(programWith(), programWith({ point_worth_kobo: 200, earn_on: 'gross' }))).toEqual([
      { what: 'setting', setting: 'earn_on', before: 'net', after: 'gross' },
      { what: 'setting', setting: 'point_worth_kobo', before: 100, after: 200 },
    ])
  })

  test('rules that are new, gone, changed in some part, or stand in another order', () => {
    const one = programWith({ rules: [BOOKS, VISIT] })
    expect(programChanges(programWith(), one)).toEqual([
      { what: 'rule', name: 'Books twice', how: 'added', parts: [] },
      { what: 'rule', name: 'Visit', how: 'added', parts: [] },
    ])
    expect(programChanges(one, programWith({ rules: [VISIT] }))).toEqual([
      { what: 'rule', name: 'Books twice', how: 'removed', parts: [] },
    ])
    const capped = programWith({ rules: [VISIT, { ...BOOKS, caps: { day: 100 }, active: false }] })
    expect(programChanges(one, capped)).toEqual([
      { what: 'rule', name: 'Books twice', how: 'changed', parts: ['active', 'caps'] },
      { what: 'order', of: 'rule' },
    ])
  })

  test('everything, of a program that was not there', () => {
    const all = programChanges(null, programWith())
    expect(all).toContainEqual({ what: 'setting', setting: 'name', before: null, after: 'Points' })
    expect(all).toContainEqual({ what: 'tier', name: 'Gold', how: 'added', parts: [] })
  })
})
