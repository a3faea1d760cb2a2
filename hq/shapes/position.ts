/**
 * Handles and offsets. A handle is `<hash of the definition>-<identity of the feed>-<S>-<nonce>`: S is the head of the
 * feed when this shape was first asked for, so that no server keeps anything about a client. The nonce makes every
 * handle a new one: a client that was sent away from a handle refuses it for ever.
 *
 * Offsets: `-1` start; `0_<row id>` within the snapshot; `0_inf` behind the snapshot with an empty log; `<seq>_0`
 * behind that change of the log.
 */
export interface Handle {
  readonly definition: string
  readonly identity: string
  /** S. */
  readonly since: number
}

const HANDLE = /^([0-9a-f]{16})-([0-9A-Za-z.]{1,80})-(\d{1,15})-([0-9a-f]{8})$/

export const formatHandle = (handle: Handle, nonce: string): string =>
  `${handle.definition}-${handle.identity}-${handle.since}-${nonce}`

/** Null: no server of ours gave this. */
export function parseHandle(text: string): Handle | null {
  const [, definition, identity, since] = HANDLE.exec(text) ?? []
  if (definition === undefined || identity === undefined || since === undefined) return null
  return { definition, identity, since: Number(since) }
}

export type Offset =
  | { readonly at: 'start' }
  | { readonly at: 'now' }
  | { readonly at: 'snapshot'; readonly rid: number }
  /** `seq` may be beyond every real one: then it is no safe integer, and still compares as larger. */
  | { readonly at: 'log'; readonly seq: number }

const OFFSET = /^(\d{1,20})_(\d{1,20}|inf)$/

/** Null: not an offset. */
export function parseOffset(text: string): Offset | null {
  if (text === '-1') return { at: 'start' }
  if (text === 'now') return { at: 'now' }
  const [, first, second] = OFFSET.exec(text) ?? []
  if (first === undefined || second === undefined) return null
  const seq = Number(first)
  if (seq > 0 || second === 'inf') return { at: 'log', seq }
  return { at: 'snapshot', rid: Number(second) }
}

/** Behind change `seq`. `0_0` would be the begin of the snapshot, so an empty log has a name of its own. */
export const logOffset = (seq: number): string => (seq === 0 ? '0_inf' : `${seq}_0`)
export const snapshotOffset = (rid: number): string => `0_${rid}`

/** 2024-10-09, from where Electric counts as well. */
const CURSOR_EPOCH_MS = Date.UTC(2024, 9, 9)
const CURSOR_STEP_S = 20
const CURSOR_SENT = /^\d{1,15}$/

/** Makes the address of a live request another one than that of the request before. */
export function liveCursor(wallMs: number, sent: string): string {
  const steps = Math.ceil(Math.max(0, wallMs - CURSOR_EPOCH_MS) / 1_000 / CURSOR_STEP_S)
  const cursor = steps * CURSOR_STEP_S
  const before = CURSOR_SENT.test(sent) ? Number(sent) : -1
  return String(cursor > before ? cursor : before + 1)
}
