import { describe, expect, it } from 'vitest'
import { bytesText, clockState, concernsOf, dateState, type HealthReport, verdictOf } from './health-words.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 21, 12)

const REPORT: HealthReport = {
  health: {
    waiting: 12,
    waiting_sales: 5,
    oldest_waiting_at: null,
    connected_to_hq: false,
    last_contact_at: null,
    clock_skew_ms: 0,
    clock_confirmed_until: NOW + 1,
    disk_free_bytes: 40_000_000_000,
    key_store: 'file',
    quarantined: 0,
    sync: { doing: 'off', sentence: '' },
  },
  events: 100,
  customers: 10,
  database_bytes: 1,
  sqlite_version: '3.53.0',
  device: 'd'.repeat(32),
  epoch: 1,
  head_hash: '',
  last_verify: null,
  verify_running: false,
  data_dir: '',
}
const sick = (change: Partial<HealthReport['health']>): HealthReport => ({
  ...REPORT,
  health: { ...REPORT.health, ...change },
})

describe('how a clock stands', () => {
  it('is right within two minutes either way', () => {
    expect([0, 2 * MINUTE, -2 * MINUTE].map(clockState)).toEqual(['right', 'right', 'right'])
    expect(clockState(2 * MINUTE + 1)).toBe('ahead')
    expect(clockState(-11 * MINUTE)).toBe('behind')
  })

  it('needs the date confirmed again when the time for it is up', () => {
    expect(dateState(null, NOW)).toBe('never')
    expect(dateState(NOW, NOW)).toBe('overdue')
    expect(dateState(NOW + 1, NOW)).toBe('confirmed')
  })
})

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [12_649_999, '12.6 MB'],
    [640_000, '640 kB'],
    [41_000_000_000, '41 GB'],
    [9_000_000_000_000_000, '9000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text)
  })
})

describe('what wants a person', () => {
  it('is nothing on a sound till, checked or not, connected or not', () => {
    expect(concernsOf(REPORT, NOW)).toEqual([])
    expect(concernsOf(sick({ disk_free_bytes: null, waiting: 9999 }), NOW)).toEqual([])
  })

  it('is a till that head office takes nothing from', () => {
    const stopped = { doing: 'stopped' as const, sentence: 'Enrol again with a code.' }
    expect(concernsOf(sick({ connected_to_hq: true, sync: stopped }), NOW)).toEqual(['stopped'])
    const offline = { doing: 'offline' as const, sentence: 'No connection.' }
    expect(concernsOf(sick({ connected_to_hq: true, sync: offline }), NOW)).toEqual([])
  })

  it('names each thing', () => {
    expect(concernsOf(sick({ disk_free_bytes: 10 }), NOW)).toEqual(['disk'])
    expect(concernsOf(sick({ clock_confirmed_until: null }), NOW)).toEqual(['date'])
    expect(concernsOf(sick({ clock_skew_ms: -3 * MINUTE, quarantined: 1 }), NOW)).toEqual([
      'clock',
      'quarantined',
    ])
    const verify = { ok: false, events: 1, started_at: 0, took_ms: 1, head_hash: '', projections_hash: '' }
    const bad = { ...REPORT, last_verify: { ...verify, first_bad: null, findings: ['x'] } }
    expect(concernsOf(bad, NOW)).toEqual(['check'])
  })
})

describe('the summary of the health', () => {
  const checked: HealthReport = {
    ...REPORT,
    last_verify: {
      ok: true,
      events: 100,
      started_at: NOW,
      took_ms: 20,
      head_hash: '',
      projections_hash: '',
      first_bad: null,
      findings: [],
    },
  }

  it('does not call a ledger well that was never checked', () => {
    expect(verdictOf(REPORT, NOW)).toBe('not_checked')
    expect(verdictOf(checked, NOW)).toBe('well')
  })

  it('puts a trouble before both', () => {
    const full = { ...REPORT.health, disk_free_bytes: 1 }
    expect(verdictOf({ ...REPORT, health: full }, NOW)).toBe('look')
    expect(verdictOf({ ...checked, health: full }, NOW)).toBe('look')
  })
})
