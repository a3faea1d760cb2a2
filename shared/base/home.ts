/** Where a till stands until its ledger says otherwise. */
export const HOME = { timeZone: 'Africa/Lagos', currency: 'NGN' } as const
