import { parentPort, workerData } from 'node:worker_threads'
import type { PressJob } from './press.ts'

/** Entry of the thread that sets a receipt or cards. Each way of setting is loaded when it is asked for. */
const job = workerData as PressJob
parentPort?.postMessage(await set())

async function set(): Promise<Uint8Array> {
  if (job.job === 'escpos') {
    const { escposReceipt } = await import('./escpos.ts')
    return escposReceipt(job.receipt, job.paper)
  }
  if (job.job === 'receipt_pdf') {
    const { receiptPdf } = await import('./receipt-pdf.ts')
    return receiptPdf(job.receipt)
  }
  const { cardsPdf } = await import('./cards-pdf.ts')
  return cardsPdf(job.store, job.cards)
}
