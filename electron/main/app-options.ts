import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

interface AppOptions {
  /** The data directory, or null for the person's own. */
  readonly dir: string | null
  /** Opens everything unseen, asks one question, prints the answer and ends. */
  readonly selfTest: boolean
}

/** Reads our own flags; what Chromium and the system add is not ours to judge. */
export function appOptions(argv: readonly string[]): AppOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, 'self-test': { type: 'boolean', default: false } },
    strict: false,
    allowPositionals: true,
  })
  const { data } = values
  return {
    dir: typeof data === 'string' && data !== '' ? path.resolve(data) : null,
    selfTest: values['self-test'] === true,
  }
}

/** Opens a door into a running page: a shop's till must not have it. */
export const DEBUG_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
] as const

interface ShellSettings {
  /** The window fills the screen and cannot be left: for a till that does nothing else. */
  readonly kiosk: boolean
}

/** Settings of this computer alone, in `shell.json` of the app's own folder. None, or a damaged file: the defaults. */
export function shellSettings(folder: string, log: (line: string) => void): ShellSettings {
  const file = path.join(folder, 'shell.json')
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return { kiosk: typeof read === 'object' && read !== null && 'kiosk' in read && read.kiosk === true }
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!absent) log(`${file} cannot be read and is left aside`)
    return { kiosk: false }
  }
}
