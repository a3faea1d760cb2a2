import { LIMITS } from './limits.ts'
import { type Refusal, refusal } from './refusal.ts'

/** From the least to the most: a role may whatever those before it may. */
export const ROLES = ['cashier', 'supervisor', 'manager', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** The one permission table: the least role that may do each thing alone. */
export const PERMISSIONS = {
  'customer.look_up': 'cashier',
  'customer.enrol': 'cashier',
  'customer.edit': 'cashier',
  'sale.record': 'cashier',
  'sale.undo_own_today': 'cashier',
  'sale.void_any': 'supervisor',
  'receipt.reuse': 'supervisor',
  'redeem.override': 'supervisor',
  'points.adjust': 'supervisor',
  'points.adjust_approve': 'manager',
  'reports.read': 'manager',
  'staff.edit': 'manager',
  'settings.edit': 'manager',
  'ledger.check': 'manager',
  'ledger.export': 'manager',
  'clock.confirm': 'manager',
  'staff.edit_admin': 'admin',
} as const satisfies Record<string, Role>

export type Permission = keyof typeof PERMISSIONS

const WORDS: Record<Permission, string> = {
  'customer.look_up': 'look customers up',
  'customer.enrol': 'enrol customers',
  'customer.edit': 'change customers',
  'sale.record': 'record sales',
  'sale.undo_own_today': 'undo a sale',
  'sale.void_any': 'undo this sale',
  'receipt.reuse': 'use a receipt number twice',
  'redeem.override': 'use points beyond the limit',
  'points.adjust': 'adjust points',
  'points.adjust_approve': 'approve this adjustment',
  'reports.read': 'see reports',
  'staff.edit': 'change staff',
  'settings.edit': 'change settings',
  'ledger.check': 'check the ledger',
  'ledger.export': 'export data',
  'clock.confirm': 'confirm the date',
  'staff.edit_admin': 'change an admin',
}

/** The least role that may do this alone. */
export const leastRole = (permission: Permission): Role => PERMISSIONS[permission]

/** True for `least` itself and every role above it. */
export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least)

/** Whether a role may do this alone. */
export const may = (role: Role, permission: Permission): boolean => isAtLeast(role, leastRole(permission))

/** Fewest digits of a PIN: whoever may see and change everything needs more. */
export const pinDigitsMin = (role: Role): number =>
  isAtLeast(role, 'manager') ? LIMITS.pinDigitsManagerMin : LIMITS.pinDigitsMin

/** `not_allowed`, in words that name what and whom to ask. */
export function notAllowed(permission: Permission): Refusal {
  return refusal('not_allowed', { what: WORDS[permission], who: PERMISSIONS[permission] })
}
