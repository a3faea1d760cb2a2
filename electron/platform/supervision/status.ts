import { businessDate } from '../../../shared/base/business-date.ts'
import { HOME } from '../../../shared/base/home.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import type { Blocked, HostKind } from '../../ledger/messages.ts'

/** What a till says of itself that has no store to tell of: not set up yet, or blocked. `nowMs`: its best guess. */
export function statusWithoutStore(
  host: HostKind,
  nowMs: number,
  blocked: Blocked | null,
): Output<'system.status'> {
  return {
    phase: blocked ? 'blocked' : 'setup',
    blocked,
    store: null,
    staff: [],
    health: null,
    now: { trusted: nowMs, business_date: businessDate(nowMs, HOME.timeZone) },
    demo: false,
    version: RELEASE.version,
    host,
  }
}
