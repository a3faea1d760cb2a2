import { afterAll, beforeAll } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { urlOf } from '../support/test-postgres.ts'
import type { PostgresPlace } from './head-office.ts'
import { clearFloor } from './shop-floor.ts'

/** The Postgres of a test file: worlds copy an empty database of its own. */
export function aPlace(): () => PostgresPlace {
  let fresh: FreshDatabase | null = null
  beforeAll(async () => {
    fresh = await freshDatabase()
  })
  afterAll(async () => {
    clearFloor()
    await fresh?.drop()
  })
  return () => {
    if (!fresh) throw new Error('the database is made before the first test')
    const template = new URL(fresh.url).pathname.slice(1)
    return { server: urlOf(fresh.url, 'postgres'), template }
  }
}
