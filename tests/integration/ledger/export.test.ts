import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvLine } from '../../../electron/ledger/export.ts'
import { newTill, points, removeTempDirs, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const KINDS = ['customers', 'sales', 'lines', 'events'] as const
const HOSTILE = ['=1+1', '+HYPERLINK("x")', '-2+3', '@SUM(A1)', '\tx', 'a,"b"', 'line\nbreak', '＝1+1']

describe('an export', () => {
  let till: TestTill
  beforeAll(async () => {
    till = await newTill()
    for (const [i, name] of HOSTILE.entries()) {
      const id = await till.enrol(`0803000000${i}`, { name })
      await till.sell(id, 20_000, { receipt: `R ${i}` })
      await till.sell(id, 1_000.5, { redeem: points(150) })
    }
    // More than a page of people, put there by a file.
    const batch = Array.from({ length: 1_200 }, (_, i) => ({
      key: `k${i}`,
      phone: `0809${String(2_000_000 + i)}`,
      email: '',
      card: '',
      name: `Person ${i}`,
      birth: '',
      consent_marketing: 'not_asked' as const,
    }))
    const imported = await till.open.admin('import_customers', { batch })
    expect(imported.ok).toBe(true)
  })

  const whole = async (what: (typeof KINDS)[number], format: 'csv' | 'json') => {
    let text = ''
    let rows = 0
    let pages = 0
    for (let cursor: string | null = null; ; ) {
      const page: { text: string; next: string | null; rows: number } = await till.done(
        'manager',
        'export.page',
        {
          what,
          format,
          cursor,
        },
      )
      text += page.text
      rows += page.rows
      pages += 1
      cursor = page.next
      if (cursor === null) return { text, rows, pages }
    }
  }
  const count = (sql: string) => till.db.prepare<[], number>(sql).pluck().get()

  it.each(KINDS)('of %s holds every row once, in both formats', async (what) => {
    const table = { customers: 'customer', sales: 'sale', lines: 'line', events: 'event' }[what]
    const expected = count(`SELECT count(*) FROM ${table}`)
    const csv = await whole(what, 'csv')
    const rows = parse(csv.text, { columns: true, skip_empty_lines: true }) as Record<string, string>[]
    expect([csv.rows, rows.length]).toEqual([expected, expected])
    const json = (await whole(what, 'json')).text.trimEnd().split('\n')
    const objects = json.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(objects).toHaveLength(expected ?? -1)
    const plain = objects.map((object) =>
      Object.fromEntries(Object.entries(object).map(([k, v]) => [k, v === null ? '' : String(v)])),
    )
    const bare = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v.replace(/^'(?=[=+\-@\t\r\n＝])/, '')])),
    )
    expect(bare).toEqual(plain)
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(expected)
  })

  it('has more pages than one where there is more', async () => {
    expect((await whole('customers', 'csv')).pages).toBe(2)
  })

  it('gives amounts as exact decimals', async () => {
    const rows = parse((await whole('sales', 'csv')).text, { columns: true }) as Record<string, string>[]
    expect(new Set(rows.map((r) => `${r['gross']} ${r['net']}`))).toEqual(
      new Set(['20000.00 20000.00', '1000.50 850.50']),
    )
  })

  it.each(HOSTILE)('never lets a spreadsheet run %j', (name) => {
    const line = csvLine([name])
    const cell = (parse(line) as string[][])[0]?.[0] ?? ''
    expect(cell).not.toMatch(/^[=+\-@\t\r\n＝]/)
    expect(cell.replace(/^'/, '')).toBe(name)
  })

  it('leaves numbers and phone numbers as they are', () => {
    expect(csvLine([-5, '+2348031234567', null, 'x'])).toBe('-5,+2348031234567,,x')
  })

  it.each([
    ['customers', 'x'],
    ['customers', '1~2'],
    ['sales', '2026-12-01'],
    ['sales', '1'.repeat(90)],
    ['lines', '5'],
    ['events', "1' OR '1"],
    ['events', '-1'],
  ] as const)('of %s refuses the place %j', async (what, cursor) => {
    expect(await till.code('manager', 'export.page', { what, format: 'csv', cursor })).toBe('invalid')
  })
})
