import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Figure, judge, table, verdict } from './figure.ts'
import { benchOptions } from './options.ts'

const MAIN = path.join(import.meta.dirname, 'main.ts')
const bench = (...flags: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, '--customers', '2000', '--rounds', '1', ...flags], { encoding: 'utf8' })

interface Document {
  readonly customers: number
  readonly seed: number
  readonly figures: readonly (Figure & { ratio: number | null; met: boolean | null })[]
}

describe('the bench', () => {
  it('measures a small till and writes one JSON document', { timeout: 120_000 }, () => {
    const ran = bench(
      '--json',
      '--only',
      'look-up',
      '--only',
      'command',
      '--only',
      'import',
      '--only',
      'start',
    )
    expect(ran.status, ran.stderr).toBe(0)
    expect(ran.stdout.trim().split('\n')).toHaveLength(1)
    const document = JSON.parse(ran.stdout) as Document
    expect(document).toMatchObject({ customers: 2_000, seed: 1 })
    const ids = document.figures.map((one) => one.id)
    expect(ids).toEqual(
      expect.arrayContaining([
        'look-up.exact.p99',
        'look-up.last-4.p99',
        'look-up.word.p50',
        'command.earn.p50',
        'command.redeem.p99',
        'command.rules.p50',
        'import.sales',
        'import.customers',
        'start.first-look-up',
      ]),
    )
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, value, raw, target, met } of document.figures) {
      expect(value, id).toBeGreaterThan(0)
      if (raw !== null) expect(raw, id).toBeGreaterThan(0)
      expect(met === null, id).toBe(target === null)
    }
  })

  it('says what is wrong with a flag', () => {
    expect(() => benchOptions(['--customers', '7'])).toThrow('--customers takes a whole number from 1000')
    expect(() => benchOptions(['--only', 'speed'])).toThrow('There is no part "speed"')
    const ran = spawnSync(process.execPath, [MAIN, '--customers', 'many'], { encoding: 'utf8' })
    expect(ran.status).toBe(2)
    expect(ran.stderr).toContain('--customers takes a whole number')
    expect(ran.stdout).toBe('')
  })
})

describe('a figure', () => {
  const figure: Figure = {
    id: 'x',
    what: 'a thing',
    unit: 'us',
    value: 90,
    raw: 20,
    rawIs: 'less',
    target: { times: 3 },
    because: 'it does more',
  }

  it('is judged against the raw limit, and a miss says by how much and why', () => {
    expect(judge(figure)).toMatchObject({ ratio: 4.5, met: false })
    expect(verdict(judge(figure))).toBe('missed by 1.50x, because it does more')
    expect(verdict(judge({ ...figure, value: 60 }))).toBe('met')
    expect(verdict(judge({ ...figure, target: null }))).toBe('')
  })

  it('of a rate is worse when it is lower', () => {
    const rate: Figure = { ...figure, unit: 'rows/s', value: 2_000, raw: 8_000, target: { atLeast: 5_000 } }
    expect(judge(rate)).toMatchObject({ ratio: 4, met: false })
    expect(verdict(judge(rate))).toContain('missed by 2.50x')
    expect(judge({ ...rate, value: 6_000 }).met).toBe(true)
  })

  it('stands in a table with its target', () => {
    expect(table([judge(figure)])).toMatch(/a thing\s+90 µs\s+20 µs\s+4\.50x\s+<= 3x raw\s+missed by 1\.50x/)
  })
})
