import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import type { EnrolReply, Problem } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'
import type { AdminOps } from '../messages.ts'
import type { Replica } from '../replica/replica.ts'
import type { SyncSignal } from '../sync-port.ts'
import { type ConnectionStore, readAddress } from './connection.ts'
import { clockFault, keepRequest, takeEnrolment } from './enrolment.ts'
import type { Outbox } from './outbox.ts'

/** A screen waits this long for head office to answer a code. Ms. */
const ENROL_WAIT_MS = 20_000

type EnrolInput = Pick<Parsed<'hq.enrol'>, 'command_id' | 'url' | 'code'>
export type EnrolAnswer = Result<Output<'hq.enrol'>, Refusal>

/** How a till becomes one of head office. */
export interface Joining {
  /** Refuses hq_address, hq_not_secure, enrol_code, hq_silent, hq_refused. */
  enrol(input: EnrolInput, staff: string): Promise<EnrolAnswer>
  /** The same without waiting: the sync process sends it when there is one. Null: not answered yet. */
  keepCode(input: EnrolInput, staff: string): Promise<Result<Output<'hq.enrol'> | null, Refusal>>
  /**
   * Head office is at another address now; where `tenant` is given, only the head office of that business. Refuses
   * hq_address, hq_not_secure, not_enrolled.
   */
  moveTo(url: string, tenant?: string): Result<AdminOps['hq_address']['output'], Refusal>
  /** Throws where the answer cannot be taken as it is: the request stays, and is to be sent again later. */
  enrolled(input: { url: string; reply: EnrolReply }): void
  enrolRefused(problem: Problem): void
  /** Tells every screen that waits for head office that it did not answer. */
  close(): void
}

export interface JoiningParts {
  readonly ledger: Ledger
  readonly replica: Replica
  /** Screens that wait for the answer to a code. */
  readonly memory: { readonly waiting: Set<(answer: EnrolAnswer) => void> }
  /** The key for the next epoch, base64 PKCS8: made and kept durably before this resolves; the same until it is used. */
  readonly nextKey: () => Promise<string>
  /** That key if there is one. */
  readonly waitingKey: () => string | null
  /** The next key signs from here on and the ledger is another one: everything is loaded anew. */
  readonly reload: (clockMovedMs: number) => void
  readonly signal: (what: SyncSignal) => void
  /** Calls back after so many ms; answers how to stop it. */
  readonly after: (ms: number, work: () => void) => () => void
}

/** A code as it was read out: letters and digits. */
const codeOf = (typed: string): string => typed.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase()
const CODE_CHARS = { min: 4, max: 40 } as const

/** What becomes of a code that a person types. */
export function createJoining(parts: JoiningParts, connections: ConnectionStore, outbox: Outbox): Joining {
  const { ledger, memory, replica } = parts
  const { db } = ledger
  const answer = (given: EnrolAnswer): void => {
    for (const tell of memory.waiting) tell(given)
    memory.waiting.clear()
  }
  const wait = (): Promise<EnrolAnswer> =>
    new Promise((resolve) => {
      const tell = (given: EnrolAnswer): void => {
        stop()
        resolve(given)
      }
      const stop = parts.after(ENROL_WAIT_MS, () => {
        memory.waiting.delete(tell)
        resolve(refuse(refusal('hq_silent')))
      })
      memory.waiting.add(tell)
    })
  /** Keeps the request; answers the names at once where this very command has enrolled the till already. */
  const keep: Joining['keepCode'] = async (input, staff) => {
    const address = readAddress(input.url)
    if ('wrong' in address) return refuse(addressRefusal(address.wrong))
    const code = codeOf(input.code)
    if (code.length < CODE_CHARS.min || code.length > CODE_CHARS.max) return refuse(refusal('enrol_code'))
    const connection = connections.get()
    if (connection && ledger.writer.repeated(input.command_id, '')?.ok) return ok(namesOf(connection))
    const key = await parts.nextKey()
    const ask = { command: input.command_id, staff, url: address.url, code }
    if (connections.pending()?.command !== ask.command)
      ledger.writer.transaction(() => keepRequest(ledger, ask, key, connections.get(), outbox.cursor()))
    return ok(null)
  }
  const refused = (why: string): void => {
    db.exec('DELETE FROM enrolment')
    answer(refuse(refusal('hq_refused', { why: `${why.replace(/\.$/, '')}.` })))
    parts.signal('sync')
  }
  return {
    async enrol(input, staff) {
      const kept = await keep(input, staff)
      if (!kept.ok) return kept
      if (kept.value) return ok(kept.value)
      const answered = wait()
      parts.signal('sync')
      return answered
    },
    keepCode: keep,
    moveTo(typed, tenant) {
      const address = readAddress(typed)
      if ('wrong' in address) return refuse(addressRefusal(address.wrong))
      const connection = connections.get()
      if (!connection) return refuse(refusal('not_enrolled'))
      const { tenant_name } = connection
      if (tenant !== undefined && connection.tenant !== tenant) return ok({ moved: false, tenant_name })
      db.prepare('UPDATE connection SET url = ?').run(address.url)
      db.prepare('UPDATE enrolment SET url = ?').run(address.url)
      parts.signal('sync')
      return ok({ moved: true, tenant_name })
    },
    enrolled({ url, reply }) {
      const pending = connections.pending()
      const key = parts.waitingKey()
      // Answered before, or a reply to a request that was given up: what stands is right.
      if (!pending || key === null || pending.url !== url) return
      const connection = connections.get()
      if (connection && connection.tenant !== reply.tenant.id) {
        refused(`this till belongs to ${connection.tenant_name}, and the code is one of ${reply.tenant.name}`)
        return
      }
      const fault = clockFault(ledger, reply)
      if (fault !== null) {
        answer(refuse(refusal('hq_refused', { why: fault })))
        // The request stays, and whoever sends it is to wait before it is sent again.
        throw new Error('the clock of head office is wrong: its answer was not taken')
      }
      const moved = ledger.writer.transaction(() => takeEnrolment(ledger, replica, pending, reply, key))
      parts.reload(moved)
      const taken = connections.get()
      if (taken) answer(ok(namesOf(taken)))
      parts.signal('sync')
    },
    close: () => answer(refuse(refusal('hq_silent'))),
    enrolRefused(problem) {
      if (!connections.pending() || PASSING.has(problem.code)) return
      refused(problem.detail)
    },
  }
}

const addressRefusal = (wrong: 'form' | 'not_secure'): Refusal =>
  wrong === 'form' ? refusal('hq_address') : refusal('hq_not_secure')

/** Nothing was said about the code. */
const PASSING: ReadonlySet<Problem['code']> = new Set(['throttled', 'internal', 'unavailable'])

/** The names by which a person knows where this till belongs. */
export const namesOf = (connection: { tenant_name: string; store_name: string; till_name: string }) => ({
  tenant_name: connection.tenant_name,
  store_name: connection.store_name,
  till_name: connection.till_name,
})
