import { mkdirSync } from 'node:fs'
import { wholeNumber } from '../../../electron/platform/flags.ts'
import { type Command, EXIT } from '../command.ts'
import { logFile } from '../log-file.ts'
import { sayWhy } from '../postgres-place.ts'
import { hqFolder, refused } from '../with-hq.ts'

const PORT = 8470
const PORT_MAX = 65_535
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

export const serveCommand: Command = {
  name: 'serve',
  operand: '',
  summary: 'runs head office until Ctrl-C',
  options: {
    port: { type: 'string', value: 'N', help: `the port (${PORT} when not given; 0: a free one)` },
    log: { type: 'string', value: 'FILE', help: 'where log lines are added (standard error when not given)' },
    host: { type: 'string', value: 'ADDRESS', help: 'where it listens (127.0.0.1 when not given)' },
  },
  run: async (given, terminal) => {
    const stopped = new Promise<void>((resolve) => {
      // A second Ctrl-C must not cut the closing short.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
      process.once('disconnect', () => resolve())
    })
    let port: number
    try {
      port = wholeNumber('--port', given.text('port') ?? `${PORT}`, 0, PORT_MAX)
    } catch (error) {
      return refused(terminal, sayWhy(error))
    }
    const host = given.text('host') ?? '127.0.0.1'
    const dir = hqFolder(given)
    mkdirSync(dir, { recursive: true })
    // Only here: every other command starts sooner without the server.
    const { buildConsole } = await import('../console-pages.ts')
    await buildConsole(terminal)
    const { startHq } = await import('../serve.ts')
    const file = given.text('log')
    const log = file === null ? process.stderr : logFile(file, (sentence) => terminal.note(sentence))
    const started = await startHq({ dir, port, host, log })
    if (!started.ok) return refused(terminal, started.refusal)
    const hq = started.value
    if (hq.note !== null) terminal.note(hq.note)
    if (!LOOPBACK.includes(host)) {
      terminal.note(
        'Tills take plain http from this machine alone: put a proxy with TLS before this address.',
      )
    }
    await terminal.out(`Head office: ${hq.address}\n`)
    process.send?.({ address: hq.address })
    await stopped
    const trouble = await hq.close()
    if (trouble !== null) terminal.note(trouble)
    return EXIT.done
  },
}
