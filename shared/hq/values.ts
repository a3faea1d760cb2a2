import { z } from 'zod'
import { CONSOLE_LIMITS } from './limits.ts'

/** What every question and answer of the console is made of. */

// Text that Postgres can hold: it knows no character 0.
export const plain = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !text.includes('\u0000'), 'holds a character that cannot be stored')
export const filled = (most: number) => plain(most).trim().min(1)
export const Id = z.string().regex(/^[0-9a-f]{32}$/)
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
export const Ms = z.int()
export const Cursor = plain(200).optional()
export const Rows = z.coerce.number().int().min(1).max(CONSOLE_LIMITS.pageRowsMax).default(100)
// A day of the calendar of the business.
export const DayAsked = z.iso.date().optional()
export const Nothing = z.object({})
export const Done = z.object({ done: z.literal(true) })
export const Reason = plain(CONSOLE_LIMITS.reasonCharsMax)
export const page = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), next: z.string().nullable() })
