import { common } from './en/common.ts'
import { manager } from './en/manager.ts'
import { refusals } from './en/refusals.ts'
import { till } from './en/till.ts'

/** Every word on the till's screens, by namespace. Another language is another file of this shape. */
export const TILL_WORDS = { common, till, manager, refusals } as const
