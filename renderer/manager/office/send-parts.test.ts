import { describe, expect, it } from 'vitest'
import { PART_BYTES, sendParts } from './send-parts.ts'

async function sent(file: Blob, answers: (part: number, last: boolean) => 'taken' | 'done' | 'stopped') {
  const texts: string[] = []
  const percents: number[] = []
  const outcome = await sendParts(file, {
    send: async (part, text, last) => {
      expect(part).toBe(texts.length)
      texts.push(text)
      const answer = answers(part, last)
      if (answer === 'stopped') return { outcome: 'stopped', sentence: 'The file was changed.' }
      return { outcome: 'taken', done: answer === 'done' ? { rows: 7, made_at: 5 } : null }
    },
    onPercent: (percent) => percents.push(percent),
    cancelled: () => false,
  })
  return { outcome, texts, percents }
}

const atTheEnd = (_part: number, last: boolean) => (last ? 'done' : 'taken') as 'done' | 'taken'

describe('a file in parts', () => {
  it('arrives whole and in order, with characters that lie across a border', async () => {
    // Three bytes each behind one of one byte: every border of a part falls into a character.
    const text = `a${'₦'.repeat(PART_BYTES)}end`
    const { outcome, texts, percents } = await sent(new Blob([text]), atTheEnd)
    expect(texts.length).toBe(4)
    expect(texts.join('')).toBe(text)
    expect(percents).toEqual([25, 50, 75])
    expect(outcome).toEqual({ outcome: 'done', rows: 7, madeAt: 5 })
  })

  it('keeps the mark at its beginning: the till judges the file, not this screen', async () => {
    const { texts } = await sent(new Blob([new Uint8Array([0xef, 0xbb, 0xbf, 0x41])]), atTheEnd)
    expect(texts.join('')).toBe('\ufeffA')
  })

  it('of nothing is sent too, and refused by the till', async () => {
    const { outcome, texts } = await sent(new Blob([]), () => 'stopped')
    expect(texts).toEqual([''])
    expect(outcome).toEqual({ outcome: 'stopped', sentence: 'The file was changed.' })
  })

  it('stops where it is refused', async () => {
    const { texts, outcome } = await sent(new Blob(['x'.repeat(PART_BYTES * 3)]), (part) =>
      part === 1 ? 'stopped' : 'taken',
    )
    expect(texts.length).toBe(2)
    expect(outcome.outcome).toBe('stopped')
  })

  it('that is taken to the last part without an end was not put in place', async () => {
    const { outcome } = await sent(new Blob(['abc']), () => 'taken')
    expect(outcome).toEqual({ outcome: 'stopped', sentence: null })
  })
})
