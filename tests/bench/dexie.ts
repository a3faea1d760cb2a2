import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'

/** Dexie, what most web tills keep their customers in, in a real Chromium on a page of its own. */

const SCRIPT = path.resolve(import.meta.dirname, '../../node_modules/dexie/dist/dexie.min.js')
/** IndexedDB takes a thousand customers a moment; more in one call would not be a till's way. */
const LOAD_BATCH_ROWS = 5_000
/** It slows as it grows: a bench has not the hour that a million takes. The rest is left out, which favours it. */
const LOAD_ROWS_MAX = 200_000
const SALES = 200

interface Customer {
  readonly id: string
  readonly name: string
  readonly phone: string
  readonly points: number
}

export interface DexieFigures {
  readonly loadedRowsPerSecond: number
  /** Microseconds of each query. */
  readonly exact: readonly number[]
  readonly prefix: readonly number[]
  readonly suffix: readonly number[]
  readonly earn: readonly number[]
}

interface Stored extends Customer {
  readonly reversed: string
}
interface Query {
  startsWith(text: string): Query
  equals(text: string): Query
  limit(count: number): Query
  toArray(): Promise<Stored[]>
}
interface Table {
  bulkAdd(rows: readonly object[]): Promise<unknown>
  add(row: object): Promise<unknown>
  update(key: string, change: object): Promise<unknown>
  get(key: string): Promise<Stored | undefined>
  where(index: string): Query
}
interface Store {
  customers: Table
  ledger: Table
  version(version: number): { stores(schema: Record<string, string>): unknown }
  transaction(mode: 'rw', tables: readonly Table[], work: () => Promise<unknown>): Promise<unknown>
}
type DexiePage = Window & {
  Dexie: new (name: string, options: { chromeTransactionDurability: 'strict' }) => Store
  store: Store
}

export async function askDexie(rows: readonly Customer[], dialled: readonly string[]): Promise<DexieFigures> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html')
    // Cross-origin isolated: the page's clock then steps by 5 µs and not by 100.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    response.end('<!doctype html><title>Dexie</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${address.port}/`)
    await page.addScriptTag({ content: readFileSync(SCRIPT, 'utf8') })
    const loaded = rows.slice(0, LOAD_ROWS_MAX)
    const loadedRowsPerSecond = await load(page, loaded)
    const international = dialled.map((one) => `+234${one.slice(1)}`)
    const figures = await ask(
      page,
      international,
      loaded.slice(0, SALES).map((one) => one.id),
    )
    return { loadedRowsPerSecond, ...figures }
  } finally {
    await browser.close()
    server.close()
  }
}

async function load(page: Page, rows: readonly Customer[]): Promise<number> {
  await page.evaluate(() => {
    const window = globalThis as unknown as DexiePage
    window.store = new window.Dexie('bench', { chromeTransactionDurability: 'strict' })
    window.store.version(1).stores({ customers: 'id, phone, reversed', ledger: 'id, customer' })
    Object.assign(window.store, {
      customers: (window.store as unknown as { table(name: string): Table }).table('customers'),
      ledger: (window.store as unknown as { table(name: string): Table }).table('ledger'),
    })
  })
  let ms = 0
  for (let from = 0; from < rows.length; from += LOAD_BATCH_ROWS) {
    const batch = rows.slice(from, from + LOAD_BATCH_ROWS)
    ms += await page.evaluate(async (customers) => {
      const { store } = globalThis as unknown as DexiePage
      const stored = customers.map((one) => ({ ...one, reversed: [...one.phone].reverse().join('') }))
      const began = performance.now()
      await store.customers.bulkAdd(stored)
      return performance.now() - began
    }, batch)
  }
  return rows.length / (ms / 1_000)
}

function ask(page: Page, phones: readonly string[], buyers: readonly string[]) {
  return page.evaluate(
    async ({ phones, buyers }) => {
      const { store } = globalThis as unknown as DexiePage
      const timed = async <K>(keys: readonly K[], query: (key: K) => Promise<unknown>): Promise<number[]> => {
        const samples: number[] = []
        for (const key of keys) {
          const began = performance.now()
          await query(key)
          samples.push((performance.now() - began) * 1_000)
        }
        return samples
      }
      const reversed = (text: string): string => [...text].reverse().join('')
      const { customers, ledger } = store
      return {
        exact: await timed(phones, (one) => customers.where('phone').equals(one).toArray()),
        // "0803123 4" is "+2348031234": eight digits as dialled are eleven characters.
        prefix: await timed(phones, (one) =>
          customers.where('phone').startsWith(one.slice(0, 11)).limit(21).toArray(),
        ),
        suffix: await timed(phones, (one) =>
          customers
            .where('reversed')
            .startsWith(reversed(one.slice(-6)))
            .limit(21)
            .toArray(),
        ),
        earn: await timed(buyers, (buyer) =>
          store.transaction('rw', [customers, ledger], async () => {
            const customer = await customers.get(buyer)
            await ledger.add({ id: crypto.randomUUID(), customer: buyer, points: 400 })
            await customers.update(buyer, { points: (customer?.points ?? 0) + 400 })
          }),
        ),
      }
    },
    { phones, buyers },
  )
}
