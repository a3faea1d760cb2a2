import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isStale } from './bundles.ts'

test('an output is out of date when it is missing, or a source was changed, added or taken away since', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-stale-'))
  const at = (seconds: number, ...entries: string[]): void => {
    for (const entry of entries) utimesSync(entry, seconds, seconds)
  }
  try {
    const [out, sources] = [path.join(dir, 'out.js'), path.join(dir, 'src')]
    const [folder, file] = [path.join(sources, 'deep'), path.join(sources, 'deep/a.ts')]
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, '')
    expect(isStale(out, [sources])).toBe(true)
    writeFileSync(out, '')
    at(100, out)
    at(90, file, folder, sources)
    expect(isStale(out, [sources])).toBe(false)
    at(110, file)
    expect(isStale(out, [sources])).toBe(true)
    at(90, file)
    rmSync(file)
    expect(isStale(out, [sources])).toBe(true)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
