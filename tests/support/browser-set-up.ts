import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { bundleIfStale } from '../../build/bundles.ts'
import { chromiumPath } from './chromium.ts'
import { type Staffing, setUpShop } from './shop-set-up.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests reach the one browser of the run. */
    readonly browserAddress: string
    /** A till that was set up once; each file of tests works on a copy. */
    readonly preparedDir: string
    readonly staffing: Staffing
  }
}

/** Once a run: builds the screens where they are out of date, starts one browser, sets one shop up. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  bundleIfStale('screens')
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-e2e-shop-'))
  const prepared = path.join(dir, 'till')
  const [browser, staffing] = await Promise.all([
    chromium.launchServer({ executablePath: await chromiumPath(), args: ['--no-sandbox'] }),
    setUpShop(prepared),
  ])
  project.provide('browserAddress', browser.wsEndpoint())
  project.provide('preparedDir', prepared)
  project.provide('staffing', staffing)
  return async () => {
    await browser.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
