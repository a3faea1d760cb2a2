import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** Finds a Chromium for the tests that look at screens. */

/** Where Debian, Ubuntu, macOS and Windows put theirs. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  path.join(process.env['PROGRAMFILES'] ?? 'C:\\Program Files', 'Google\\Chrome\\Application\\chrome.exe'),
  path.join(
    process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ),
]

const HOW_TO_GET_CHROMIUM =
  'There is no Chromium on this machine. Install one ("apt-get install chromium"), or set PW_CHROMIUM to the path of one.'

/**
 * The path of a Chromium: PW_CHROMIUM, else one the machine has, else the one that npm installed (Linux). Throws
 * with how to get one.
 */
export async function chromiumPath(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = environment['PW_CHROMIUM']
  if (given) {
    if (isProgram(given)) return given
    throw new Error(`PW_CHROMIUM names ${given}, which is not a program. Correct it, or leave it unset.`)
  }
  const found = USUAL_PLACES.find(isProgram) ?? (await installedByNpm())
  if (found === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
  return found
}

async function installedByNpm(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const { default: packed } = await import('@sparticuz/chromium')
  // Unpacks itself into the temporary directory the first time.
  return packed.executablePath()
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts Chromium without a window. Close it when done. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: await chromiumPath(),
    // Chromium keeps no sandbox for root, and containers seldom allow one: only our own screens are opened.
    args: ['--no-sandbox', ...(options.args ?? [])],
  })
}
