import { LIMITS } from '../../../shared/base/limits.ts'
import type { Output } from '../../../shared/ipc/contract.ts'

export type HealthReport = Output<'health.get'>

type ClockState = 'right' | 'ahead' | 'behind'

/** Skew is wall clock minus trusted time; up to two minutes is nothing to show. */
export function clockState(skewMs: number): ClockState {
  if (Math.abs(skewMs) <= LIMITS.clockSkewShownMs) return 'right'
  return skewMs > 0 ? 'ahead' : 'behind'
}

type DateState = 'confirmed' | 'overdue' | 'never'

/** Whether the date was confirmed by a person, and whether that still holds at `nowMs` of trusted time. */
export function dateState(confirmedUntilMs: number | null, nowMs: number): DateState {
  if (confirmedUntilMs === null) return 'never'
  return confirmedUntilMs > nowMs ? 'confirmed' : 'overdue'
}

/** Bytes as a disk says it: 640 kB, 12.6 MB, 41 GB. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const shown =
    unit === 0 || value >= 100 ? String(Math.floor(value)) : (Math.floor(value * 10) / 10).toString()
  return `${shown} ${units[unit]}`
}

/** What of a report wants a person, in the order of urgency. Nothing: all is well. */
export function concernsOf(report: HealthReport, nowMs: number): readonly Concern[] {
  const { health, last_verify } = report
  const disk = health.disk_free_bytes
  const concerns: Concern[] = []
  if (last_verify && !last_verify.ok) concerns.push('check')
  if (disk !== null && disk < LIMITS.diskLowBytes) concerns.push('disk')
  if (dateState(health.clock_confirmed_until, nowMs) !== 'confirmed') concerns.push('date')
  if (clockState(health.clock_skew_ms) !== 'right') concerns.push('clock')
  if (health.quarantined > 0) concerns.push('quarantined')
  if (health.sync.doing === 'stopped') concerns.push('stopped')
  return concerns
}

/** The summary of a report. A ledger that nobody checked yet is not called well. */
export function verdictOf(report: HealthReport, nowMs: number): 'look' | 'not_checked' | 'well' {
  if (concernsOf(report, nowMs).length > 0) return 'look'
  return report.last_verify === null ? 'not_checked' : 'well'
}

type Concern = 'check' | 'disk' | 'date' | 'clock' | 'quarantined' | 'stopped'
