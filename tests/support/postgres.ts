import { connect } from 'node:net'
import { inject } from 'vitest'
import { copyOf, type FreshDatabase } from './fresh-copy.ts'

export type { FreshDatabase }

/** A migrated, empty database on the Postgres of this run. Drop it in `afterAll`. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { url, template } = await knock(inject('postgresDoor'))
  return copyOf(url, template)
}

async function knock(port: number): Promise<{ url: string; template: string }> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  for await (const chunk of socket) said += String(chunk)
  const answer = JSON.parse(said) as { url: string; template: string } | { failed: string }
  if ('failed' in answer) throw new Error(answer.failed)
  return answer
}
