import type { ChangeFeed, WaitAsk } from '../shapes/feed.ts'
import type { Database } from './database.ts'

export interface FeedWaiting {
  readonly wait: ChangeFeed['wait']
  close(): Promise<void>
}

export interface WaitingParts {
  readonly database: Database
  /** The database did not answer while somebody waited; it is asked again. */
  readonly onTrouble: (error: unknown) => void
  /** How often is looked without a notice, and how soon again after trouble. */
  readonly pollMs?: number
}

const POLL_MS = 1_000
const CHANNEL = 'kasuwa_sync'

interface Waiter {
  readonly ask: WaitAsk
  readonly wake: () => void
}

/**
 * Long polls wait here, in memory: one connection of the process listens, and looks once a second anyway. It remembers
 * the last change of each table of each tenant that it has seen, so a change between a caller's look and its waiting
 * is not missed: what lies before `scanned` is known, what lies behind it is still to be seen.
 */
export function feedWaiting(parts: WaitingParts): FeedWaiting {
  const { database, onTrouble, pollMs = POLL_MS } = parts
  const waiters = new Set<Waiter>()
  const lastOf = new Map<string, number>()
  /** Null: nothing was looked at yet, or the log began anew. From `from` on everything was seen. */
  let seen: { readonly from: number; readonly scanned: number } | null = null
  let stop: (() => Promise<void>) | null = null
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let lookAgain = false
  let closed = false

  const isNews = (ask: WaitAsk): boolean =>
    seen !== null && (ask.after < seen.from || (lastOf.get(nameOf(ask)) ?? 0) > ask.after)

  const scan = async (): Promise<void> => {
    const from = seen?.scanned ?? null
    const news = await database.global((tx) =>
      tx.query<{ head: number; tenant_id: string | null; name: string | null }>(
        'SELECT head, tenant_id, name FROM hq.sync_news($1)',
        [from ?? Number.MAX_SAFE_INTEGER],
      ),
    )
    const head = news[0]?.head ?? 0
    if (from === null || seen === null || head < from) {
      // The head went back: another database stands behind this address.
      lastOf.clear()
      seen = { from: head, scanned: head }
      for (const waiter of waiters) if (from !== null || isNews(waiter.ask)) waiter.wake()
      return
    }
    for (const { tenant_id: tenant, name } of news) {
      if (tenant !== null && name !== null) lastOf.set(nameOf({ tenant, table: name }), head)
    }
    seen = { from: seen.from, scanned: head }
    for (const waiter of waiters) if (isNews(waiter.ask)) waiter.wake()
  }

  /** One look at a time; a notice that comes meanwhile asks for another one. */
  const look = (): void => {
    if (looking !== null) {
      lookAgain = true
      return
    }
    looking = scan()
      .catch(onTrouble)
      .finally(() => {
        looking = null
        if (!lookAgain || closed) return
        lookAgain = false
        look()
      })
  }

  const listen = async (): Promise<void> => {
    try {
      const started = await database.listen(CHANNEL, (lost) => {
        if (lost) stop = null
        else if (waiters.size > 0) look()
      })
      if (closed) await started()
      else stop = started
    } catch (error) {
      onTrouble(error)
    }
  }

  let listening: Promise<void> | null = null
  const tick = (): void => {
    if (stop === null && listening === null) {
      listening = listen().finally(() => {
        listening = null
      })
    }
    if (waiters.size > 0) look()
  }

  return {
    wait(ask, signal) {
      if (closed || signal.aborted) return Promise.resolve()
      if (timer === null) {
        timer = setInterval(tick, pollMs).unref()
        tick()
      }
      if (isNews(ask)) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(late)
          signal.removeEventListener('abort', wake)
          waiters.delete(waiter)
          resolve()
        }
        const waiter: Waiter = { ask, wake }
        const late = setTimeout(wake, ask.ms)
        signal.addEventListener('abort', wake)
        waiters.add(waiter)
        if (waiters.size === 1) look()
      })
    },
    async close() {
      closed = true
      if (timer !== null) clearInterval(timer)
      for (const waiter of waiters) waiter.wake()
      await listening
      await looking
      await stop?.()
    },
  }
}

const nameOf = ({ tenant, table }: { readonly tenant: string; readonly table: string }): string =>
  JSON.stringify([tenant, table])
