/** Cuts a stream of bytes into lines of at most `bytesMax` bytes. */
export class LineReader {
  readonly #bytesMax: number
  readonly #onLine: (line: string) => void
  #parts: Buffer[] = []
  #bytes = 0

  constructor(bytesMax: number, onLine: (line: string) => void) {
    this.#bytesMax = bytesMax
    this.#onLine = onLine
  }

  /** False when a line is too long: the sender must be cut off, the rest of the stream means nothing. */
  push(chunk: Buffer): boolean {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(0x0a, from)
      const part = chunk.subarray(from, end === -1 ? chunk.length : end)
      this.#bytes += part.length
      if (this.#bytes > this.#bytesMax) return false
      this.#parts.push(part)
      if (end === -1) return true
      const line = Buffer.concat(this.#parts).toString('utf8')
      this.#parts = []
      this.#bytes = 0
      from = end + 1
      this.#onLine(line)
    }
  }
}
