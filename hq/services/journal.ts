import { z } from 'zod'

/**
 * What a backup must not take back, kept outside of it: appended before the database says so, applied first after a
 * restore. An entry whose transaction failed afterwards does no harm: it names a till that somebody wanted stopped.
 */
export const JournalEntry = z.discriminatedUnion('what', [
  z.object({ what: z.literal('incarnation'), hq_epoch: z.int(), at: z.int() }),
  z.object({
    what: z.literal('device'),
    tenant: z.string(),
    device: z.string(),
    state: z.enum(['active', 'revoked', 'written_off']),
    reason: z.string(),
    at: z.int(),
  }),
  z.object({
    what: z.literal('generation'),
    tenant: z.string(),
    customer: z.string(),
    generation: z.int(),
    at: z.int(),
  }),
])
export type JournalEntry = z.infer<typeof JournalEntry>

export interface Journal {
  /** Durable when it resolves. */
  append(entry: JournalEntry): Promise<void>
}
