import { vi } from 'vitest'
import type { Signed } from '../../shared/sync/wire.ts'
import type { ScriptedHq } from './scripted-hq.ts'
import { commandId, type TestTill } from './till.ts'

export const HQ_URL = 'https://hq.example.com'

/** Types a code at a till and carries it to head office and back. Answers what the screen is told. */
export async function enrolAt(till: TestTill, hq: ScriptedHq, who: 'admin' | { token: string } = 'admin') {
  const asked = till.done(who, 'hq.enrol', { url: HQ_URL, code: 'ABCD-2345-EFGH', command_id: commandId() })
  const request = await requestOf(till)
  await till.open.sync('enrolled', { url: HQ_URL, reply: hq.enrol(request) })
  return asked
}

/** The request that a code left, once it is kept. */
export const requestOf = (till: TestTill): Promise<Signed> =>
  vi.waitFor(
    async () => {
      const { enrolling } = await till.open.sync('connection', {})
      if (!enrolling) throw new Error('no code waits')
      return enrolling.request
    },
    { timeout: 20_000, interval: 5 },
  )

/** Sends until nothing waits, or until head office refuses: then its code. */
export async function sendAll(till: TestTill, hq: ScriptedHq, eventsMax = 200): Promise<string> {
  for (let sent = 0; sent < 1_000; sent += 1) {
    const batch = await till.open.sync('next_batch', { events_max: eventsMax, bytes_max: 256 * 1024 })
    if (!batch) return 'stopped'
    if (batch.events === 0 && sent > 0) return 'done'
    const answer = hq.push(batch.push)
    if ('reply' in answer) await till.open.sync('pushed', { reply: answer.reply })
    else {
      const { next } = await till.open.sync('push_refused', answer)
      if (next === 'stop') return answer.problem.code
    }
  }
  throw new Error('it never ends')
}
