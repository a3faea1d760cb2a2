import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { extractAll, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { forkLedger } from '../../electron/platform/supervision/fork-ledger.ts'
import { superviseLedger } from '../../electron/platform/supervision/supervisor.ts'
import { systemTimers } from '../../electron/platform/timers.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const fromHere = createRequire(import.meta.url)
const run = promisify(execFile)

/** The digit of a fuse that is off or on. */
const OFF = 48
const ON = 49

test('the packaging file keeps to the schema of its tool, and the schema does refuse', async () => {
  const builder = path.dirname(fromHere.resolve('electron-builder/package.json'))
  const fromBuilder = createRequire(path.join(builder, 'package.json'))
  const lib = path.dirname(fromBuilder.resolve('app-builder-lib/package.json'))
  const { validateConfiguration } = fromHere(path.join(lib, 'out/util/config/config.js')) as {
    validateConfiguration(config: object, log: object): Promise<void>
  }
  const { DebugLogger } = fromHere(fromBuilder.resolve('builder-util')) as {
    DebugLogger: new (on: boolean) => object
  }
  const { load } = fromHere(fromBuilder.resolve('js-yaml')) as { load(text: string): object }
  const config = load(readFileSync(path.join(ROOT, 'electron-builder.yml'), 'utf8'))
  await validateConfiguration(config, new DebugLogger(false))
  await expect(validateConfiguration({ ...config, colour: 'green' }, new DebugLogger(false))).rejects.toThrow(
    'colour',
  )
})

describe.runIf(process.platform === 'linux')('the packed app', () => {
  const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-package-'))
  const app = path.join(work, 'dist/linux-unpacked')
  const archive = path.join(app, 'resources/app.asar')
  let said = ''
  let files: string[] = []

  beforeAll(async () => {
    const { stdout } = await run(
      process.execPath,
      ['build/package.ts', '--dir', '--out', path.join(work, 'dist')],
      {
        cwd: ROOT,
        // A developer's Electron must not decide what is tested here.
        env: { ...process.env, ELECTRON_BIN: path.join(work, 'none') },
      },
    )
    said = stdout
    files = listPackage(archive, { isPack: false })
  }, 120_000)
  afterAll(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }))

  test('says that it was made against a stub', () => {
    expect(said).toContain('packing against a stub')
  })

  test('S18 holds the app and nothing else: no browser host, no command line, no sources, no maps', () => {
    const tops = new Set(files.map((file) => file.split('/').slice(1, 3).join('/')))
    expect([...tops].sort()).toEqual([
      'migrations',
      'migrations/till',
      'node_modules',
      'node_modules/@fontsource',
      'node_modules/better-sqlite3',
      'out',
      'out/main',
      'out/preload',
      'out/renderer',
      'package.json',
    ])
    for (const needed of [
      '/out/main/index.js',
      '/out/main/ledger.js',
      '/out/main/sync.js',
      '/out/main/check-worker.js',
      '/out/main/checkpoint-worker.js',
      '/out/main/print-worker.js',
      '/node_modules/@fontsource/inter/files/inter-latin-ext-700-normal.woff',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
      '/migrations/till/0001_ledger.sql',
    ]) {
      expect(files).toContain(needed)
    }
    expect(files.filter((file) => /\.(?:map|tsx?|md|[ch]pp|key|db)$/.test(file))).toEqual([])
    const code = files.filter((file) => /^\/out\/main\/.*\.js$/.test(file))
    extractAll(archive, path.join(work, 'extracted'))
    for (const file of code) {
      const text = readFileSync(path.join(work, 'extracted', file), 'utf8')
      // The loopback server's cookie, the demo's people and Node's HTTP server stay at home.
      expect([file, /kasuwa_\$\{|SameSite|480215|createServer\(\(request/.test(text)]).toEqual([file, false])
    }
  })

  test('only the native parts of this platform lie outside the archive', () => {
    const unpacked = `${archive}.unpacked`
    const lying = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(unpacked, path.join(entry.parentPath, entry.name)))
    expect(lying.sort()).toEqual([
      'node_modules/better-sqlite3/prebuilds/linux-arm64.node',
      'node_modules/better-sqlite3/prebuilds/linux-x64.node',
    ])
  })

  test('S13 the fuses are set as agreed', async () => {
    const fuses = await getCurrentFuseWire(path.join(app, 'kasuwa'))
    expect({
      runAsNode: fuses[FuseV1Options.RunAsNode],
      cookies: fuses[FuseV1Options.EnableCookieEncryption],
      nodeOptions: fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      inspect: fuses[FuseV1Options.EnableNodeCliInspectArguments],
      integrity: fuses[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      onlyAsar: fuses[FuseV1Options.OnlyLoadAppFromAsar],
      snapshot: fuses[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot],
      fileProtocol: fuses[FuseV1Options.GrantFileProtocolExtraPrivileges],
    }).toEqual({
      runAsNode: OFF,
      cookies: ON,
      nodeOptions: OFF,
      inspect: OFF,
      integrity: ON,
      onlyAsar: ON,
      snapshot: OFF,
      fileProtocol: OFF,
    })
  })

  test('the packed ledger process keeps a sale in an encrypted file and sets its receipt', async () => {
    const dir = path.join(work, 'till')
    const entry = path.join(work, 'extracted/out/main/ledger.js')
    const ledger = superviseLedger({
      spawn: () => forkLedger(entry),
      dir,
      host: 'test',
      keyStore: fileKeyStore(dir),
      timers: systemTimers,
      wallMs: () => 0,
      log: () => undefined,
    })
    try {
      expect(await ledger.firstOpen).toBeNull()
      expect(await ledger.call('system.status', '', {})).toMatchObject({
        outcome: 'done',
        value: { phase: 'setup' },
      })
      const store = await ledger.call('setup.begin', '', {
        command_id: '1'.repeat(32),
        store_name: 'Balogun',
        till_name: 'Till 1',
        admin_name: 'Ada',
        pin: '730264',
        date_confirmed: new Date().toISOString().slice(0, 10),
      })
      if (store.outcome !== 'done') throw new Error(JSON.stringify(store))
      const { token } = store.value.session
      const sale = await ledger.call('sale.record', token, {
        command_id: '2'.repeat(32),
        customer_id: null,
        gross_kobo: 100,
        redeem: null,
        receipt: '',
        channel: 'pos',
        approver: null,
      })
      if (sale.outcome !== 'done') throw new Error(JSON.stringify(sale))
      // Set on a thread of its own, with the typeface that is packed.
      const file = await ledger.call('receipt.pdf', token, { sale_id: sale.value.sale_id })
      if (file.outcome !== 'done') throw new Error(JSON.stringify(file))
      expect(Buffer.from(file.value.base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-')
    } finally {
      await ledger.close()
    }
    expect(existsSync(path.join(dir, 'till.db'))).toBe(true)
    expect(readFileSync(path.join(dir, 'till.db')).subarray(0, 15).toString()).not.toBe('SQLite format 3')
  })
})
