import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Receipt } from '../../shared/domain/receipt.ts'
import type { MemberCard } from './cards-pdf.ts'
import type { PaperMm } from './escpos.ts'

/** Something to be set: for a receipt printer, or as a file. */
export type PressJob =
  | { readonly job: 'escpos'; readonly receipt: Receipt; readonly paper: PaperMm }
  | { readonly job: 'receipt_pdf'; readonly receipt: Receipt }
  | { readonly job: 'cards_pdf'; readonly store: string; readonly cards: readonly MemberCard[] }

/** Gives the bytes of a job. */
type Press = (job: PressJob) => Promise<Uint8Array>

/** In the sources a worker is a .ts file, in the built app a .js file beside this one. */
const WORKER_FILE = path.join(import.meta.dirname, `print-worker${path.extname(import.meta.filename)}`)

/** Sets each job on a thread of its own: reading typefaces takes longer than a sale may wait. */
export const threadPress: Press = (job) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_FILE, { workerData: job })
    worker.once('message', (bytes: Uint8Array) => resolve(bytes))
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread that prints stopped with ${code}`)))
  })
