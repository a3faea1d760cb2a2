/** What a person filters by. */
export const FILTER_KINDS = [
  'sale.recorded',
  'points.earned',
  'points.redeemed',
  'points.adjusted',
  'points.reversed',
  'customer.enrolled',
  'customer.updated',
  'customer.consent',
  'staff.changed',
  'override',
  'settings.changed',
  'clock.confirmed',
  'epoch.opened',
] as const
