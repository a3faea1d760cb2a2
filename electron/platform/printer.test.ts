import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { PRINT_TIMEOUT_MS, PrinterProblem, systemPrinter } from './printer.ts'
import { systemTimers, type Timers } from './timers.ts'

const RECEIPT = Uint8Array.from({ length: 70_000 }, (_, n) => n % 251)
const servers: Server[] = []
const dirs: string[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function tempDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-printer-'))
  dirs.push(dir)
  return dir
}

/** A printer on the network that keeps what it is given. */
async function networkPrinter(onLine: (line: Socket) => void = () => undefined, allowHalfOpen = false) {
  const bytes: Buffer[] = []
  const server = createServer({ allowHalfOpen }, (line) => {
    line.on('data', (part) => bytes.push(part))
    onLine(line)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    to: { kind: 'network', host: '127.0.0.1', port: address.port } as const,
    taken: () => new Uint8Array(Buffer.concat(bytes)),
  }
}

/** Timers whose time is over as soon as they are set for `ms`. */
const hasty = (ms: number): Timers => ({
  ...systemTimers,
  after: (given, work) => systemTimers.after(given === ms ? 0 : given, work),
})

describe('a printer on the network', () => {
  it('takes every byte of a receipt', async () => {
    const printer = await networkPrinter()
    await systemPrinter(systemTimers).print(printer.to, RECEIPT)
    expect(printer.taken()).toEqual(RECEIPT)
  })

  it('may keep the line open: what was handed over is printed', async () => {
    const lines: Socket[] = []
    const printer = await networkPrinter((line) => lines.push(line), true)
    await systemPrinter(systemTimers).print(printer.to, RECEIPT.slice(0, 300))
    expect(printer.taken()).toHaveLength(300)
    for (const line of lines) line.destroy()
  })

  it('that nobody switched on is named, with what to look at', async () => {
    const printer = await networkPrinter()
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    const tried = systemPrinter(systemTimers).print(printer.to, RECEIPT)
    await expect(tried).rejects.toThrow(PrinterProblem)
    await expect(tried).rejects.toThrow(`nothing at 127.0.0.1 takes receipts on port ${printer.to.port}`)
  })

  it('that never answers is not waited for', async () => {
    const never = { kind: 'network', host: '127.0.0.1', port: (await networkPrinter()).to.port } as const
    const tried = systemPrinter(hasty(PRINT_TIMEOUT_MS)).print(never, new Uint8Array(64 * 1024 * 1024))
    await expect(tried).rejects.toThrow('the printer at 127.0.0.1 does not answer')
  })
})

describe.skipIf(process.platform === 'win32')('a printer that is a device', () => {
  it('takes every byte of a receipt', async () => {
    const dir = tempDir()
    const device = path.join(dir, 'lp0')
    execFileSync('mkfifo', [device])
    const copy = path.join(dir, 'paper')
    // Reads the device as a printer would, until the line ends.
    const { spawn } = await import('node:child_process')
    const reader = spawn('sh', ['-c', `cat "${device}" > "${copy}"`])
    const isRead = new Promise((resolve) => reader.on('exit', resolve))
    await systemPrinter(systemTimers).print({ kind: 'device', path: device }, RECEIPT)
    await isRead
    expect(new Uint8Array(readFileSync(copy))).toEqual(RECEIPT)
  })

  it('that is not plugged in is named', async () => {
    const tried = systemPrinter(systemTimers).print({ kind: 'device', path: '/dev/usb/lp77' }, RECEIPT)
    await expect(tried).rejects.toThrow('there is no printer at /dev/usb/lp77')
  })

  it('is never a file: a mistyped path writes over nothing', async () => {
    const file = path.join(tempDir(), 'till.db')
    writeFileSync(file, 'the ledger')
    const tried = systemPrinter(systemTimers).print({ kind: 'device', path: file }, RECEIPT)
    await expect(tried).rejects.toThrow('is a file and no printer')
    expect(readFileSync(file, 'utf8')).toBe('the ledger')
  })
})
