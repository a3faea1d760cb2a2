/** Words that several rooms use. */
export const common = {
  app: 'Kasuwa',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  back: 'Back',
  try_again: 'Try again',
  loading: 'One moment',
  points_one: '{{shown}} point',
  points_other: '{{shown}} points',
  no_name: 'No name',
  this_customer: 'This customer',
  role: { cashier: 'Cashier', supervisor: 'Supervisor', manager: 'Manager', admin: 'Admin' },
  appearance: { dark: 'Use the dark look', light: 'Use the light look' },
  failed: 'The till did not answer. Nothing you typed is lost. Try again; it will not be booked twice.',
} as const
