import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Database } from './database.ts'

export interface CheckpointJob {
  readonly file: string
  readonly key: string
  /** One number: 0 at work, 1 the connection is closed. */
  readonly closed: SharedArrayBuffer
}

/**
 * Takes what an intake of many rows leaves in the write-ahead log off the sales: their own flush, and the copying into
 * the file, are as short as if nothing else were written.
 */
export interface Checkpointer {
  /** After a transaction that nobody waits for the disk with. Resolves when the next one may follow. */
  settle(db: Database): Promise<void>
  /** The thread has no file open any more when this returns. */
  close(): void
}

/** In the sources a worker is a .ts file, in the built app a .js file beside this one. */
const WORKER_FILE = path.join(import.meta.dirname, `checkpoint-worker${path.extname(import.meta.filename)}`)
/** Pages in the log from which on they are copied, and at which rows wait until all of them are. 8 and 32 MB. */
const START_PAGES = 2_048
const MOST_PAGES = 8_192
/** Pages that a sale may have to flush with its own. Half a megabyte. */
const FLUSH_PAGES = 128
/** Beyond that a commit copies them itself, as where there is no thread. */
const OWN_PAGES = 16_384
const CLOSE_MS = 10_000

interface CheckpointerParts {
  readonly file: string
  readonly key: () => string
  readonly log: (line: string) => void
}

/** Starts its thread with the first rows. A thread that fails is not started again: commits copy pages as ever. */
export function createCheckpointer({ file, key, log }: CheckpointerParts): Checkpointer {
  let thread: Thread | null = null
  let failed = false
  let flushing: Promise<void> = Promise.resolve()
  /** Pages in the log that the disk has, or is being given. */
  let given = 0

  const started = (db: Database): Thread | null => {
    if (thread || failed) return thread
    thread = startThread({ file, key: key() }, (error) => {
      failed = true
      thread = null
      log(`pages are copied by the sales themselves from now on: ${error.message}`)
      if (db.open) db.pragma(`wal_autocheckpoint = ${START_PAGES * 2}`)
    })
    db.pragma(`wal_autocheckpoint = ${OWN_PAGES}`)
    return thread
  }
  const flush = async (): Promise<void> => {
    // Without locks of SQLite: those are on other files.
    let log: FileHandle | null = null
    try {
      log = await open(`${file}-wal`, 'r+')
      await log.datasync()
    } finally {
      await log?.close()
    }
  }
  /** One flush runs beside the next transaction: a sale finds little to wait for. */
  const flushBeside = async (pages: number): Promise<void> => {
    if (pages < given) given = 0
    if (pages - given < FLUSH_PAGES) return
    given = pages
    const before = flushing
    flushing = before.then(flush, flush)
    // Told to the next one that waits.
    flushing.catch(() => undefined)
    await before
  }

  return {
    async settle(db) {
      let { pages, copied } = walState(db)
      await flushBeside(pages)
      if (pages - copied < START_PAGES || !db.open) return
      const copying = started(db)
      void copying?.run()
      while (pages > MOST_PAGES && copied < pages && thread !== null && db.open) {
        await thread.run()
        if (db.open) ({ pages, copied } = walState(db))
      }
    },
    close() {
      thread?.close()
      thread = null
    },
  }
}

/** Pages in the log, and how many of them are in the file already. */
function walState(db: Database): { pages: number; copied: number } {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }]
  return { pages: state.log, copied: state.checkpointed }
}

interface Thread {
  /** Copies what is in the log; joins a copying that is under way. */
  run(): Promise<void>
  close(): void
}

function startThread(job: Omit<CheckpointJob, 'closed'>, failed: (error: Error) => void): Thread {
  const closed = new SharedArrayBuffer(4)
  const worker = new Worker(WORKER_FILE, { workerData: { ...job, closed } satisfies CheckpointJob })
  worker.unref()
  let running: { readonly done: Promise<void>; readonly resolve: () => void } | null = null
  const over = (): void => {
    running?.resolve()
    running = null
  }
  worker.on('message', over)
  worker.on('error', (error) => {
    over()
    failed(error instanceof Error ? error : new Error(String(error)))
  })
  worker.on('exit', over)
  return {
    run() {
      if (!running) {
        let resolve = (): void => undefined
        const done = new Promise<void>((tell) => {
          resolve = tell
        })
        running = { done, resolve }
        worker.postMessage('copy')
      }
      return running.done
    },
    close() {
      worker.postMessage('close')
      // The file may be put aside or replaced as soon as this returns: nothing of it may be open then.
      if (Atomics.wait(new Int32Array(closed), 0, 0, CLOSE_MS) === 'timed-out') void worker.terminate()
      over()
    },
  }
}
