import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundleIfStale } from './bundles.ts'
import { electronBinary } from './electron-binary.ts'
import { makeStubElectron } from './stub-electron.ts'

/**
 * `npm run package` makes the installers of this platform; `npm run package -- --dir` only the unpacked app. Where
 * Electron's program is missing, `--dir` on Linux packs against a stub and says so: the package is complete but for
 * the program itself.
 */

const ROOT = path.resolve(import.meta.dirname, '..')
const REFUSED = 2

function main(): number {
  const { values } = parseArgs({
    options: { dir: { type: 'boolean', default: false }, out: { type: 'string', default: 'dist' } },
  })
  const withElectron = electronBinary() !== null
  if (!withElectron && !(values.dir && process.platform === 'linux')) {
    process.stderr.write(
      'Electron\'s program is not on this machine, and an installer needs it. Run "npx install-electron" first.\n',
    )
    return REFUSED
  }
  bundleIfStale('app')
  const stub = withElectron ? null : makeStubElectron(mkdtempSync(path.join(tmpdir(), 'kasuwa-stub-')))
  if (stub) {
    process.stdout.write(
      'Electron is missing: packing against a stub. The result shows what is packed, it does not start.\n',
    )
  }
  try {
    const flags = [`-c.directories.output=${path.resolve(values.out)}`, '--publish', 'never']
    if (values.dir) flags.push('--dir')
    if (stub) flags.push(`-c.electronDist=${stub}`)
    const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js')
    const run = spawnSync(process.execPath, [builder, ...flags], { cwd: ROOT, stdio: 'inherit' })
    return run.status ?? 1
  } finally {
    if (stub) rmSync(stub, { recursive: true, force: true })
  }
}

try {
  process.exitCode = main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = REFUSED
}
