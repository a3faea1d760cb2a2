import { expect, test } from 'vitest'
import { readBootId, systemClock } from './system-clock.ts'

test('the offset moves the wall clock and not the monotonic one', () => {
  const offset = -40 * 365 * 86_400_000
  const right = systemClock().read()
  const wrong = systemClock(offset).read()
  expect(Math.abs(wrong.wallMs - right.wallMs - offset)).toBeLessThan(5_000)
  expect(wrong.monotonicMs - right.monotonicMs).toBeGreaterThanOrEqual(0)
  expect(wrong.monotonicMs - right.monotonicMs).toBeLessThan(5_000)
  expect(Number.isInteger(right.wallMs) && Number.isInteger(right.monotonicMs)).toBe(true)
})

test.runIf(process.platform === 'linux')(
  'the boot id is that of the kernel, the same for each reader',
  () => {
    expect(readBootId()).toMatch(/^[0-9a-f-]{36}$/)
    expect(systemClock().read().bootId).toBe(readBootId())
  },
)

test('where the system has none, no two processes share one', () => {
  expect(readBootId('win32')).toMatch(/^process-[0-9a-f]{32}$/)
  expect(readBootId('win32')).not.toBe(readBootId('win32'))
})
