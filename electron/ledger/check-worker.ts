import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { refusal } from '../../shared/base/refusal.ts'
import { refuse } from '../../shared/base/result.ts'
import { nodeDigest } from '../platform/node-digest.ts'
import { verifySignature } from '../platform/node-signer.ts'
import { systemClock } from '../platform/system-clock.ts'
import { writeBackup } from './backup.ts'
import type { CheckJob, CheckReply } from './checker.ts'
import { openDatabase } from './database.ts'
import { DATABASE_FILE, readRecoveryFile } from './set-up.ts'
import { verifyLedger } from './verify.ts'

/** Entry of the thread that checks or copies a ledger beside the sales. */
const job = workerData as CheckJob
const clock = systemClock()
const started = clock.read().monotonicMs
const db = openDatabase({ file: path.join(job.dir, DATABASE_FILE), key: job.key, mode: 'read' })
try {
  parentPort?.postMessage(work())
} finally {
  db.close()
}

function work(): CheckReply {
  if (job.job === 'verify') {
    const result = verifyLedger(db, job.dir, job.key, { digest: nodeDigest, verify: verifySignature })
    return { job: 'verify', result, took_ms: Math.round(clock.read().monotonicMs - started) }
  }
  const recovery = readRecoveryFile(job.dir)
  if (!recovery) {
    const remedy = 'Copy it back from an older backup.'
    return {
      job: 'backup',
      result: refuse(refusal('file_damaged', { file: 'recovery.json', why: 'it is missing', remedy })),
    }
  }
  mkdirSync(path.dirname(job.file), { recursive: true, mode: 0o700 })
  return {
    job: 'backup',
    result: writeBackup(db, job.file, { created_ms: job.created_ms, app: job.app, recovery }),
  }
}
