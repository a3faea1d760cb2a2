import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Timers } from './timers.ts'

/** Where a receipt printer is. */
export type PrinterTarget =
  | { readonly kind: 'network'; readonly host: string; readonly port: number }
  /** A serial or USB printer that the system shows as a device: /dev/usb/lp0, COM3. */
  | { readonly kind: 'device'; readonly path: string }

/** Gives bytes to a receipt printer. Rejects with PrinterProblem when they were not all taken. */
export interface ReceiptPrinter {
  print(to: PrinterTarget, bytes: Uint8Array): Promise<void>
}

/** Why nothing, or not all, was printed: the end of a sentence, "the printer at 10.0.0.9 does not answer". */
export class PrinterProblem extends Error {
  override readonly name = 'PrinterProblem'
}

/** Prints and tells why not all was printed; null when it was. */
export async function whyNotPrinted(
  printer: ReceiptPrinter | undefined,
  to: PrinterTarget,
  bytes: Uint8Array,
): Promise<string | null> {
  if (!printer) return 'nothing leads to a printer from here'
  try {
    await printer.print(to, bytes)
    return null
  } catch (error) {
    if (error instanceof PrinterProblem) return error.message
    throw error
  }
}

/** A printer takes a receipt in a second or two; one that is switched off never answers. */
export const PRINT_TIMEOUT_MS = 8_000
/** Many printers keep the line open when they have everything: after this long that is taken as done. */
const CLOSE_WAIT_MS = 1_500

/** The printers of this machine and its network. */
export function systemPrinter(timers: Timers): ReceiptPrinter {
  return {
    print: (to, bytes) =>
      to.kind === 'network' ? overNetwork(timers, to.host, to.port, bytes) : toDevice(timers, to.path, bytes),
  }
}

function overNetwork(timers: Timers, host: string, port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    let cancel = timers.after(PRINT_TIMEOUT_MS, () => end(`the printer at ${host} does not answer`))
    let isOver = false
    const end = (why: string | null): void => {
      if (isOver) return
      isOver = true
      cancel()
      socket.destroy()
      if (why === null) resolve()
      else reject(new PrinterProblem(why))
    }
    socket.on('error', (error) => end(networkWords(error, host, port)))
    socket.on('finish', () => {
      cancel()
      cancel = timers.after(CLOSE_WAIT_MS, () => end(null))
    })
    socket.on('close', (hadError) => end(hadError ? `the printer at ${host} broke off` : null))
    socket.on('connect', () => socket.end(bytes))
    // What a printer says of itself is read, or the connection would never be over.
    socket.resume()
  })
}

function networkWords(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return `nobody knows a printer called ${host}`
  if (error.code === 'ECONNREFUSED') return `nothing at ${host} takes receipts on port ${port}`
  return `the printer at ${host} does not answer`
}

async function toDevice(timers: Timers, path: string, bytes: Uint8Array): Promise<void> {
  let cancel = (): void => undefined
  const tooLong = new Promise<never>((_, reject) => {
    cancel = timers.after(PRINT_TIMEOUT_MS, () =>
      reject(new PrinterProblem(`the printer at ${path} takes nothing`)),
    )
  })
  try {
    await Promise.race([writeDevice(path, bytes), tooLong])
  } finally {
    cancel()
  }
}

async function writeDevice(path: string, bytes: Uint8Array): Promise<void> {
  try {
    // Never makes or empties a file: a mistyped path must not write over anything.
    const device = await open(path, constants.O_WRONLY)
    try {
      const what = await device.stat()
      if (what.isFile()) throw new PrinterProblem(`${path} is a file and no printer`)
      if (what.isBlockDevice()) throw new PrinterProblem(`${path} is a disk and no printer`)
      await device.writeFile(bytes)
    } finally {
      await device.close()
    }
  } catch (error) {
    if (error instanceof PrinterProblem) throw error
    throw new PrinterProblem(deviceWords(error, path))
  }
}

function deviceWords(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENXIO' || code === 'ENODEV') return `there is no printer at ${path}`
  if (code === 'EACCES' || code === 'EPERM') return `this user may not use the printer at ${path}`
  if (code === 'EBUSY') return `the printer at ${path} is used by another program`
  return `the printer at ${path} takes nothing`
}
