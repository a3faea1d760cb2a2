import { leastRole, type Permission, type Role } from '../../../shared/base/roles.ts'

/** The permission table as a person reads it: each line stands for permissions that one role holds together. */
export const ABILITIES = {
  sell: ['customer.look_up', 'customer.enrol', 'customer.edit', 'sale.record'],
  undo_own: ['sale.undo_own_today'],
  void_any: ['sale.void_any'],
  receipt: ['receipt.reuse'],
  override: ['redeem.override'],
  adjust: ['points.adjust'],
  approve: ['points.adjust_approve'],
  reports: ['reports.read', 'staff.edit', 'settings.edit', 'ledger.check', 'ledger.export', 'clock.confirm'],
  admins: ['staff.edit_admin'],
} as const satisfies Record<string, readonly Permission[]>

type Ability = keyof typeof ABILITIES

export const ABILITY_NAMES = Object.keys(ABILITIES) as readonly Ability[]

/** The least role of an ability. */
export const leastRoleOf = (ability: Ability): Role => leastRole(ABILITIES[ability][0])
