import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { groupThousands } from '../../../shared/base/money.ts'
import { openReading, type Reading } from '../access.ts'
import { type Command, EXIT, refused } from '../command.ts'

const WHAT = ['customers', 'sales', 'lines', 'events'] as const
type What = (typeof WHAT)[number]

export const exportData: Command = {
  name: 'export',
  operands: '',
  operandCount: 0,
  summary: 'write out customers, sales, lines of points or all entries',
  options: {
    format: {
      type: 'string',
      value: 'csv|json',
      choices: ['csv', 'json'],
      help: 'CSV, or one JSON object a line',
    },
    what: { type: 'string', value: 'WHAT', choices: WHAT, help: 'what to write; customers when not given' },
    out: { type: 'string', value: 'FILE', help: 'where to; standard output when not given' },
  },
  details: [
    'In CSV a cell that a spreadsheet would run as a formula gets an apostrophe in front. The file holds personal data:\nonly its owner may read it, and it is for you to keep it so.',
    'Example: till export --format csv --what sales --out sales.csv',
  ],
  async run(given, terminal) {
    const opened = await openReading(given.dir)
    if (!opened.ok) return refused(opened.refusal, terminal)
    const what = WHAT.find((one) => one === given.text('what')) ?? 'customers'
    const format = given.text('format') === 'json' ? 'json' : 'csv'
    const out = given.text('out')
    try {
      if (out === null) {
        await writeAll(opened.value, what, format, (text) => terminal.out(text))
        return EXIT.done
      }
      const file = resolve(out)
      const rows = await toFile(file, (write) => writeAll(opened.value, what, format, write))
      terminal.note(`${groupThousands(rows)} rows written to ${file}`)
      return EXIT.done
    } finally {
      opened.value.close()
    }
  },
}

/** Whole or not at all: the file appears under its name only when everything is in it. */
export async function toFile(
  file: string,
  work: (write: (text: string) => Promise<void>) => Promise<number>,
): Promise<number> {
  const temporary = `${file}.part`
  const descriptor = openSync(temporary, 'w', 0o600)
  try {
    const rows = await work(async (text) => {
      writeSync(descriptor, text)
    })
    closeSync(descriptor)
    renameSync(temporary, file)
    return rows
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

async function writeAll(
  till: Reading,
  what: What,
  format: 'csv' | 'json',
  write: (text: string) => Promise<void>,
): Promise<number> {
  let rows = 0
  for await (const page of till.exported(what, format)) {
    await write(page.text)
    rows += page.rows
  }
  return rows
}
