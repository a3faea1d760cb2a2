import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointJob } from './checkpointer.ts'
import { openDatabase } from './database.ts'

/** Entry of the thread that copies pages from the write-ahead log into the file, on a connection of its own. */
const { file, key, closed } = workerData as CheckpointJob
const state = new Int32Array(closed)

function end(): void {
  Atomics.store(state, 0, 1)
  Atomics.notify(state, 0)
}

try {
  const db = openDatabase({ file, key, mode: 'write' })
  parentPort?.on('message', (what: 'copy' | 'close') => {
    if (what === 'copy') {
      // Passive: it waits for nobody, and nobody waits for it.
      db.pragma('wal_checkpoint(PASSIVE)')
      parentPort?.postMessage('copied')
      return
    }
    db.close()
    end()
    parentPort?.close()
  })
} catch (error) {
  end()
  throw error
}
