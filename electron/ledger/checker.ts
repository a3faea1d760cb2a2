import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../shared/base/ports.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { RELEASE } from '../../shared/base/release.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { readTime } from '../../shared/domain/trusted-time.ts'
import type { Notice } from '../../shared/ipc/message.ts'
import type { Database } from './database.ts'
import type { VerifyResult } from './verify.ts'
import { timeState } from './writer.ts'

export type CheckJob =
  | { readonly job: 'verify'; readonly dir: string; readonly key: string }
  | {
      readonly job: 'backup'
      readonly dir: string
      readonly key: string
      readonly file: string
      readonly created_ms: number
      readonly app: string
    }

export type CheckReply =
  | { readonly job: 'verify'; readonly result: VerifyResult; readonly took_ms: number }
  | { readonly job: 'backup'; readonly result: Result<{ bytes: number }, Refusal> }

interface CheckerParts {
  readonly dir: string
  readonly key: () => string
  readonly db: () => Database | null
  readonly clock: Clock
  readonly notify: (notice: Notice) => void
}

export interface Checker {
  /** `by`: the name of who asks, kept with the report. */
  verify(by: string): { readonly started: boolean }
  verifyRunning(): boolean
  backup(): Promise<Result<{ file: string; bytes: number }, Refusal>>
  stop(): void
}

/** In the sources a worker is a .ts file, in the built app a .js file beside this one. */
const WORKER_FILE = path.join(import.meta.dirname, `check-worker${path.extname(import.meta.filename)}`)
const BACKUPS_DIR = 'backups'

/** Two backups in one second, or a clock that was set back: nothing is written over. */
function freeName(stem: string, end: string): string {
  for (let n = 1; ; n += 1) {
    const file = `${stem}${n === 1 ? '' : `-${n}`}${end}`
    if (!existsSync(file)) return file
  }
}

/** Work that takes seconds on a large ledger, on a thread and a read-only connection of its own: no sale waits. */
export function createChecker({ dir, key, db, clock, notify }: CheckerParts): Checker {
  let running: Worker | null = null
  let backing: Worker | null = null

  const trusted = (open: Database): number => {
    const row = open.prepare<[], Parameters<typeof timeState>[0] & object>('SELECT * FROM clock').get()
    return readTime(timeState(row), clock.read()).trusted
  }
  const start = (job: CheckJob): Promise<CheckReply> & { worker: Worker } => {
    const worker = new Worker(WORKER_FILE, { workerData: job })
    const reply = new Promise<CheckReply>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the check stopped with ${code}`)))
    })
    return Object.assign(reply, { worker })
  }

  return {
    verify(by) {
      const open = db()
      if (running || !open) return { started: false }
      const started_at = trusted(open)
      const job = start({ job: 'verify', dir, key: key() })
      running = job.worker
      const report = (result: VerifyResult, took_ms: number): void => {
        running = null
        const text = JSON.stringify({ ...result, started_at, took_ms, by })
        db()
          ?.prepare(
            'INSERT INTO till (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
          )
          .run('last_verify', text)
        notify({ notice: 'changed', what: 'health' })
      }
      job.then(
        (reply) => reply.job === 'verify' && report(reply.result, reply.took_ms),
        (error: Error) => {
          const findings = [`The check could not finish: ${error.message}`]
          report({ ok: false, events: 0, head_hash: '', projections_hash: '', first_bad: null, findings }, 0)
        },
      )
      return { started: true }
    },
    verifyRunning: () => running !== null,
    async backup() {
      const open = db()
      if (backing || !open) return refuse(refusal('writer_busy'))
      const created_ms = trusted(open)
      const stamp = new Date(created_ms).toISOString().slice(0, 19).replaceAll(':', '-')
      const file = freeName(path.join(dir, BACKUPS_DIR, `till-${stamp}`), '.kasuwa-backup')
      const job = start({ job: 'backup', dir, key: key(), file, created_ms, app: RELEASE.version })
      backing = job.worker
      try {
        const reply = await job
        if (reply.job !== 'backup') throw new Error('the backup was not answered')
        return reply.result.ok ? ok({ file, bytes: reply.result.value.bytes }) : reply.result
      } finally {
        backing = null
      }
    },
    stop() {
      running?.terminate()
      backing?.terminate()
    },
  }
}
