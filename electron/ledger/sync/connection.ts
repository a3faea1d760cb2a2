import { isThisComputer } from '../../../shared/sync/loopback.ts'
import type { Database } from '../database.ts'

/** Where this till belongs: the row of `connection`. Times are ms. */
export interface Connection {
  readonly url: string
  readonly tenant: string
  readonly tenant_name: string
  readonly store: string
  readonly store_name: string
  readonly till_name: string
  readonly device: string
  /** The newest epoch whose key head office knows. */
  readonly epoch: number
  readonly enrolled_at: number
  readonly hq_public_key: string
  readonly hq_epoch: number
  readonly hq_time: number
  readonly payload_version_max: number
  readonly receipt_at: number | null
  readonly receipt_head: string | null
  readonly stopped_code: string | null
  readonly stopped_sentence: string | null
  readonly reconciled_at: number | null
  readonly reconciled_result: 'equal' | 'differs' | null
  readonly reconciled_differences: number | null
}

/** A code that waits for its answer. */
export interface PendingEnrolment {
  readonly command: string
  readonly staff: string
  readonly url: string
  readonly code: string
  readonly public_key: Uint8Array
  readonly body: string
  readonly signature: string
  readonly after_place: number
}

export interface ConnectionStore {
  /** Null: this till works alone. */
  get(): Connection | null
  pending(): PendingEnrolment | null
  stop(code: string, sentence: string): void
  /** A reconciliation report was asked for and is not closed. */
  reconciling(): boolean
  reconciled(at: number, result: 'equal' | 'differs', differences: number): void
  metered(): boolean
  setMetered(metered: boolean): void
}

/** What the ledger keeps of head office itself. */
export function connectionStore(db: Database): ConnectionStore {
  const read = db.prepare<[], Connection>('SELECT * FROM connection')
  const readPending = db.prepare<[], PendingEnrolment>('SELECT * FROM enrolment')
  const stop = db.prepare('UPDATE connection SET stopped_code = ?, stopped_sentence = ?')
  const saveResult = db.prepare(
    'UPDATE connection SET reconciled_at = ?, reconciled_result = ?, reconciled_differences = ?',
  )
  const value = db.prepare<[string], string>('SELECT value FROM till WHERE key = ?').pluck()
  const set = db.prepare(
    'INSERT INTO till (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  return {
    get: () => read.get() ?? null,
    pending: () => readPending.get() ?? null,
    stop: (code, sentence) => stop.run(code, sentence),
    reconciling: () => value.get('reconcile_report') !== undefined,
    reconciled: (at, result, differences) => saveResult.run(at, result, differences),
    metered: () => value.get('metered') === '1',
    setMetered: (metered) => set.run('metered', metered ? '1' : '0'),
  }
}

/** An address of head office as it is kept, or what is wrong with it. Plain http only to this very machine. */
export function readAddress(typed: string): { url: string } | { wrong: 'form' | 'not_secure' } {
  let url: URL
  try {
    url = new URL(typed.trim())
  } catch {
    // No address at all, which the caller says in words.
    return { wrong: 'form' }
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { wrong: 'form' }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return { wrong: 'form' }
  if (url.protocol === 'http:' && !isThisComputer(url.hostname)) return { wrong: 'not_secure' }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }
}
