import { describe, expect, test } from 'vitest'
import {
  isAtLeast,
  leastRole,
  may,
  notAllowed,
  PERMISSIONS,
  type Permission,
  pinDigitsMin,
  ROLES,
  type Role,
} from './roles.ts'

/** Read across: who may do it alone. */
const EXPECTED: Record<Permission, readonly Role[]> = {
  'customer.look_up': ['cashier', 'supervisor', 'manager', 'admin'],
  'customer.enrol': ['cashier', 'supervisor', 'manager', 'admin'],
  'customer.edit': ['cashier', 'supervisor', 'manager', 'admin'],
  'sale.record': ['cashier', 'supervisor', 'manager', 'admin'],
  'sale.undo_own_today': ['cashier', 'supervisor', 'manager', 'admin'],
  'sale.void_any': ['supervisor', 'manager', 'admin'],
  'receipt.reuse': ['supervisor', 'manager', 'admin'],
  'redeem.override': ['supervisor', 'manager', 'admin'],
  'points.adjust': ['supervisor', 'manager', 'admin'],
  'points.adjust_approve': ['manager', 'admin'],
  'reports.read': ['manager', 'admin'],
  'staff.edit': ['manager', 'admin'],
  'settings.edit': ['manager', 'admin'],
  'ledger.check': ['manager', 'admin'],
  'ledger.export': ['manager', 'admin'],
  'clock.confirm': ['manager', 'admin'],
  'staff.edit_admin': ['admin'],
}

describe('the permission table', () => {
  test.each(Object.entries(EXPECTED) as [Permission, readonly Role[]][])('%s: %j', (permission, roles) => {
    expect(ROLES.filter((role) => may(role, permission))).toEqual(roles)
    expect(leastRole(permission)).toBe(roles[0])
  })

  test('has no permission beyond these', () => {
    expect(Object.keys(PERMISSIONS).toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
  })

  test('says for each what is not allowed and whom to ask', () => {
    for (const permission of Object.keys(PERMISSIONS) as Permission[]) {
      const { code, sentence } = notAllowed(permission)
      expect(code).toBe('not_allowed')
      expect(sentence).toMatch(
        /^Your role may not [a-z ]+\. Ask (?:a (?:cashier|supervisor|manager)|an admin) to do it\.$/,
      )
    }
  })
})

test('roles stand from the least to the most, and the upper two need the longer PIN', () => {
  expect(ROLES.map((role) => ROLES.filter((least) => isAtLeast(role, least)).length)).toEqual([1, 2, 3, 4])
  expect(ROLES.map(pinDigitsMin)).toEqual([4, 4, 6, 6])
})
