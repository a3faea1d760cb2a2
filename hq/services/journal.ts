import { z } from 'zod'
import { HQ_ROLES } from '../../shared/hq/roles.ts'

/**
 * What a backup must not take back, kept outside of it: appended before the database says so, applied first after a
 * restore. An entry whose transaction failed afterwards does no harm: it names a till that somebody wanted stopped, or
 * one whose earlier keys stay given up.
 */
export const JournalEntry = z.discriminatedUnion('what', [
  z.object({ what: z.literal('incarnation'), hq_epoch: z.int(), at: z.int() }),
  z.object({
    what: z.literal('device'),
    tenant: z.string(),
    device: z.string(),
    state: z.enum(['active', 'revoked', 'written_off']),
    reason: z.string(),
    /** Keys of its epochs before this one are given up. */
    keys_from: z.int(),
    at: z.int(),
  }),
  z.object({
    what: z.literal('person'),
    tenant: z.string(),
    person: z.string(),
    role: z.enum(HQ_ROLES),
    /** False: was deactivated. */
    active: z.boolean(),
    password_hash: z.string(),
    at: z.int(),
  }),
])
export type JournalEntry = z.infer<typeof JournalEntry>

export interface Journal {
  /** Durable when it resolves. */
  append(entry: JournalEntry): Promise<void>
}
