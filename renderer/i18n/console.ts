import { common } from './en/common.ts'
import { hq } from './en/hq.ts'

/** Every word of head office's console, by namespace. */
export const CONSOLE_WORDS = { common, hq } as const
