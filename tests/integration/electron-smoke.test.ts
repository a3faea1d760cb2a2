import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron } from 'playwright-core'
import { expect, test } from 'vitest'
import { bundleIfStale } from '../../build/bundles.ts'
import { electronBinary } from '../../build/electron-binary.ts'
import { CONTENT_SECURITY_POLICY } from '../../electron/platform/asset.ts'

/**
 * What only the real program can show. Skipped, and counted as skipped, where it is missing; a release sets
 * REQUIRE_ELECTRON=1, and then its absence is a failure.
 */

const ROOT = path.resolve(import.meta.dirname, '../..')
const binary = electronBinary()
const required = process.env['REQUIRE_ELECTRON'] === '1'

test('in real Electron the window opens, the sandbox holds, and the ledger answers', async (context) => {
  if (binary === null && !required) context.skip("Electron's program is not on this machine")
  if (binary === null) throw new Error("REQUIRE_ELECTRON=1, but Electron's program is not on this machine")
  bundleIfStale('app')
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-electron-'))
  const app = await _electron.launch({
    executablePath: binary,
    args: [ROOT, `--data=${path.join(dir, 'till')}`],
    chromiumSandbox: true,
  })
  try {
    const page = await app.firstWindow()
    await page.waitForSelector('#root > *')
    expect(page.url()).toBe('kasuwa://app/')
    const seen = await page.evaluate(async () => {
      const { kasuwa } = window as unknown as {
        kasuwa: { call(method: string, session: string, input: object): Promise<{ outcome: string }> }
      }
      const policy = (await fetch('/')).headers.get('content-security-policy')
      let evaluated = false
      try {
        evaluated = new Function('return true')() === true
      } catch {
        evaluated = false
      }
      return {
        outcome: (await kasuwa.call('system.status', '', {})).outcome,
        policy,
        evaluated,
        node: typeof (globalThis as { process?: unknown }).process,
      }
    })
    expect(seen).toEqual({
      outcome: 'done',
      policy: CONTENT_SECURITY_POLICY,
      evaluated: false,
      node: 'undefined',
    })
    const state = await app.evaluate(({ app: electron, BrowserWindow }) => ({
      windows: BrowserWindow.getAllWindows().length,
      processes: electron
        .getAppMetrics()
        .map(({ type, serviceName }) => `${type} ${serviceName ?? ''}`.trim()),
    }))
    expect(state.windows).toBe(1)
    expect(state.processes.join()).toContain('Kasuwa ledger')
  } finally {
    await app.close()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}, 120_000)
