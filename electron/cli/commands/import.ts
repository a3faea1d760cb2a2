import { resolve } from 'node:path'
import { formatNaira, groupThousands } from '../../../shared/base/money.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { type Result, refuse } from '../../../shared/base/result.ts'
import { BatchRefused, openWriting, type Writing } from '../access.ts'
import { type Command, EXIT, type Given, type Option, refused } from '../command.ts'
import { DATE_ORDERS } from '../import/dates.ts'
import { FIELDS, type ImportKind } from '../import/fields.ts'
import { makePlan, type Plan } from '../import/plan.ts'
import { previewImport } from '../import/preview.ts'
import { type RejectFile, rejectFile } from '../import/rejects.ts'
import { runImport, type Tally } from '../import/run.ts'
import { DELIMITERS } from '../import/sniff.ts'
import { watchInterrupt } from '../interrupt.ts'
import type { Terminal } from '../terminal.ts'

const SHARED_OPTIONS: Readonly<Record<string, Option>> = {
  columns: {
    type: 'string',
    value: 'MAP',
    help: 'which column holds what, by position (from 1) or heading: card=2,date=3,amount=5',
  },
  header: {
    type: 'string',
    value: 'yes|no',
    choices: ['yes', 'no'],
    help: 'whether the first line names the columns',
  },
  delimiter: {
    type: 'string',
    value: 'NAME',
    choices: Object.keys(DELIMITERS),
    help: 'what stands between the columns',
  },
  dates: { type: 'string', value: 'ORDER', choices: DATE_ORDERS, help: 'order of day, month and year' },
  source: {
    type: 'string',
    value: 'NAME',
    help: 'name of this source; the same rows under the same name count once',
  },
  rejects: { type: 'string', value: 'FILE', help: 'where rows that cannot be booked go (FILE.rejects.csv)' },
  'dry-run': { type: 'boolean', help: 'show what would be booked, and book nothing' },
  json: { type: 'boolean', help: 'the summary as one line of JSON' },
}

const ABOUT_FILES = [
  'Reads CSV, TSV, semicolon- and blank-separated text (UTF-8, UTF-16, Windows-1252) and Excel workbooks (.xlsx),',
  'with or without a header line. A row that cannot be booked is put aside with its line number and the reason; the',
  'others are booked. Running the same file again books nothing twice, so that an interrupted import is simply run',
  'again. Exit code: 0 all rows are in, 1 some were put aside, 2 refused and nothing was booked, 130 interrupted.',
].join('\n')

export const importSales: Command = {
  name: 'import-sales',
  operands: 'FILE',
  operandCount: 1,
  summary: 'book a purchase history, each row as a sale of a customer known by phone, email or card',
  options: {
    ...SHARED_OPTIONS,
    decimal: {
      type: 'string',
      value: 'MARK',
      choices: ['point', 'comma'],
      help: 'decimal mark of the amounts',
    },
    channel: {
      type: 'string',
      value: 'NAME',
      choices: ['pos', 'online', 'marketplace', 'phone', 'other'],
      help: 'where the purchases were made, when no column says so',
    },
    earn: {
      type: 'string',
      value: 'yes|no',
      choices: ['yes', 'no'],
      help: 'whether these purchases earn points',
    },
  },
  details: [
    ABOUT_FILES,
    `Fields for --columns: ${FIELDS.sales.join(', ')}. Dates: 2026-11-21, 20261121, 21/11/2026 (day first), 21 Nov 2026,\neach with a time if there is one. Amounts in naira: 12,500 or 29.33. Refunds (below zero) are put aside.`,
    'Example: till import-sales history.txt --columns card=2,date=3,amount=5',
  ],
  run: (given, terminal) => run('sales', given, terminal),
}

export const importCustomers: Command = {
  name: 'import-customers',
  operands: 'FILE',
  operandCount: 1,
  summary: 'book a list of people known by phone, email or card',
  options: SHARED_OPTIONS,
  details: [
    ABOUT_FILES,
    `Fields for --columns: ${FIELDS.customers.join(', ')}. A person who is there already gets what was empty filled in.`,
    'Example: till import-customers people.xlsx --columns phone=2,name=1',
  ],
  run: (given, terminal) => run('customers', given, terminal),
}

async function run(kind: ImportKind, given: Given, terminal: Terminal): Promise<number> {
  const rejectsPath = resolve(given.text('rejects') ?? `${given.operand}.rejects.csv`)
  if (rejectsPath === resolve(given.operand)) {
    return refused(
      setting('--rejects', 'the file to import would be overwritten; name another one'),
      terminal,
    )
  }
  // The file first: when it is no table, not even an empty store is made.
  const planned = await planOf(kind, given)
  if (!planned.ok) return refused(planned.refusal, terminal)
  const plan = planned.value
  terminal.note(`${groupThousands(plan.rows)} rows of ${plan.table.description}.`)
  for (const notice of plan.notices) terminal.note(notice)
  const opened = await openWriting(given.dir, terminal, 'set_up')
  if (!opened.ok) return refused(opened.refusal, terminal)
  const till = opened.value
  try {
    if (given.flag('dry-run')) return await preview(plan, till, given, terminal)
    const earn = kind === 'sales' && (await wantsEarn(given, terminal))
    const rejects = rejectFile(rejectsPath, plan.table.header, plan.table.width)
    try {
      return await book(plan, till, earn, rejects, given, terminal)
    } finally {
      rejects.close()
    }
  } finally {
    till.close()
  }
}

async function planOf(kind: ImportKind, given: Given): Promise<Result<Plan, Refusal>> {
  const header = given.text('header')
  const source = given.text('source')
  if (source !== null && source.trim() === '') return refuse(setting('--source', 'it is empty; give a name'))
  return makePlan({
    kind,
    file: given.operand,
    columns: given.text('columns'),
    delimiter: keyOf(DELIMITERS, given.text('delimiter')),
    header: header === null ? null : header === 'yes',
    dates: DATE_ORDERS.find((order) => order === given.text('dates')) ?? 'auto',
    decimal: given.text('decimal') === 'comma' ? 'comma' : 'point',
    source,
    channel: given.text('channel') ?? 'pos',
  })
}

function keyOf<K extends string>(table: Readonly<Record<K, unknown>>, text: string | null): K | null {
  return text !== null && Object.hasOwn(table, text) ? (text as K) : null
}

async function wantsEarn(given: Given, terminal: Terminal): Promise<boolean> {
  const told = given.text('earn')
  if (told !== null) return told === 'yes'
  if (!terminal.interactive) return false
  return /^y(es)?$/i.test(await terminal.ask('Do these purchases earn points? [y/N] '))
}

async function preview(plan: Plan, till: Writing, given: Given, terminal: Terminal): Promise<number> {
  const found = await previewImport(plan, till.shop)
  if (given.flag('json')) {
    await terminal.out(
      `${JSON.stringify({
        dry_run: true,
        rows: found.rows,
        usable: found.usable,
        rejected: found.rejected,
        ...(plan.kind === 'sales' ? { amount_minor: found.amountKobo } : {}),
      })}\n`,
    )
  } else {
    const total = plan.kind === 'sales' ? `, ${formatNaira(found.amountKobo)} in all` : ''
    const lines = [
      'Nothing was booked. The first rows would be read like this:',
      ...found.shown.map((line) => `  ${line}`),
      `${groupThousands(found.usable)} of ${groupThousands(found.rows)} rows can be booked${total}.`,
      ...(found.rejected > 0 ? [`${groupThousands(found.rejected)} would be put aside:`] : []),
      ...found.reasons.map((line) => `  ${line}`),
    ]
    await terminal.out(`${lines.join('\n')}\n`)
  }
  return found.rejected > 0 ? EXIT.finding : EXIT.done
}

async function book(
  plan: Plan,
  till: Writing,
  earn: boolean,
  rejects: RejectFile,
  given: Given,
  terminal: Terminal,
): Promise<number> {
  const interrupt = watchInterrupt(() => terminal.note('Stopping after the rows under way.'))
  const bar = terminal.bar(plan.rows, 'rows')
  const startedMs = till.monotonicMs()
  let tally: Tally
  let rowsDone = 0
  try {
    tally = await runImport(plan, till.shop, till, earn, rejects, {
      progress: (rows) => {
        rowsDone = rows
        bar.update(rows)
      },
      stopping: interrupt.asked,
    })
  } catch (error) {
    if (!(error instanceof BatchRefused)) throw error
    bar.stop()
    const code = refused(error.refusal, terminal)
    terminal.note(howFar(rowsDone, plan.rows))
    return code
  } finally {
    bar.stop()
    interrupt.end()
  }
  const tookMs = till.monotonicMs() - startedMs
  if (given.flag('json'))
    await terminal.out(`${JSON.stringify(summaryOf(plan, tally, earn, rejects, tookMs))}\n`)
  else await terminal.out(`${sentences(plan, tally, earn, tookMs).join('\n')}\n`)
  if (tally.rejected > 0) {
    terminal.note(`${groupThousands(tally.rejected)} rows were put aside with their reasons: ${rejects.file}`)
  }
  if (tally.stopped) {
    terminal.note(howFar(tally.rows, plan.rows))
    return EXIT.interrupted
  }
  return tally.rejected > 0 ? EXIT.finding : EXIT.done
}

function summaryOf(plan: Plan, tally: Tally, earn: boolean, rejects: RejectFile, tookMs: number): object {
  return {
    rows: tally.rows,
    booked: tally.booked,
    already_there: tally.alreadyThere,
    rejected: tally.rejected,
    customers_new: tally.customersNew,
    ...(plan.kind === 'sales' ? { amount_minor: tally.amountKobo, earn } : {}),
    rejects_file: tally.rejected > 0 ? rejects.file : null,
    took_ms: Math.round(tookMs),
    stopped: tally.stopped,
  }
}

function sentences(plan: Plan, tally: Tally, earn: boolean, tookMs: number): string[] {
  const what = plan.kind === 'sales' ? 'sales' : 'people'
  const sum = plan.kind === 'sales' ? ` of ${formatNaira(tally.amountKobo)} in all` : ''
  const seconds = (tookMs / 1000).toFixed(1)
  const lines = [
    `${groupThousands(tally.booked)} ${what}${sum} booked in ${seconds} s; ${groupThousands(tally.customersNew)} new ${tally.customersNew === 1 ? 'customer' : 'customers'}.`,
  ]
  if (tally.alreadyThere > 0) {
    lines.push(
      `${groupThousands(tally.alreadyThere)} rows were there from an earlier run and were left alone.`,
    )
  }
  if (tally.zero > 0) {
    lines.push(`${groupThousands(tally.zero)} have the amount zero; they count as visits and earn nothing.`)
  }
  if (plan.kind === 'sales' && tally.booked > 0)
    lines.push(earn ? 'They earned points.' : 'They earned no points (--earn yes for the other way).')
  return lines
}

const howFar = (done: number, rows: number): string =>
  `Stopped after row ${groupThousands(done)} of ${groupThousands(rows)}. What is booked is whole; run the same command again for the rest.`

const setting = (field: string, why: string): Refusal => refusal('setting_invalid', { field, why })
