import Sqlite from 'better-sqlite3'
import { vi } from 'vitest'

/** A statement as it was written, and the values of the first time it ran. */
export interface RunStatement {
  readonly sql: string
  readonly values: readonly unknown[]
  /** How often it ran. */
  readonly times: number
}

interface Prepared {
  readonly source: string
}
type Run = (this: Prepared, ...values: unknown[]) => unknown
type Methods = Record<'run' | 'get' | 'all' | 'iterate', Run>

/** Every statement that SQLite runs in this process while the work is done, each once. */
export async function statementsRun(work: () => Promise<void>): Promise<readonly RunStatement[]> {
  const found = new Map<string, RunStatement>()
  const probe = new Sqlite(':memory:')
  const methods = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Methods
  probe.close()
  const spies = (['run', 'get', 'all', 'iterate'] as const).map((name) => {
    const original = methods[name]
    return vi.spyOn(methods, name).mockImplementation(function (this: Prepared, ...values: unknown[]) {
      const before = found.get(this.source) ?? { sql: this.source, values, times: 0 }
      found.set(this.source, { ...before, times: before.times + 1 })
      return original.apply(this, values)
    })
  })
  try {
    await work()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return [...found.values()]
}
