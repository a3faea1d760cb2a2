import { describe, expect, it } from 'vitest'
import type { Burst, Heard } from './scanner.ts'
import { BURST_NONE, hear, SCAN_CHARS_MIN_IN_AMOUNT } from './scanner.ts'

/** Plays keys `gapMs` apart and gives what was heard at the last one. */
function play(keys: readonly string[], gapMs: number, charsMin?: number): Heard {
  let burst: Burst = BURST_NONE
  let heard: Heard = { heard: 'nothing', burst }
  keys.forEach((key, n) => {
    heard = hear(burst, key, 1000 + n * gapMs, charsMin)
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
      burst = hear(burst, key, n * 8 + (n > 3 ? 70 : 0)).burst
    })
    expect(hear(burst, 'Enter', 200)).toMatchObject({ heard: 'scan', text: 'KS00012345' })
  })

  it('needs more than a few characters, and more in an amount', () => {
    expect(play([...'12345', 'Enter'], 5)).toMatchObject({ heard: 'nothing' })
    expect(play([...'125000', 'Enter'], 5, SCAN_CHARS_MIN_IN_AMOUNT)).toMatchObject({ heard: 'nothing' })
  })

  it('begins anew after a pause, so that what was typed before is not part of the card', () => {
    let burst = hear(BURST_NONE, '9', 0).burst
    const first = hear(burst, 'K', 500)
    expect(first.heard).toBe('first')
    burst = first.burst
    ;[...'S1234567'].forEach((key, n) => {
      burst = hear(burst, key, 505 + n * 5).burst
    })
    expect(hear(burst, 'Enter', 550)).toMatchObject({ heard: 'scan', text: 'KS1234567' })
  })

  it('does not take a late Enter for its end', () => {
    let burst: Burst = BURST_NONE
    ;[...'KS1234567'].forEach((key, n) => {
      burst = hear(burst, key, n * 5).burst
    })
    expect(hear(burst, 'Enter', 400).heard).toBe('nothing')
  })

  it('is ended by an arrow or a shortcut key', () => {
    expect(play([...'KS123', 'ArrowDown', '4', 'Enter'], 5)).toMatchObject({ heard: 'nothing' })
  })
})
