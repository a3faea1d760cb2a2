import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { afterAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { ImportCustomer, ImportOutcome, ImportSale } from '../../ledger/messages.ts'
import { makePlan, type PlanOptions } from './plan.ts'
import { previewImport } from './preview.ts'
import type { Shop } from './read-row.ts'
import { rejectFile } from './rejects.ts'
import { type Door, runImport } from './run.ts'

const dir = mkdtempSync(join(tmpdir(), 'kasuwa-import-'))
afterAll(() => rmSync(dir, { recursive: true }))

const SHOP: Shop = { timeZone: 'Africa/Lagos', nowMs: Date.parse('2026-11-21T12:00:00Z') }
let files = 0

function fileOf(content: string | Uint8Array, name = `file-${++files}.csv`): string {
  const file = join(dir, name)
  writeFileSync(file, content)
  return file
}

function options(file: string, more: Partial<PlanOptions> = {}): PlanOptions {
  return {
    kind: 'sales',
    file,
    columns: null,
    delimiter: null,
    header: null,
    dates: 'auto',
    decimal: 'point',
    source: null,
    channel: 'pos',
    ...more,
  }
}

/** A ledger that remembers keys, as the real one does. */
function memoryDoor() {
  const sales = new Map<string, ImportSale>()
  const customers = new Map<string, ImportCustomer>()
  const batches: number[] = []
  const known = new Set<string>()
  const put = <T extends ImportSale | ImportCustomer>(
    kept: Map<string, T>,
    batch: readonly T[],
  ): ImportOutcome[] => {
    batches.push(batch.length)
    return batch.map((row) => {
      if (kept.has(row.key)) return { outcome: 'already_there' }
      kept.set(row.key, row)
      const person = row.phone || row.email || row.card
      const customer = known.has(person) ? 'known' : 'new'
      known.add(person)
      return { outcome: 'booked', customer }
    })
  }
  const door: Door = {
    batchRows: LIMITS.importTransactionRows,
    importSales: async (batch) => put(sales, batch),
    importCustomers: async (batch) => put(customers, batch),
  }
  return { door, sales, customers, batches }
}

async function importAll(
  file: string,
  more: Partial<PlanOptions> = {},
  memory = memoryDoor(),
  stopAfter = Infinity,
) {
  const plan = await makePlan(options(file, more))
  if (!plan.ok) return { refused: plan.refusal.sentence, memory, rejects: '', tally: null, notices: [] }
  const rejects = rejectFile(`${file}.rejects.csv`, plan.value.table.header, plan.value.table.width)
  let reported = 0
  const tally = await runImport(plan.value, SHOP, memory.door, false, rejects, {
    progress: (rows) => {
      reported = rows
    },
    stopping: () => reported >= stopAfter,
  })
  rejects.close()
  const text = tally.rejected > 0 ? readFileSync(rejects.file, 'utf8') : ''
  return { refused: '', memory, rejects: text, tally, notices: plan.value.notices }
}

const utf16 = (text: string, bigEndian: boolean, mark: boolean): Buffer => {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
  return bigEndian ? bytes.swap16() : bytes
}

const CSV = 'Phone,Date,Amount,Note\n08031234567,2026-01-02,"12,500.50",Ọlá\n08031234568,03/01/2026,99,é\n'

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(CSV)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${CSV}`)],
    ['UTF-16 LE with a mark', utf16(CSV, false, true)],
    ['UTF-16 BE with a mark', utf16(CSV, true, true)],
    ['UTF-16 LE without a mark', utf16(CSV, false, false)],
    ['UTF-16 BE without a mark', utf16(CSV, true, false)],
  ])('%s', async (_, bytes) => {
    const { tally, memory } = await importAll(fileOf(bytes))
    expect(tally).toMatchObject({ rows: 2, booked: 2, rejected: 0, amountKobo: 1_250_050 + 9_900 })
    expect([...memory.sales.values()].map((sale) => sale.phone)).toEqual(['08031234567', '08031234568'])
  })

  it('reads the Windows code page and says so', async () => {
    const bytes = Buffer.from('phone,name\n08031234567,Ren\xe9e \x80\n', 'latin1')
    const { memory, notices } = await importAll(fileOf(bytes), { kind: 'customers' })
    expect([...memory.customers.values()][0]?.name).toBe('Renée €')
    expect(notices.join()).toContain('not Unicode')
  })

  it('reads a letter that lies across two pieces of the file', async () => {
    const read = await importAll(fileOf(`${'phone,name\n'}${'08031234567,Ọlá\n'.repeat(9_000)}`), {
      kind: 'customers',
    })
    expect(new Set([...read.memory.customers.values()].map((one) => one.name))).toEqual(new Set(['Ọlá']))
    expect(read.tally?.booked).toBe(9_000)
  })
})

describe('files that are no table', () => {
  it.each([
    ['empty', '', 'it is empty'],
    ['only a mark', '\ufeff', 'it is empty'],
    ['only blank lines', '\n\r\n\n', 'it is empty'],
    ['only a header', 'phone,date,amount\n', 'a header and no rows'],
    ['a PDF', '%PDF-1.7 ...', 'a PDF'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]), 'a picture'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'old Excel workbook'],
    ['zeros', Buffer.alloc(500), 'is not text'],
    [
      'zeros far inside',
      Buffer.concat([Buffer.from('a,b\n'.repeat(30_000)), Buffer.alloc(9)]),
      'is not text',
    ],
    [
      'another zip',
      Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(100)]),
      'damaged or cut off',
    ],
  ])('%s', async (_, content, words) => {
    expect((await importAll(fileOf(content))).refused).toContain(words)
  })

  it('a missing file and a folder', async () => {
    expect((await importAll(join(dir, 'nothing.csv'))).refused).toContain('it is not there')
    expect((await importAll(dir)).refused).toContain('it is a folder')
  })
})

describe('rows that cannot be booked', () => {
  it('are put aside with line and reason, and the others are booked', async () => {
    const rows = [
      'phone,date,amount,receipt',
      '08031234567,2026-01-02,500,A1',
      ',2026-01-02,500,A2',
      '08031234567,2026-01-02,-500,A3',
      '08031234567,2026-01-02,1e12,A4',
      '08031234567,2026-01-02,1.234,A5',
      '08031234567,2027-01-02,500,A6',
      '08031234567,1969-12-30,500,A7',
      '08031234567,31/02/2026,500,A8',
      '08031234567,2026-01-02',
      '08031234567,2026-01-02,500,A9,more,cells',
      '08031234567,2026-01-02,0,A10',
      '"=cmd|\' /C calc\'!A0",2026-01-02,zero,A11',
      '08031234567,2026-0',
    ].join('\n')
    const { tally, rejects, memory } = await importAll(fileOf(rows))
    expect(tally).toMatchObject({ rows: 13, booked: 2, rejected: 11, zero: 1, stopped: false })
    expect([...memory.sales.values()].map((sale) => sale.receipt)).toEqual(['A1', 'A10'])
    const lines = rejects.slice(1).split('\r\n')
    expect(lines[0]).toBe('line,reason,phone,date,amount,receipt')
    expect(lines.slice(1, -1).map((line) => Number.parseInt(line, 10))).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14,
    ])
    expect(lines[2]).toContain('is a refund')
    expect(lines[5]).toContain('has not come yet')
    expect(lines[8]).toContain('2 cells where 4 are expected')
    expect(lines[9]).toContain('6 cells where 4 are expected')
    expect(lines[10]).toContain(",'=cmd|")
    expect(lines[11]).toContain('the last line is cut off')
  })

  it('read short rows whose missing cells are not needed, as spreadsheets leave them', async () => {
    const { tally } = await importAll(
      fileOf('phone,date,amount,note\n08031234567,2026-01-02,500\n08031234567,2026-01-03,500,x\n'),
    )
    expect(tally).toMatchObject({ booked: 2, rejected: 0 })
  })

  it('put a row aside whose last letter is cut in the middle', async () => {
    const bytes = Buffer.from('phone,name\n08031234567,Ada\n08031234568,Ọ')
    const { tally, rejects } = await importAll(fileOf(bytes.subarray(0, -1)), { kind: 'customers' })
    expect(tally).toMatchObject({ booked: 1, rejected: 1 })
    expect(rejects).toContain('cut off in the middle of a letter')
  })

  it('write no reject file when there is nothing to put aside', async () => {
    const file = fileOf(CSV)
    await importAll(file)
    expect(() => readFileSync(`${file}.rejects.csv`)).toThrow('ENOENT')
  })

  it('keep hostile text as data', async () => {
    const name = `'); DROP TABLE event; -- <img src=x onerror=alert(1)> \u202e=SUM(A1) 😀`
    const { memory } = await importAll(fileOf(`phone,name\n08031234567,"${name}"\n`), { kind: 'customers' })
    expect([...memory.customers.values()][0]?.name).toBe(name)
  })
})

describe('the order of day and month', () => {
  it('is day first in this country', async () => {
    const { memory } = await importAll(fileOf('phone,date,amount\n0803,03/04/2026,5\n'))
    expect([...memory.sales.values()][0]?.occurred_ms).toBe(Date.parse('2026-04-02T23:00:00Z'))
  })
  it('is asked for when the file contradicts itself or the custom, before anything is booked', async () => {
    const mixed = await importAll(fileOf('phone,date,amount\n0803,25/12/2025,5\n0803,12/25/2025,5\n'))
    expect(mixed.refused).toContain('line 2 "25/12/2025" can only be day first and line 3 "12/25/2025"')
    const american = await importAll(fileOf('phone,date,amount\n0803,03/04/2026,5\n0803,12/25/2025,5\n'))
    expect(american.refused).toContain('--dates mdy')
    expect(american.memory.sales.size).toBe(0)
    const told = await importAll(fileOf('phone,date,amount\n0803,03/04/2026,5\n0803,12/25/2025,5\n'), {
      dates: 'mdy',
    })
    expect(told.tally?.booked).toBe(2)
  })
})

describe('a second run', () => {
  it('books nothing, and identical rows of one file are different sales', async () => {
    const file = fileOf('card,date,amount\nA1,2026-01-01,5\nA1,2026-01-01,5\nA1,2026-01-01,5\n')
    const memory = memoryDoor()
    expect((await importAll(file, {}, memory)).tally).toMatchObject({
      booked: 3,
      alreadyThere: 0,
      customersNew: 1,
    })
    expect((await importAll(file, {}, memory)).tally).toMatchObject({ booked: 0, alreadyThere: 3 })
    writeFileSync(
      file,
      'card;date;amount;\nA1;2026-01-01;5\nA1;2026-01-01;5\nA1;2026-01-01;5\nA1;2026-01-01;5\n',
    )
    expect((await importAll(file, {}, memory)).tally).toMatchObject({ booked: 1, alreadyThere: 3 })
  })

  it('goes on where a stop left off, at the border of a batch', async () => {
    const rows = Array.from({ length: 1_200 }, (_, i) => `C${i % 70},2026-01-01,${i % 9}`)
    const file = fileOf(`card,date,amount\n${rows.join('\n')}\n`)
    const memory = memoryDoor()
    const first = await importAll(file, {}, memory, LIMITS.importTransactionRows)
    expect(first.tally).toMatchObject({ booked: LIMITS.importTransactionRows, stopped: true })
    const second = await importAll(file, {}, memory)
    expect(second.tally).toMatchObject({
      alreadyThere: LIMITS.importTransactionRows,
      booked: 1_200 - LIMITS.importTransactionRows,
      stopped: false,
    })
    expect(memory.batches).toEqual([500, 500, 500, 200])
  })

  it('takes another name of the source for other sales', async () => {
    const file = fileOf('card,date,amount\nA1,2026-01-01,5\n')
    const memory = memoryDoor()
    await importAll(file, {}, memory)
    expect((await importAll(file, { source: 'second till' }, memory)).tally?.booked).toBe(1)
  })
})

describe('a file without a header', () => {
  it('is understood by what its columns hold', async () => {
    const { memory, notices } = await importAll(
      fileOf('08031234567\t2026-01-02\t12.50\n08031234568\t2026-01-03\t7\n'),
    )
    expect([...memory.sales.values()].map((sale) => [sale.phone, sale.amount_kobo])).toEqual([
      ['08031234567', 1_250],
      ['08031234568', 700],
    ])
    expect(notices.join()).toContain('phone=1,date=2,amount=3')
  })

  it('is refused with the option to type when two columns could be meant', async () => {
    const { refused } = await importAll(fileOf('0001,2026-01-02,12.50,3.20\n0002,2026-01-03,7.00,1.10\n'))
    expect(refused).toContain('columns 3 and 4 could each be the amount')
    expect(refused).toContain('--columns card=1,date=2,amount=3')
  })

  it('takes a code for the card only when no other could be it', async () => {
    const together = await importAll(fileOf('00004 0001 20260101 2 29.33\n00021 0002 20260101 3 63.34\n'))
    expect([...together.memory.sales.values()].map((sale) => sale.card)).toEqual(['0001', '0002'])
    expect(together.notices.join()).toContain('Columns 1 and 2 always go together')
    const apart = await importAll(fileOf('00004 0001 20260101 2 29.33\n00021 0001 20260101 3 63.34\n'))
    expect(apart.refused).toContain('columns 1 and 2 could each be the card number')
  })
})

describe('an Excel workbook', () => {
  async function workbook(rows: readonly (readonly ExcelJS.CellValue[])[], name: string): Promise<string> {
    const book = new ExcelJS.Workbook()
    book.addWorksheet('Empty')
    const sheet = book.addWorksheet('People')
    for (const row of rows) sheet.addRow([...row])
    const file = join(dir, name)
    await book.xlsx.writeFile(file)
    return file
  }

  it('is read with its dates, numbers, formulas and links', async () => {
    const file = await workbook(
      [
        ['Name', 'Phone', 'Birthday', 'E-mail', 'Consent'],
        ['Ọlá Adéyẹmí', 8_031_234_567, new Date('1990-05-17T00:00:00Z'), null, true],
        [
          { richText: [{ text: 'Ada ' }, { text: 'Obi' }] },
          '0803 123 4568',
          null,
          { text: 'ada@example.ng', hyperlink: 'mailto:x' },
          null,
        ],
        [{ formula: 'A1&"x"', result: '=HYPERLINK("x")' }, 2.348031234569e12, '17/05', null, 'no'],
      ],
      'people.xlsx',
    )
    const { memory, tally } = await importAll(file, { kind: 'customers' })
    expect(tally).toMatchObject({ booked: 3, rejected: 0 })
    expect([...memory.customers.values()].map(({ key: _, ...row }) => row)).toEqual([
      {
        name: 'Ọlá Adéyẹmí',
        phone: '8031234567',
        birth: '1990-05-17',
        email: '',
        card: '',
        consent_marketing: 'yes',
      },
      {
        name: 'Ada Obi',
        phone: '0803 123 4568',
        birth: '',
        email: 'ada@example.ng',
        card: '',
        consent_marketing: 'not_asked',
      },
      {
        name: '=HYPERLINK("x")',
        phone: '2348031234569',
        birth: '05-17',
        email: '',
        card: '',
        consent_marketing: 'no',
      },
    ])
  })

  it('gives sums without the tails of binary fractions', async () => {
    const file = await workbook(
      [
        ['card', 'date', 'amount'],
        ['A1', new Date('2026-01-02T00:00:00Z'), 0.1 + 0.2],
      ],
      'sums.xlsx',
    )
    expect((await importAll(file)).tally).toMatchObject({ booked: 1, amountKobo: 30 })
  })

  it('is refused when it is cut off', async () => {
    const file = await workbook(
      [
        ['phone', 'name'],
        ['08031234567', 'Ada'],
      ],
      'whole.xlsx',
    )
    const cut = fileOf(readFileSync(file).subarray(0, -200), 'cut.xlsx')
    expect((await importAll(cut, { kind: 'customers' })).refused).toContain('damaged')
  })
})

describe('the preview', () => {
  it('shows the first rows as understood, the sum and what would be put aside', async () => {
    const plan = await makePlan(
      options(
        fileOf(
          'phone,date,amount\n0803 123 4567,2/1/2026,500.50\nabc,2/1/2026,5\n0803,x,5\n08031234567,y,5\n',
        ),
      ),
    )
    if (!plan.ok) throw new Error(plan.refusal.sentence)
    const preview = await previewImport(plan.value, SHOP)
    expect(preview).toMatchObject({ rows: 4, usable: 1, rejected: 3, amountKobo: 50_050 })
    expect(preview.shown).toEqual(['line 2: 0803 123 4567, 2026-01-02, ₦500.50, pos'])
    expect(preview.reasons[0]).toContain('2 x a cell is not a date')
  })
})
