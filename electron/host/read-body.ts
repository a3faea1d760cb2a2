import type { IncomingMessage } from 'node:http'

export const BODY = {
  bytesMax: 1024 * 1024,
  /** What is read and thrown away so that the sender can still hear the refusal. */
  discardedBytesMax: 64 * 1024 * 1024,
} as const

/** The body as text, or 'too_large'. Never holds more than `bytesMax`. */
export async function readBody(request: IncomingMessage): Promise<string | 'too_large'> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > BODY.discardedBytesMax) break
    if (bytes > BODY.bytesMax) chunks.length = 0
    else chunks.push(chunk)
  }
  return bytes > BODY.bytesMax ? 'too_large' : Buffer.concat(chunks).toString('utf8')
}
