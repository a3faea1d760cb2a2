import type { FollowContext, Follower, FollowShapes } from '../../electron/sync/follower.ts'
import type { ShapeCursor } from '../../shared/sync/rows.ts'
import { SHAPE_TABLES, SHAPES, type ShapeName } from '../../shared/sync/rows.ts'

/** A long poll would wait for a real clock, so a round of short ones is asked so often. Virtual ms. */
const ROUND_MS = 40_000
const RETRY_MS = 3_000
const PAGES_MAX = 200
/** What is small and protects is read to its end before the long lists are begun. */
const FIRST: ReadonlySet<ShapeName> = new Set(['deny', 'policy', 'grant', 'program'])

/**
 * Follows the shapes over the till's own fetch, each by itself with one request at a time. The real client
 * (`electron/sync/shapes.ts`) keeps timers of its own and long-polls, which no virtual clock turns; it has its tests
 * against the real server. What is simulated here is what is common to both: small lists first and then all side by
 * side, chunk and cursor in one commit, 409, repeats, cuts anywhere, and a beginning after a 409 that no cache has an
 * answer to.
 */
export const followInRounds: FollowShapes = (context) => {
  let open = true
  const waiting = new Set<() => void>()
  const refetched: Refetched = new Set()
  const current = new Set<ShapeName>()
  const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
      const forget = context.timers.after(ms, () => {
        waiting.delete(wake)
        done()
      })
      const wake = (): void => {
        forget()
        done()
      }
      waiting.add(wake)
    })
  const follow = async (shape: ShapeName): Promise<void> => {
    while (open) {
      const read = await round(context, shape, refetched, () => open)
      if (!open) return
      if (read) isRead(shape)
      if (read && context.mode === 'once') return
      await pause(read ? ROUND_MS * (0.5 + context.random()) : RETRY_MS)
    }
  }
  // What the ledger refuses or the network does is tried again; a kill is no error of the follower's.
  const begin = (shape: ShapeName): void => {
    follow(shape).catch((error: unknown) => context.log(`the follower of ${shape} ended: ${String(error)}`))
  }
  let restBegun = false
  const isRead = (shape: ShapeName): void => {
    current.add(shape)
    if (!restBegun && [...FIRST].every((one) => current.has(one))) {
      restBegun = true
      for (const one of SHAPES) if (!FIRST.has(one)) begin(one)
    }
    if (context.mode === 'once' && SHAPES.every((one) => current.has(one)))
      context.hear({ type: 'shapes_read' })
  }
  for (const shape of SHAPES) if (FIRST.has(shape)) begin(shape)
  const follower: Follower = {
    // Its pauses are short as they are.
    reached: () => undefined,
    close() {
      open = false
      for (const wake of [...waiting]) wake()
      waiting.clear()
    },
  }
  return follower
}

/** Shapes that are asked for from the beginning because of a 409. */
type Refetched = Set<ShapeName>

/** One shape to its end; false when it could not be. */
async function round(
  context: FollowContext,
  shape: ShapeName,
  refetched: Refetched,
  open: () => boolean,
): Promise<boolean> {
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const state = await context.ledger.call('connection', {}).catch(() => null)
    const cursor = state?.shapes.find((one) => one.shape === shape)
    if (!open() || !cursor) return false
    const next = await readOnce(context, cursor, refetched, open)
    if (next === 'trouble') return false
    if (next === 'end') return true
  }
  return true
}

async function readOnce(
  context: FollowContext,
  cursor: ShapeCursor,
  refetched: Refetched,
  open: () => boolean,
): Promise<'more' | 'end' | 'trouble'> {
  const { shape } = cursor
  const answer = await ask(context, cursor, refetched.has(shape))
  if (!open() || !answer) return 'trouble'
  const { status, headers, text } = answer
  if (status === 401 || status === 403) {
    context.hear({ type: 'shape_stale' })
    return 'trouble'
  }
  const handle = headers.get('electric-handle')
  const offset = headers.get('electric-offset')
  const messages = messagesOf(text)
  try {
    if (status === 409) {
      await context.ledger.call('shape_reset', { shape, handle: null })
      refetched.add(shape)
      return 'more'
    }
    if (status !== 200 || !handle || !offset || !messages) return 'trouble'
    const from = { handle: cursor.handle, offset: cursor.offset }
    await context.ledger.call('shape_chunk', { shape, from, handle, offset, messages: text })
    refetched.delete(shape)
  } catch (error) {
    // The ledger did not take it: its cursor stands elsewhere, or it is gone. It is asked anew.
    context.log(`${shape}: ${String(error)}`)
    return 'trouble'
  }
  if (!open()) return 'trouble'
  context.hear({ type: 'contact', loading: null })
  return headers.get('electric-up-to-date') === null ? 'more' : 'end'
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

async function ask(context: FollowContext, cursor: ShapeCursor, anew: boolean): Promise<Answer | null> {
  const { table, columns } = SHAPE_TABLES[cursor.shape]
  const url = new URL('/v1/shape', context.url)
  url.searchParams.set('table', table)
  url.searchParams.set('columns', columns.join(','))
  url.searchParams.set('replica', 'full')
  url.searchParams.set('offset', cursor.offset)
  if (cursor.handle !== null) url.searchParams.set('handle', cursor.handle)
  if (anew) url.searchParams.set('cache-buster', String(context.random()))
  try {
    const token = context.token()
    const headers = token === null ? {} : { Authorization: `Bearer ${token}` }
    const response = await context.fetch(url.href, { headers })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** A body that broke off in silence is no JSON, and is thrown away whole. */
function messagesOf(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}
