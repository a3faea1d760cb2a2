import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'

/** Answers go to `out`, everything said to a person goes to `note`: a script reads the first alone. */
export interface Terminal {
  /** Resolves when there is room for more; rejects with `ReaderGone` when nobody reads any longer. */
  out(text: string): Promise<void>
  note(text: string): void
  /** True when a person sits there: only then may anything be asked. */
  readonly interactive: boolean
  ask(question: string): Promise<string>
  /** A bar on a terminal; nothing where there is none. */
  bar(total: number, unit: string): Bar
  /** All of standard input, for secrets that must not stand in arguments. */
  input(): Promise<string>
}

interface Bar {
  update(done: number): void
  stop(): void
}

/** The program that read our output ended (`| head`): no fault, and nothing more to do. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone'
}

const INPUT_CHARS_MAX = 10_000

interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** The streams of this process as a terminal, or as what a script reads and writes. */
export function openTerminal({ stdin, stdout, stderr }: Streams): Terminal {
  let gone: Error | null = null
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    gone = error.code === 'EPIPE' ? new ReaderGone() : error
  })
  // Notes are a courtesy: that nobody reads them must not stop a booking.
  stderr.on('error', () => undefined)
  return {
    out(text) {
      return new Promise((resolve, reject) => {
        if (gone) return reject(gone)
        stdout.write(text, (error) => {
          if (!error) return resolve()
          const code = 'code' in error ? error.code : ''
          reject(code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' ? new ReaderGone() : error)
        })
      })
    },
    note: (text) => {
      stderr.write(`${text}\n`)
    },
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return (await lines.question(question)).trim()
      } finally {
        lines.close()
      }
    },
    bar(total, unit) {
      if (!stderr.isTTY) return { update: () => undefined, stop: () => undefined }
      const bar = new SingleBar({
        format: `{bar} {percentage} %  {value} of {total} ${unit}  {eta_formatted} left`,
        stream: stderr as NodeJS.WriteStream,
        hideCursor: true,
        clearOnComplete: true,
        barCompleteChar: '\u2588',
        barIncompleteChar: '\u2591',
        gracefulExit: false,
      })
      bar.start(total, 0)
      return { update: (done) => bar.update(done), stop: () => bar.stop() }
    },
    async input() {
      let text = ''
      for await (const piece of stdin) {
        text += String(piece)
        if (text.length > INPUT_CHARS_MAX) break
      }
      return text.slice(0, INPUT_CHARS_MAX)
    },
  }
}
