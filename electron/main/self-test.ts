import type { Window } from './parts.ts'

/** What the packaged app says about itself: the page is drawn, and a question reached the ledger and came back. */
interface SelfTest {
  readonly ok: boolean
  readonly drawn: boolean
  readonly answered: string
  readonly sandboxed: boolean
}

/** Asks the page itself, so that preload, sandbox, bridge, registrar and ledger all have had their part. */
export async function selfTest(window: Window): Promise<SelfTest> {
  const asked: unknown = await window.webContents.executeJavaScript(`(async () => {
    const reply = await window.kasuwa.call('system.status', '', {})
    return {
      drawn: document.getElementById('root')?.childElementCount > 0,
      answered: reply.outcome,
      sandboxed: typeof require === 'undefined' && typeof process === 'undefined',
    }
  })()`)
  const { drawn, answered, sandboxed } = asked as Omit<SelfTest, 'ok'>
  return { ok: drawn && answered === 'done' && sandboxed, drawn, answered, sandboxed }
}
