import { describe, expect, it } from 'vitest'
import { type CollectPorts, collectPages, exportFileName, type PageAnswer } from './collect.ts'

function ports(answers: Readonly<Record<string, PageAnswer>>, cancelAfter = Infinity) {
  const kept: string[] = []
  const rows: number[] = []
  let asked = 0
  const made: CollectPorts = {
    page: async (cursor) => {
      asked++
      return answers[cursor ?? 'start'] ?? { outcome: 'stopped', sentence: `no page ${cursor}` }
    },
    keep: (text) => kept.push(text),
    onRows: (count) => rows.push(count),
    cancelled: () => asked >= cancelAfter,
  }
  return { made, kept, rows, asked: () => asked }
}

const page = (text: string, rows: number, next: string | null): PageAnswer => ({
  outcome: 'done',
  page: { text, rows, next },
})

describe('collecting an export', () => {
  it('joins the pages in order and counts the rows', async () => {
    const run = ports({ start: page('a\n', 2, 'x'), x: page('b\n', 3, 'y'), y: page('', 0, null) })
    expect(await collectPages(run.made)).toEqual({ outcome: 'done', rows: 5 })
    expect(run.kept.join('')).toBe('a\nb\n')
    expect(run.rows).toEqual([2, 5, 5])
  })

  it('stops at the next page when cancelled, and keeps nothing of it', async () => {
    const run = ports({ start: page('a', 1, 'x'), x: page('b', 1, null) }, 1)
    expect(await collectPages(run.made)).toEqual({ outcome: 'cancelled' })
    expect(run.kept).toEqual([])
    expect(run.asked()).toBe(1)
  })

  it('hands on why the till stopped', async () => {
    const run = ports({
      start: page('a', 1, 'x'),
      x: { outcome: 'stopped', sentence: 'You are signed out.' },
    })
    expect(await collectPages(run.made)).toEqual({ outcome: 'stopped', sentence: 'You are signed out.' })
  })

  it('does not go round for ever when the cursor stands still', async () => {
    const run = ports({ start: page('a', 1, 'x'), x: page('b', 1, 'x') })
    expect(await collectPages(run.made)).toEqual({ outcome: 'stopped', sentence: null })
    expect(run.asked()).toBe(2)
  })
})

describe('the name of an exported file', () => {
  it('holds the store in plain letters', () => {
    expect(exportFileName('Balógun Market, till 2', 'sales', '2026-11-21', 'csv')).toBe(
      'kasuwa-balogun-market-till-2-sales-2026-11-21.csv',
    )
  })

  it('is a safe file name whatever the store is called', () => {
    expect(exportFileName('../../etc/passwd', 'events', '2026-11-21', 'json')).toBe(
      'kasuwa-etc-passwd-events-2026-11-21.json',
    )
    expect(exportFileName('市場 😀', 'events', '2026-11-21', 'json')).toBe('kasuwa-events-2026-11-21.json')
    expect(exportFileName('x'.repeat(500), 'lines', '2026-11-21', 'csv').length).toBeLessThan(80)
  })
})
