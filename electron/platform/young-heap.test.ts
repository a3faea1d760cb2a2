import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const MODULE = path.join(import.meta.dirname, 'young-heap.ts')
const MEGABYTE = 1024 * 1024

/** Makes objects that live just long enough to be copied, and tells how large the space for young ones became. */
const spaceAfter = (rounds: number, bounded: boolean): number => {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { boundYoungHeap } from ${JSON.stringify(MODULE)}
    if (${bounded}) boundYoungHeap()
    for (let i = 0; i < ${rounds}; i += 1) {
      globalThis.kept = Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x' + n, list: [n] }))
      await new Promise((done) => setImmediate(done))
    }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)`
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }),
  )
}

test('the space for young objects stops growing', () => {
  expect(spaceAfter(200, false)).toBeGreaterThan(100 * MEGABYTE)
  expect(spaceAfter(200, true)).toBeLessThan(70 * MEGABYTE)
}, 60_000)
