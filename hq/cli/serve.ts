import { systemTimers } from '../../electron/platform/timers.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { createApp } from '../api/app.ts'
import type { LogSink } from '../api/log.ts'
import { RATE_LIMITS } from '../api/security.ts'
import { postgresFeed } from '../db/feed.ts'
import { keepUp } from '../jobs/keep-up.ts'
import { nowOf } from '../services/parts.ts'
import { electricProxy } from '../shapes/electric-proxy.ts'
import { shapeServer } from '../shapes/server.ts'
import { openHq } from './open.ts'
import { sayWhy } from './postgres-place.ts'

export interface ServeWanted {
  readonly dir: string
  readonly port: number
  readonly host: string
  readonly log: LogSink
}

export interface RunningHq {
  /** Such as http://127.0.0.1:8470 */
  readonly address: string
  readonly note: string | null
  /** Requests under way are answered, long polls end; then the database. A sentence where something would not stop. */
  close(): Promise<string | null>
}

/** A proxy on this machine may say for whom it asks. */
const TRUSTED = 'loopback'

/** Head office on a port. Refuses with a sentence. */
export async function startHq({ dir, port, host, log }: ServeWanted): Promise<Result<RunningHq, string>> {
  const say = (what: string, error?: unknown): void =>
    log.write(`${JSON.stringify({ level: 40, msg: what, code: codeOf(error) })}\n`)
  const opened = await openHq({
    dir,
    use: 'serve',
    onIdleError: (error) => say('database connection lost', error),
  })
  if (!opened.ok) return opened
  const hq = opened.value
  // What every restore must stay above, also one on another machine.
  const { hqEpoch } = await hq.db.incarnation()
  await hq.parts.journal.append({ what: 'incarnation', hq_epoch: hqEpoch, at: nowOf(hq.parts) })
  const feed = postgresFeed(hq.db, { onTrouble: (error) => say('change log not reached', error) })
  const electric = process.env['ELECTRIC_URL']
  const shapes = electric
    ? electricProxy({ url: electric, secret: process.env['ELECTRIC_SECRET'] ?? null })
    : shapeServer({ ...hq.parts, feed })
  const app = await createApp({
    ...hq.parts,
    shapes,
    after: systemTimers.after,
    log,
    rateLimits: RATE_LIMITS,
    trustProxy: process.env['KASUWA_TRUST_PROXY'] ?? TRUSTED,
  })
  const stopKeepingUp = keepUp(hq.parts, (error) => say('upkeep failed', error))
  const close = async (): Promise<string | null> => {
    await stopKeepingUp()
    await app.close()
    await feed.close()
    return hq.close()
  }
  const listening = await listen(app, port, host)
  if (listening.ok) return ok({ address: listening.value, note: hq.note, close })
  await close()
  return listening
}

type App = Awaited<ReturnType<typeof createApp>>

async function listen(app: App, port: number, host: string): Promise<Result<string, string>> {
  try {
    return ok(await app.listen({ port, host }))
  } catch (error) {
    return refuse(
      codeOf(error) === 'EADDRINUSE'
        ? `Port ${port} is used by another program. Choose another one with --port.`
        : `Head office could not listen on ${host}:${port}: ${sayWhy(error)}.`,
    )
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : ''
