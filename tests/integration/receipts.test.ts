import { createServer } from 'node:net'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openTill } from '../../electron/ledger/open.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import type { PrinterTarget } from '../../electron/platform/printer.ts'
import { systemPrinter } from '../../electron/platform/printer.ts'
import { forkLedger } from '../../electron/platform/supervision/fork-ledger.ts'
import { superviseLedger } from '../../electron/platform/supervision/supervisor.ts'
import { systemTimers } from '../../electron/platform/timers.ts'
import { readScan } from '../../shared/domain/receipt-code.ts'
import type { Output } from '../../shared/ipc/contract.ts'
import { newTill, points, removeTempDirs, type TestTill, tempDir } from '../support/till.ts'

afterAll(removeTempDirs)

const NETWORK: Output<'printer.settings'> = {
  kind: 'network',
  host: '192.168.1.50',
  port: 9_100,
  device: '',
  paper: 80,
  every_sale: false,
}
const rowsOf = ({ groups }: Output<'receipt.preview'>): readonly string[] =>
  groups.flat().map(({ label, value }) => (value === '' ? label : `${label}: ${value}`))

async function aSale(): Promise<{ till: TestTill; customer: string; sale: Output<'sale.record'> }> {
  const till = await newTill()
  const customer = await till.enrol('08031234567', { name: 'Ada Obi' })
  await till.sell(customer, 100_000)
  const sale = await till.sell(customer, 12_500, { receipt: 'A-1043', redeem: points(500) })
  return { till, customer, sale }
}

describe('the receipt of a sale', () => {
  it('says what the customer was told, also after other sales and a restart', async () => {
    const { till, customer, sale } = await aSale()
    const before = await till.done('cashier', 'receipt.preview', { sale_id: sale.sale_id })
    expect(rowsOf(before)).toEqual([
      'Receipt: A-1043',
      'Served by: Amina',
      'Amount: ₦12,500',
      'Paid with 500 points: -₦500',
      'To pay: ₦12,000',
      'Customer: Ada Obi',
      `Points earned: ${sale.earned}`,
      expect.stringContaining('120 base x 1.25 Silver'),
      `Points now: ${sale.balance}`,
      `Worth: ₦${sale.balance}`,
      'Tier: Silver',
    ])
    expect(before).toMatchObject({ store: 'Kasuwa Test', till: 'Till 1', at: '1 Dec 2026, 10:00' })
    await till.sell(customer, 40_000)
    await till.restart()
    expect(await till.done('cashier', 'receipt.preview', { sale_id: sale.sale_id })).toEqual(before)
  })

  it('carries a code with all that another till needs to take the sale back', async () => {
    const { till, customer, sale } = await aSale()
    const { qr } = await till.done('cashier', 'receipt.preview', { sale_id: sale.sale_id })
    const scan = readScan(qr)
    expect(scan).toMatchObject({
      ok: true,
      value: {
        kind: 'receipt',
        receipt: { sale: sale.sale_id, customer, program: 'default', net_kobo: 1_200_000, code: null },
      },
    })
    const { lines } = await till.done('cashier', 'customer.lines', {
      customer_id: customer,
      cursor: null,
      limit: 2,
    })
    const moved = lines.map(({ kind, event_id, points: n }) => ({
      kind,
      event: event_id,
      points: Math.abs(n),
    }))
    const coded = scan.ok && scan.value.kind === 'receipt' ? scan.value.receipt.lines : []
    expect(coded.toSorted((a, b) => a.event.localeCompare(b.event))).toEqual(
      moved.toSorted((a, b) => a.event.localeCompare(b.event)),
    )
  })

  it('of an undone sale says so and promises nothing', async () => {
    const { till, sale } = await aSale()
    await till.done('cashier', 'sale.void', { sale_id: sale.sale_id, reason: 'slip', approver: null })
    const rows = rowsOf(await till.done('cashier', 'receipt.preview', { sale_id: sale.sale_id }))
    expect(rows).toContain('This sale was undone')
    expect(rows.join()).not.toContain('Points now')
  })

  it('never has a whole phone number on it', async () => {
    const till = await newTill()
    const customer = await till.enrol('08031234567')
    const sale = await till.sell(customer, 500)
    const receipt = await till.done('cashier', 'receipt.preview', { sale_id: sale.sale_id })
    expect(rowsOf(receipt)).toContain('Customer: 0803 *** 4567')
  })

  it('that is not here, or came from a file, is refused with a sentence', async () => {
    const { till } = await aSale()
    expect(await till.code('cashier', 'receipt.preview', { sale_id: '9'.repeat(32) })).toBe('not_found')
    const row = { phone: '08031234567', email: '', card: '', receipt: '', channel: 'pos' }
    const batch = [{ key: 'f1', ...row, amount_kobo: 100_000, occurred_ms: till.clock.wallMs - 86_400_000 }]
    await till.open.admin('import_sales', { batch, earn: false })
    const { sales } = await till.done('cashier', 'sale.list', {
      customer_id: null,
      mine_today: false,
      receipt: '',
      cursor: null,
      limit: 10,
    })
    const imported = sales.find((one) => one.imported)?.sale_id ?? ''
    expect(await till.code('cashier', 'receipt.preview', { sale_id: imported })).toBe('receipt_none')
  })

  it('is a file too', async () => {
    const { till, sale } = await aSale()
    const file = await till.done('cashier', 'receipt.pdf', { sale_id: sale.sale_id })
    expect(file.name).toBe('Receipt 1 Dec 2026 10.00.pdf')
    expect(Buffer.from(file.base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('the printer of a till', () => {
  it('is set by a manager, belongs to this machine and writes no event', async () => {
    const till = await newTill()
    const head = till.till.ledger.writer.head().place
    expect(await till.code('cashier', 'printer.update', NETWORK)).toBe('not_allowed')
    await till.done('manager', 'printer.update', { ...NETWORK, host: ' 192.168.1.50 ' })
    await till.restart()
    expect(await till.done('cashier', 'printer.settings', {})).toEqual(NETWORK)
    expect(till.till.ledger.writer.head().place).toBe(head)
    expect((await till.verify()).ok).toBe(true)
  })

  it.each([
    [{ host: '' }, 'Address of the printer'],
    [{ host: 'a b' }, 'Address of the printer'],
    [{ port: 0 }, 'Port of the printer'],
    [{ kind: 'device' as const, device: '/work/till.db' }, 'Device of the printer'],
    [{ kind: 'device' as const, device: '/dev/../etc/passwd' }, 'Device of the printer'],
    [{ kind: 'device' as const, device: '\\\\.\\PhysicalDrive0' }, 'Device of the printer'],
  ])('is refused by its field: %o', async (part, field) => {
    const till = await newTill()
    const refused = await till.refused('manager', 'printer.update', { ...NETWORK, ...part })
    expect(refused).toMatchObject({ code: 'setting_invalid' })
    expect(refused.sentence).toContain(field)
    expect((await till.done('manager', 'printer.settings', {})).kind).toBe('none')
  })

  it('that is missing or silent is a sentence, and the sale stands', async () => {
    const { till, sale } = await aSale()
    expect(await till.code('cashier', 'receipt.print', { sale_id: sale.sale_id })).toBe('printer_none')
    await till.done('manager', 'printer.update', NETWORK)
    till.close()
    const asked: PrinterTarget[] = []
    const opened = await openTill({
      dir: till.dir,
      keyStore: till.keys,
      mode: 'write',
      host: 'test',
      platform: till.platform,
      sendToPrinter: async (to) => {
        asked.push(to)
        return 'the printer at 192.168.1.50 does not answer'
      },
    })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    const { token } = till.people.cashier
    const input = { sale_id: sale.sale_id }
    const reply = await opened.value.call({ id: 1, method: 'receipt.print', session: token, input })
    opened.value.close()
    expect(reply).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'printer_silent',
        sentence: expect.stringContaining('the printer at 192.168.1.50 does not answer. The sale is kept.'),
      },
    })
    expect(asked).toEqual([{ kind: 'network', host: '192.168.1.50', port: 9_100 }])
  })

  it('gets its bytes from the ledger process by way of the shell', async () => {
    const taken: Buffer[] = []
    const printer = createServer((line) => line.on('data', (part) => taken.push(part)))
    await new Promise<void>((resolve) => printer.listen(0, '127.0.0.1', resolve))
    const address = printer.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const dir = tempDir()
    const ledger = superviseLedger({
      spawn: () => forkLedger(path.resolve(import.meta.dirname, '../../electron/ledger/process.ts')),
      dir,
      host: 'test',
      keyStore: fileKeyStore(dir),
      printer: systemPrinter(systemTimers),
      timers: systemTimers,
      wallMs: () => 0,
      log: () => undefined,
    })
    try {
      const setUp = await ledger.call('setup.begin', '', {
        command_id: '1'.repeat(32),
        store_name: 'Balogun Market',
        till_name: 'Till 1',
        admin_name: 'Ada',
        pin: '730264',
        date_confirmed: new Date().toISOString().slice(0, 10),
      })
      if (setUp.outcome !== 'done') throw new Error(JSON.stringify(setUp))
      const { token } = setUp.value.session
      const settings = { ...NETWORK, host: '127.0.0.1', port: address.port }
      expect(await ledger.call('printer.test', token, settings)).toMatchObject({ outcome: 'done' })
      expect(Buffer.concat(taken).toString('latin1')).toContain('Balogun Market')
      await new Promise((resolve) => printer.close(resolve))
      expect(await ledger.call('printer.test', token, settings)).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'printer_silent' },
      })
    } finally {
      await ledger.close()
      printer.close()
    }
  })
})

describe('a membership card', () => {
  it('says the card number, else a code that names the customer and no phone', async () => {
    const till = await newTill()
    const [numbered, plain] = [
      await till.enrol('08031234567', { card: 'KS00012345' }),
      await till.enrol('08031234568', { name: 'Tunde' }),
    ]
    expect(await till.done('cashier', 'customer.card_qr', { customer_id: numbered })).toMatchObject({
      qr: 'KS00012345',
      number: 'KS00012345',
    })
    const { qr } = await till.done('cashier', 'customer.card_qr', { customer_id: plain })
    expect(readScan(qr)).toEqual({ ok: true, value: { kind: 'customer', customer: plain } })
    const file = await till.done('cashier', 'customer.card_pdf', { customer_ids: [numbered, plain] })
    expect(Buffer.from(file.base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-')
  })
})
