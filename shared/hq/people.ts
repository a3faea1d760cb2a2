import { z } from 'zod'
import { HQ_ROLES } from './roles.ts'
import { Done, filled, Id, Ms, Nothing } from './values.ts'

/** Who signs in to the console, as an owner sees and changes it. */

/** A first password: shown once and kept nowhere. */
const FirstPassword = z.object({ login: z.string(), password: z.string() })

export const PEOPLE_CONTRACT = {
  'people.list': {
    input: Nothing,
    reply: z.object({
      people: z.array(
        z.object({
          id: Id,
          login: z.string(),
          name: z.string(),
          role: z.enum(HQ_ROLES),
          active: z.boolean(),
          created_at: Ms,
          /** Null: never. */
          last_sign_in: Ms.nullable(),
        }),
      ),
    }),
  },
  'people.add': {
    input: z.object({ login: filled(60), name: filled(60), role: z.enum(HQ_ROLES) }),
    reply: FirstPassword,
  },
  'people.role': { input: z.object({ id: Id, role: z.enum(HQ_ROLES) }), reply: Done },
  'people.deactivate': { input: z.object({ id: Id }), reply: Done },
  'people.password': { input: z.object({ id: Id }), reply: FirstPassword },
} as const
