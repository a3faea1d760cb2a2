import Sqlite from 'better-sqlite3'
import type { Database } from '../../electron/ledger/database.ts'

/** Nothing catches this: the process that ran the statement is gone. */
export class Kill extends Error {
  override readonly name = 'Kill'
}

/** What a simulated machine does with the statements of the ledger it runs. */
interface StatementWatch {
  /** Called before each statement; throws Kill to end the process there. */
  before(database: Database): void
  /** The text as the ledger wrote it; a mutation answers another one. */
  text(sql: string): string
}

let watch: StatementWatch | null = null

/** Every statement of every SQLite database in this process passes here while `watched` runs. */
export function watchStatements(given: StatementWatch | null): void {
  patch()
  watch = given
}

/** A look from outside: no process of the world runs these statements. */
export function unwatched<T>(look: () => T): T {
  const before = watch
  watch = null
  try {
    return look()
  } finally {
    watch = before
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown
let patched = false

/** Once a process: better-sqlite3 has no hook of its own, and the product needs none. */
function patch(): void {
  if (patched) return
  patched = true
  const probe = new Sqlite(':memory:')
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Record<string, Method>
  probe.close()
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const original = statement[name]
    if (!original) throw new Error(`better-sqlite3 has no ${name}`)
    statement[name] = function (this: unknown, ...args: unknown[]) {
      watch?.before((this as { database: Database }).database)
      return original.apply(this, args)
    }
  }
  const database = Sqlite.prototype as unknown as Record<string, Method>
  for (const name of ['prepare', 'exec']) {
    const original = database[name]
    if (!original) throw new Error(`better-sqlite3 has no ${name}`)
    database[name] = function (this: unknown, sql: unknown, ...rest: unknown[]) {
      if (name === 'exec') watch?.before(this as Database)
      return original.call(this, watch ? watch.text(String(sql)) : sql, ...rest)
    }
  }
}
