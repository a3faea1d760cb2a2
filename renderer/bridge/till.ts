import { newId, sleep } from './browser-clock.ts'
import { createClient } from './client.ts'
import { bridge } from './index.ts'

/** The client of this page. Everything on the screens that reaches the ledger process goes through it. */
export const till = createClient({ bridge, newId, sleep })
