import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below what systems give to outgoing connections (Linux from 32768, others from 49152). */
const PORTS = { min: 20_000, max: 32_000 } as const
const TRIES_MAX = 100

/**
 * A port of this machine that nobody uses, and that no connection is given by chance meanwhile: it can be listened
 * on later, and again after it was closed.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(PORTS.min, PORTS.max)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${TRIES_MAX} ports is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
