import { existsSync, statSync } from 'node:fs'
import path from 'node:path'

/** Where the till lives when nobody says otherwise. */
export const DATA_DIR = './.kasuwa'

/** An absolute path of a folder that is there or can be made; else a sentence. */
export function dataDirectory(text: string): string {
  const dir = path.resolve(text)
  if (text === '' || (existsSync(dir) && !statSync(dir).isDirectory())) {
    throw new TypeError(`--data takes a folder, and "${text}" is none.`)
  }
  return dir
}

/** A whole number within bounds, or a sentence that names the flag. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new TypeError(`${flag} takes a whole number from ${least} to ${most}, not "${text}".`)
}
