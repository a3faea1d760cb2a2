import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Terminal } from '../../electron/cli/terminal.ts'
import { CONSOLE_PAGE } from '../api/console/screens.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const BUNDLER = path.join(ROOT, 'build/bundle.ts')
const NEEDED = [BUNDLER, path.join(ROOT, 'node_modules/vite')]

/** Builds the pages of the console where they are missing and what builds them is installed: once, after `npm ci`. */
export async function buildConsole(terminal: Terminal): Promise<void> {
  if (existsSync(CONSOLE_PAGE) || !NEEDED.every((one) => existsSync(one))) return
  terminal.note('The pages of the console are built, once. This takes a few seconds.')
  const ended = await new Promise<number | null>((resolve) => {
    // Standard output is kept for the address.
    const child = spawn(process.execPath, [BUNDLER, 'console'], { cwd: ROOT, stdio: ['ignore', 2, 2] })
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })
  if (ended !== 0) {
    terminal.note('They could not be built. Everything else works; "npm run build" says more.')
  }
}
