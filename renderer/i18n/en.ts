import { common } from './en/common.ts'
import { hq } from './en/hq.ts'
import { manager } from './en/manager.ts'
import { refusals } from './en/refusals.ts'
import { till } from './en/till.ts'

/** Every word on the screens, by namespace. Another language is another file of this shape. */
export const EN = { common, till, manager, hq, refusals } as const

export const NAMESPACES = [
  'common',
  'till',
  'manager',
  'hq',
  'refusals',
] as const satisfies readonly (keyof typeof EN)[]
