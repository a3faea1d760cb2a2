/** People of head office, from the least to the most: a role may whatever those before it may. */
export const HQ_ROLES = ['viewer', 'manager', 'owner'] as const
export type HqRole = (typeof HQ_ROLES)[number]

/** True for `least` itself and every role above it. */
export const hqRoleIsAtLeast = (role: HqRole, least: HqRole): boolean =>
  HQ_ROLES.indexOf(role) >= HQ_ROLES.indexOf(least)
