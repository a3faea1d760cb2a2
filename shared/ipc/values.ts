import { z } from 'zod'
import { isDate } from '../base/business-date.ts'
import { LIMITS } from '../base/limits.ts'
import { ROLES } from '../base/roles.ts'

/** Values that every question and answer is made of. */

/** 32 lower-case hex characters. */
export const Id = z.string().regex(/^[0-9a-f]{32}$/)

export const CommandId = Id
export const Ms = z.int()

/** A day of the calendar, yyyy-mm-dd: 2026-02-30 is none. */
export const Day = z.string().refine(isDate)

/** Integer kobo; bounds are checked by the domain so that the refusal is a sentence. */
export const KoboIn = z.number()

export const KoboOut = z.int()
export const PointsOut = z.int()

/** Free text from a person. Far longer than any field allows: the domain refuses with a sentence. */
export const Typed = z.string().max(20_000)

export const RoleName = z.enum(ROLES)
export const Pin = z.string().max(64)
export const Approver = z.object({ staff_id: Id, pin: Pin })
export const Page = { cursor: z.string().nullable(), limit: z.int().min(1).max(LIMITS.pageRowsMax) }
