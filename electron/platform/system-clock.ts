import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Clock } from '../../shared/base/ports.ts'
import { randomHex } from './random.ts'

const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id'
const ASK_SYSTEM_MS = 2_000

/**
 * The machine's clocks. `offsetMs` is added to the wall clock (tests of wrong clocks); the monotonic clock is
 * never moved.
 */
export function systemClock(offsetMs = 0): Clock {
  const bootId = readBootId()
  return {
    read: () => ({
      wallMs: Date.now() + offsetMs,
      monotonicMs: Number(process.hrtime.bigint() / 1_000_000n),
      bootId,
    }),
  }
}

/**
 * An id of this boot from the kernel (Linux, macOS). Where the system keeps none that can be relied on (Windows:
 * its counter depends on the prefetcher, and "now minus uptime" moves with the very clock that is doubted), each
 * process is a boot of its own: monotonic time is then not carried over a restart, which is less, but never wrong.
 */
export function readBootId(platform: NodeJS.Platform = process.platform): string {
  try {
    const id =
      platform === 'linux'
        ? readFileSync(LINUX_BOOT_ID, 'utf8')
        : platform === 'darwin'
          ? execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {
              encoding: 'utf8',
              timeout: ASK_SYSTEM_MS,
              stdio: ['ignore', 'pipe', 'ignore'],
            })
          : ''
    if (/^[0-9a-fA-F-]{36}\s*$/.test(id)) return id.trim().toLowerCase()
  } catch {
    // A locked-down /proc or sysctl: the answer below holds.
  }
  return `process-${randomHex(16)}`
}
