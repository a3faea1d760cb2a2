import { createServer, type Server } from 'node:net'
import type { TestProject } from 'vitest/node'
import { startTestPostgres, type TestPostgres } from './test-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Port of the door behind which the Postgres of this run starts when somebody knocks first. */
    readonly postgresDoor: number
  }
}

/** Once a run: a door that starts one Postgres when the first test asks for a database. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<TestPostgres> | undefined
  const door = createServer((socket) => {
    started ??= startTestPostgres()
    started.then(
      ({ url, template }) => socket.end(JSON.stringify({ url, template })),
      (error: unknown) => socket.end(JSON.stringify({ failed: String(error) })),
    )
    // A test that was ended while it waited.
    socket.on('error', () => undefined)
  })
  project.provide('postgresDoor', await listening(door))
  return async () => {
    await new Promise((resolve) => door.close(resolve))
    await (await started)?.stop()
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the door has no port')
  return address.port
}
