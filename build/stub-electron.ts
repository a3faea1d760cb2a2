import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Where electron-builder finds the fuses in a program: this text, a version, their number, one digit each. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES_AS_SHIPPED = '101100110'

/**
 * A folder that electron-builder takes for Electron's distribution for Linux, for machines that have none. What is
 * packed around it is what a real package holds; it only does not start.
 */
export function makeStubElectron(dir: string): string {
  mkdirSync(path.join(dir, 'locales'), { recursive: true })
  mkdirSync(path.join(dir, 'resources'), { recursive: true })
  const program = Buffer.concat([
    Buffer.from('#!/bin/sh\necho "This package was made without Electron and does not start." >&2\nexit 1\n'),
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, FUSES_AS_SHIPPED.length]),
    Buffer.from(`${FUSES_AS_SHIPPED}\n`),
  ])
  writeFileSync(path.join(dir, 'electron'), program)
  chmodSync(path.join(dir, 'electron'), 0o755)
  for (const language of ['en-US', 'en-GB', 'fr']) {
    writeFileSync(path.join(dir, 'locales', `${language}.pak`), '')
  }
  writeFileSync(path.join(dir, 'LICENSE'), '')
  writeFileSync(path.join(dir, 'version'), '')
  return dir
}
