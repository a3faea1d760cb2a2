import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Burst, Heard } from './scanner.ts'
import { BURST_NONE, hear, SCAN_CHARS_MIN_IN_AMOUNT } from './scanner.ts'

const stroke = (key: string, atMs: number, isHeld = false) => ({ key, atMs, isHeld })

/** Plays keys `gapMs` apart and gives what was heard at the last one. */
function play(keys: readonly string[], gapMs: number, charsMin?: number): Heard {
  let burst: Burst = BURST_NONE
  let heard: Heard = { heard: 'nothing', burst }
  keys.forEach((key, n) => {
    heard = hear(burst, stroke(key, 1000 + n * gapMs), charsMin)
    burst = heard.burst
  })
  return heard
}

describe('a scanner on the keyboard wire', () => {
  it('is known by its speed and its Enter', () => {
    expect(play([...'KS00012345', 'Enter'], 8)).toMatchObject({ heard: 'scan', text: 'KS00012345' })
  })

  it('may press Shift for capitals', () => {
    expect(play(['Shift', 'K', 'Shift', 'S', ...'001234', 'Enter'], 5)).toMatchObject({ text: 'KS001234' })
  })

  it('is never a person: fast typing is taken as typing', () => {
    expect(play([...'08031234567', 'Enter'], 45)).toMatchObject({ heard: 'nothing' })
  })

  it('is known also when a busy computer holds one character back', () => {
    let burst: Burst = BURST_NONE
    ;[...'KS00012345'].forEach((key, n) => {
      burst = hear(burst, stroke(key, n * 8 + (n > 3 ? 70 : 0))).burst
    })
    expect(hear(burst, stroke('Enter', 200))).toMatchObject({ heard: 'scan', text: 'KS00012345' })
  })

  it('needs more than a few characters, and more in an amount', () => {
    expect(play([...'12345', 'Enter'], 5)).toMatchObject({ heard: 'nothing' })
    expect(play([...'125000', 'Enter'], 5, SCAN_CHARS_MIN_IN_AMOUNT)).toMatchObject({ heard: 'nothing' })
  })

  it('begins anew after a pause, so that what was typed before is not part of the card', () => {
    let burst = hear(BURST_NONE, stroke('9', 0)).burst
    const first = hear(burst, stroke('K', 500))
    expect(first.heard).toBe('first')
    burst = first.burst
    ;[...'S1234567'].forEach((key, n) => {
      burst = hear(burst, stroke(key, 505 + n * 5)).burst
    })
    expect(hear(burst, stroke('Enter', 550))).toMatchObject({ heard: 'scan', text: 'KS1234567' })
  })

  it('does not take a late Enter for its end', () => {
    let burst: Burst = BURST_NONE
    ;[...'KS1234567'].forEach((key, n) => {
      burst = hear(burst, stroke(key, n * 5)).burst
    })
    expect(hear(burst, stroke('Enter', 400)).heard).toBe('nothing')
  })

  it('is ended by an arrow or a shortcut key', () => {
    expect(play([...'KS123', 'ArrowDown', '4', 'Enter'], 5)).toMatchObject({ heard: 'nothing' })
  })

  it('may strike one letter several times before it lets go', () => {
    let burst: Burst = BURST_NONE
    for (const [n, key] of [...'KS-000123'].entries()) {
      burst = hear(burst, stroke(key, n * 5, n === 4 || n === 5)).burst
    }
    expect(hear(burst, stroke('Enter', 50))).toMatchObject({ heard: 'scan', text: 'KS-000123' })
  })

  it('is no key that a person holds down, however fast it repeats', () => {
    let burst: Burst = hear(BURST_NONE, stroke('0', 0)).burst
    for (let n = 1; n < 12; n += 1) burst = hear(burst, stroke('0', n * 30, true)).burst
    expect(hear(burst, stroke('Enter', 370)).heard).toBe('nothing')
  })
})

const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-')
interface Key {
  readonly key: string
  readonly gapMs: number
}
const keysAt = (gap: fc.Arbitrary<number>, min: number, max: number): fc.Arbitrary<Key[]> =>
  fc.array(fc.record({ key: letter, gapMs: gap }), { minLength: min, maxLength: max })

/** Every scan that is heard while these keys are pressed. */
function scansIn(keys: readonly Key[]): readonly string[] {
  let burst: Burst = BURST_NONE
  let atMs = 1_000
  return keys.flatMap(({ key, gapMs }) => {
    atMs += gapMs
    const heard = hear(burst, stroke(key, atMs))
    burst = heard.burst
    return heard.heard === 'scan' ? [heard.text] : []
  })
}

describe('whatever is typed', () => {
  const human = fc.integer({ min: 40, max: 2_000 })
  const machine = fc.integer({ min: 0, max: 30 })
  const enter = (gapMs: number): Key => ({ key: 'Enter', gapMs })

  it('by a person is never a scan, with Enter as often as they like', () => {
    const typing = fc.array(
      fc.tuple(keysAt(human, 0, 20), human).map(([keys, gap]) => [...keys, enter(gap)]),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(typing, (lines) => {
        expect(scansIn(lines.flat())).toEqual([])
      }),
    )
  })

  it('by a scanner is heard whole, after whatever a person typed before', () => {
    fc.assert(
      fc.property(keysAt(human, 0, 10), keysAt(machine, 6, 200), machine, (typed, [first, ...rest], last) => {
        fc.pre(first !== undefined)
        const scan = [{ ...first, gapMs: 150 }, ...rest]
        expect(scansIn([...typed, ...scan, enter(last)])).toEqual([scan.map(({ key }) => key).join('')])
      }),
    )
  })
})
