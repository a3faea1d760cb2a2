import { refusal } from '../../../shared/base/refusal.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import type { Reply, Request } from '../../../shared/ipc/message.ts'
import type { Blocked, HostKind } from '../../ledger/messages.ts'
import { statusWithoutStore } from './status.ts'

/** What the shell answers while no ledger process can: the status says why, everything else is refused. */
export function answerBlocked(request: Request, blocked: Blocked, host: HostKind, wallMs: number): Reply {
  const { id } = request
  if (request.method !== 'system.status') {
    return { id, outcome: 'refused', refusal: refusal('till_blocked', { why: WORDS[blocked.why] }) }
  }
  const nowMs = Math.max(wallMs, RELEASE.builtMs)
  return { id, outcome: 'done', value: statusWithoutStore(host, nowMs, blocked) }
}

/** Completes "This till cannot work now: ...". */
const WORDS: Record<Blocked['why'], string> = {
  file_damaged: 'its file is damaged',
  file_newer: 'its file was written by a newer Kasuwa',
  key_missing: 'its key is not on this computer',
  key_wrong: 'its key does not open its file',
  disk_full: 'the disk is full',
  read_only: 'its folder cannot be written',
  writer_busy: 'another Kasuwa uses the same folder',
  crashed: 'it stopped several times in a row',
}
