import { randomHex } from '../../electron/platform/random.ts'
import { onServer, urlOf } from './test-postgres.ts'

export interface FreshDatabase {
  /** Of the owner of the structure: head office itself works as kasuwa_app. */
  readonly url: string
  /** Ends whoever is still connected. */
  drop(): Promise<void>
}

/** A copy of a database to which nobody is connected, on the same server. */
export async function copyOf(server: string, template: string): Promise<FreshDatabase> {
  const name = `kasuwa_test_${randomHex(8)}`
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return {
    url: urlOf(server, name),
    drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}
