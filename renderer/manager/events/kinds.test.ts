import { describe, expect, it } from 'vitest'
import { groupsOf, isUndone, toggleGroup } from './kinds.ts'

describe('kinds of entries', () => {
  it('go on and off by group', () => {
    const on = toggleGroup([], 'customers')
    expect(groupsOf(on)).toEqual(['customers'])
    expect(groupsOf(toggleGroup(on, 'sales'))).toEqual(['sales', 'customers'])
    expect(toggleGroup(on, 'customers')).toEqual([])
    expect(toggleGroup(['customer.enrolled'], 'customers')).toEqual([])
  })

  it('are undone with their sale, all but the entry that undid it', () => {
    for (const kind of ['sale.recorded', 'points.earned', 'points.redeemed', 'override']) {
      expect([kind, isUndone({ kind, sale_void: true })]).toEqual([kind, true])
      expect([kind, isUndone({ kind, sale_void: false })]).toEqual([kind, false])
    }
    expect(isUndone({ kind: 'points.reversed', sale_void: true })).toBe(false)
  })
})
