import { existsSync } from 'node:fs'
import path from 'node:path'
import { businessDate } from '../../shared/base/business-date.ts'
import { HOME } from '../../shared/base/home.ts'
import { LIMITS } from '../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { BrokenInvariant, ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Output } from '../../shared/ipc/contract.ts'
import { exportPage } from '../ledger/export.ts'
import type { AdminOp, AdminOps, ImportCustomer, ImportOutcome, ImportSale } from '../ledger/messages.ts'
import { nodePlatform } from '../ledger/node-platform.ts'
import { type OpenTill, openTill } from '../ledger/open.ts'
import { pinRefusal, type Staff } from '../ledger/people.ts'
import { DATABASE_FILE } from '../ledger/set-up.ts'
import type { Stats } from '../ledger/stats.ts'
import type { Till } from '../ledger/till.ts'
import type { VerifyResult } from '../ledger/verify.ts'
import { type ControlAnswer, type ControlClient, callControl } from '../platform/control-socket.ts'
import { fileKeyStore, KeyStoreProblem } from '../platform/key-store.ts'
import { osRandom, randomHex } from '../platform/random.ts'
import type { Shop } from './import/read-row.ts'
import type { Door } from './import/run.ts'
import type { Terminal } from './terminal.ts'

/** A till opened to look at; beside a running app if there is one. */
export interface Reading {
  stats(): Stats
  staff(): readonly Staff[]
  verify(): Promise<Result<VerifyResult, Refusal>>
  exported(
    what: 'customers' | 'sales' | 'lines' | 'events',
    format: 'csv' | 'json',
  ): AsyncGenerator<Output<'export.page'>>
  monotonicMs(): number
  close(): void
}

/** A till opened to book into: by this process, or by the app that holds the lock. */
export interface Writing extends Door {
  readonly shop: Shop
  rebuild(): Promise<Result<AdminOps['rebuild']['output'], Refusal>>
  backup(file: string): Promise<Result<AdminOps['backup']['output'], Refusal>>
  /** Null: the code is kept, and the app asks head office when it runs. */
  enrol(url: string, code: string): Promise<Result<AdminOps['enrol']['output'], Refusal>>
  rotateKey(): Promise<Result<AdminOps['rotate_key']['output'], Refusal>>
  unsent(cursor: string | null): Promise<Result<AdminOps['export_unsent']['output'], Refusal>>
  importPackage(file: string): Promise<Result<AdminOps['import_package']['output'], Refusal>>
  monotonicMs(): number
  close(): void
}

const platform = nodePlatform()
const monotonicMs = (): number => platform.clock.read().monotonicMs

/** Refuses `not_set_up` for a folder without a till, most likely a mistyped one; null: a till is there. */
export function noTill(dir: string): Refusal | null {
  if (existsSync(path.join(dir, DATABASE_FILE))) return null
  const sentence =
    `There is no till in ${dir}, so nothing was done and nothing was made there. Check the folder after --data. ` +
    'A till comes to an empty folder by starting the app with it, by an import, or from a backup ("till help recover").'
  return { ...refusal('not_set_up'), sentence }
}

/**
 * Opens the till of a folder for reading. Refuses `not_set_up` where there is none. A file of an older version is
 * opened for writing once, so that it can be brought up to date.
 */
export async function openReading(dir: string): Promise<Result<Reading, Refusal>> {
  const none = noTill(dir)
  if (none) return refuse(none)
  const beside = await open(dir, 'read')
  if (beside.ok) return ok(readingOf(beside.value))
  if (beside.refusal.code !== 'file_damaged') return beside
  const older = await open(dir, 'write')
  return older.ok ? ok(readingOf(older.value)) : beside
}

/**
 * Opens the till of a folder for writing; through the running app when that holds the lock. An empty folder gets a
 * store first where `ifNone` says so; else it is refused with `not_set_up`.
 */
export async function openWriting(
  dir: string,
  terminal: Terminal,
  ifNone: 'set_up' | 'refuse',
): Promise<Result<Writing, Refusal>> {
  const none = ifNone === 'refuse' ? noTill(dir) : null
  if (none) return refuse(none)
  const own = await openAndSetUp(dir, terminal)
  if (own.ok) return ok(writingOf(own.value))
  if (own.refusal.code !== 'writer_busy') return own
  const client = await callControl(dir)
  if (!client) return own
  const beside = await open(dir, 'read')
  if (!beside.ok) {
    client.close()
    return beside
  }
  const shop = shopOf(tillOf(beside.value))
  beside.value.close()
  terminal.note('The running app does the writing.')
  return ok(throughApp(client, shop))
}

async function open(dir: string, mode: 'read' | 'write'): Promise<Result<OpenTill, Refusal>> {
  try {
    return await openTill({ dir, keyStore: fileKeyStore(dir), mode, host: 'cli', platform })
  } catch (error) {
    if (!(error instanceof KeyStoreProblem)) throw error
    return refuse({ ...refusal('key_missing'), sentence: error.sentence })
  }
}

async function openAndSetUp(dir: string, terminal: Terminal): Promise<Result<OpenTill, Refusal>> {
  const opened = await open(dir, 'write')
  if (!opened.ok || opened.value.isSetUp()) return opened
  const pin = newPin()
  const done = await opened.value.setUp({
    command_id: randomHex(16),
    store_name: 'My shop',
    till_name: 'Till 1',
    admin_name: 'Admin',
    pin,
    date_confirmed: null,
    demo: false,
  })
  if (!done.ok) {
    opened.value.close()
    return done
  }
  for (const line of setUpNote(dir, pin, done.value.recovery_phrase)) terminal.note(line)
  return opened
}

function setUpNote(dir: string, pin: string, phrase: string): readonly string[] {
  const today = businessDate(platform.clock.read().wallMs, HOME.timeZone)
  return [
    `A new till was set up in ${dir}.`,
    'Its recovery phrase is shown only now. Write it on paper and keep it away from this computer; with it, and only',
    'with it, the ledger or a backup can be opened on another one:',
    '',
    `    ${phrase}`,
    '',
    `Admin signs in with the PIN ${pin}. Change it at the till.`,
    `The date of this computer, ${today}, was taken as right.`,
    fileKeyStore(dir).notice,
    '',
  ]
}

function newPin(): string {
  for (;;) {
    const pin = Array.from(osRandom.bytes(6), (byte) => byte % 10).join('')
    if (!pinRefusal(pin, 'admin')) return pin
  }
}

function tillOf(opened: OpenTill): Till {
  const till = opened.till()
  if (!till) throw new BrokenInvariant('a till that was opened and set up is there')
  return till
}

function shopOf(till: Till): Shop {
  const { store, now } = till.status()
  return { timeZone: store?.time_zone ?? HOME.timeZone, nowMs: now.trusted }
}

function readingOf(opened: OpenTill): Reading {
  const till = tillOf(opened)
  return {
    stats() {
      const stats = opened.stats()
      if (!stats) throw new BrokenInvariant('a till that was opened has figures')
      return stats
    },
    staff: () => till.people.all(),
    verify: () => opened.verify(),
    async *exported(what, format) {
      for (let cursor: string | null = null; ; ) {
        const page = exportPage(till.ledger, { what, format, cursor })
        if (!page.ok) throw new Error(page.refusal.sentence)
        yield page.value
        if (page.value.next === null) return
        cursor = page.value.next
      }
    },
    monotonicMs,
    close: () => opened.close(),
  }
}

function writingOf(opened: OpenTill): Writing {
  return {
    batchRows: LIMITS.importAloneTransactionRows,
    shop: shopOf(tillOf(opened)),
    importSales: async (batch, earn) => outcomes(await opened.admin('import_sales', { batch, earn })),
    importCustomers: async (batch) => outcomes(await opened.admin('import_customers', { batch })),
    rebuild: () => opened.admin('rebuild', {}),
    backup: (file) => opened.admin('backup', { file }),
    enrol: (url, code) => opened.admin('enrol', { url, code, wait: false }),
    rotateKey: () => opened.admin('rotate_key', {}),
    unsent: (cursor) => opened.admin('export_unsent', { cursor }),
    importPackage: (file) => opened.admin('import_package', { file }),
    monotonicMs,
    close: () => opened.close(),
  }
}

function throughApp(client: ControlClient, shop: Shop): Writing {
  const ask = async <O extends AdminOp>(
    op: O,
    input: AdminOps[O]['input'],
  ): Promise<Result<AdminOps[O]['output'], Refusal>> => {
    let answer: ControlAnswer<O>
    try {
      answer = await client.call(op, input)
    } catch {
      const sentence =
        'The app was closed while it worked on this. What is booked is whole; run the command again.'
      return refuse({ ...refusal('till_blocked', { why: sentence }), sentence })
    }
    if (answer.ok) return ok(answer.output)
    return refuse(
      answer.refusal ?? { ...refusal('till_blocked', { why: answer.message }), sentence: answer.message },
    )
  }
  return {
    batchRows: LIMITS.importTransactionRows,
    shop,
    importSales: async (batch: readonly ImportSale[], earn: boolean) =>
      outcomes(await ask('import_sales', { batch, earn })),
    importCustomers: async (batch: readonly ImportCustomer[]) =>
      outcomes(await ask('import_customers', { batch })),
    rebuild: () => ask('rebuild', {}),
    backup: (file) => ask('backup', { file }),
    enrol: (url, code) => ask('enrol', { url, code }),
    rotateKey: () => ask('rotate_key', {}),
    unsent: (cursor) => ask('export_unsent', { cursor }),
    importPackage: (file) => ask('import_package', { file }),
    monotonicMs,
    close: () => client.close(),
  }
}

/** A batch as a whole is refused only for the machine (disk full, app closed): the import stops there. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused'
  readonly refusal: Refusal
  constructor(why: Refusal) {
    super(why.sentence)
    this.refusal = why
  }
}

function outcomes(done: Result<{ outcomes: readonly ImportOutcome[] }, Refusal>): readonly ImportOutcome[] {
  if (!done.ok) throw new BatchRefused(done.refusal)
  return done.value.outcomes
}
