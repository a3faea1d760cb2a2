import path from 'node:path'
import type { Terminal } from '../../electron/cli/terminal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { listTenants } from '../services/tenants.ts'
import { EXIT, type Given } from './command.ts'
import { type OpenHq, openHq } from './open.ts'

/** Where head office lives when nobody says otherwise: beside the till that `npm start` makes. */
const HQ_DIR = './.kasuwa/hq'
/** In the audit, for what nobody signed in for. */
export const WHO = 'command line'

export const hqFolder = (given: Given): string => path.resolve(given.text('data') ?? HQ_DIR)

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Opens the database, does the work, closes it. A refusal of either is said, and the exit code is 2. Ctrl-C ends the
 * work where it stands, and the database that was started for it.
 */
export async function withHq(
  given: Given,
  terminal: Terminal,
  work: (hq: OpenHq) => Promise<Result<number, string>>,
  use: 'command' | 'serve' = 'command',
): Promise<number> {
  let onSignal = (): void => undefined
  const cut = new Promise<null>((resolve) => {
    onSignal = () => resolve(null)
  })
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    const opened = await openHq({ dir: hqFolder(given), use })
    return opened.ok ? await carryOut(opened.value, terminal, work, cut) : refused(terminal, opened.refusal)
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

async function carryOut(
  hq: OpenHq,
  terminal: Terminal,
  work: (hq: OpenHq) => Promise<Result<number, string>>,
  cut: Promise<null>,
): Promise<number> {
  let interrupted = false
  try {
    const said = await Promise.race([work(hq), cut])
    interrupted = said === null
    if (said === null) {
      terminal.note('Interrupted. What was finished before stands; nothing is half written.')
      return EXIT.interrupted
    }
    return said.ok ? said.value : refused(terminal, said.refusal)
  } finally {
    await (interrupted ? hq.cut() : hq.close())
  }
}

export function refused(terminal: Terminal, sentence: string): number {
  terminal.note(sentence)
  return EXIT.refused
}

/** The same for a command about one business: that of --tenant, or the only one. */
export const withTenant = (
  given: Given,
  terminal: Terminal,
  work: (hq: OpenHq, tenant: string) => Promise<Result<number, string>>,
): Promise<number> =>
  withHq(given, terminal, async (hq) => {
    const tenant = await chooseTenant(hq, given.text('tenant'))
    return tenant.ok ? work(hq, tenant.value) : tenant
  })

/** The business that is meant: by id or name, or the only one. */
async function chooseTenant(hq: OpenHq, wanted: string | null): Promise<Result<string, string>> {
  const tenants = await listTenants(hq.parts)
  if (wanted !== null) {
    const found = tenants.filter(({ id, name }) => id === wanted || name === wanted)
    if (found.length === 1) return ok(found[0]?.id ?? '')
    return refuse(
      found.length === 0
        ? `There is no business "${wanted}".`
        : `Several are called "${wanted}": give the id.`,
    )
  }
  const only = tenants[0]
  if (tenants.length === 1 && only) return ok(only.id)
  return refuse(
    tenants.length === 0
      ? 'There is no business yet. Make one with create-tenant.'
      : `Say which business with --tenant: ${tenants.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
  )
}

interface Found {
  readonly tenant: string
  readonly id: string
  readonly name: string
}

/** A store by its id or name, in any business. */
export const findStore = (hq: OpenHq, wanted: string): Promise<Result<Found, string>> =>
  findOne(hq, wanted, 'store', 'SELECT id, name FROM hq.store WHERE id = $1 OR name = $1')

/** A till by its id or name, in any business. */
export const findTill = (hq: OpenHq, wanted: string): Promise<Result<Found, string>> =>
  findOne(hq, wanted, 'till', "SELECT id, name FROM hq.device WHERE kind = 'till' AND (id = $1 OR name = $1)")

/** Somebody who signs in to the console, by their id or login, in any business. */
export const findPerson = (hq: OpenHq, wanted: string): Promise<Result<Found, string>> =>
  findOne(
    hq,
    wanted.trim().toLowerCase(),
    'person',
    'SELECT id, login AS name FROM hq.person WHERE id = $1 OR login = $1',
  )

async function findOne(
  hq: OpenHq,
  wanted: string,
  what: string,
  sql: string,
): Promise<Result<Found, string>> {
  const found: Found[] = []
  for (const { id: tenant } of await listTenants(hq.parts)) {
    const rows = await hq.db.tenant(tenant, (tx) => tx.query<{ id: string; name: string }>(sql, [wanted]))
    found.push(...rows.map((row) => ({ tenant, ...row })))
  }
  const one = found[0]
  if (found.length === 1 && one) return ok(one)
  return refuse(
    found.length === 0
      ? `There is no ${what} "${wanted}".`
      : `Several are called "${wanted}": give the id, one of ${found.map(({ id }) => id).join(', ')}.`,
  )
}

/** Facts for a person, or one line of JSON for a script. */
export async function tell(
  given: Given,
  terminal: Terminal,
  facts: Readonly<Record<string, string | number>>,
): Promise<Result<number, string>> {
  if (given.flag('json')) await terminal.out(`${JSON.stringify(facts)}\n`)
  else {
    const width = Math.max(...Object.keys(facts).map((name) => name.length)) + 2
    for (const [name, value] of Object.entries(facts)) {
      await terminal.out(`${name.replaceAll('_', ' ').padEnd(width)}${value}\n`)
    }
  }
  return ok(EXIT.done)
}
