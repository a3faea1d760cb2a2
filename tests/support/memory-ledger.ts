import type { ServerResponse } from 'node:http'
import type { ConnectionState, SyncOp, SyncOps, SyncReport } from '../../electron/ledger/sync-port.ts'
import type { LedgerCalls } from '../../electron/sync/ledger-calls.ts'
import type { LeaseAsk } from '../../shared/sync/wire.ts'
import { type Asked, sendJson, sendProblem } from './scripted-server.ts'

/** What head office's clock says. */
export const HQ_TIME = 1_800_000_000_000

/** A ledger in memory that keeps the contract of the sync port as far as sending goes. */
export class MemoryLedger implements LedgerCalls {
  connection: ConnectionState
  sent = 0
  written = 0
  readonly calls: { op: SyncOp; input: unknown }[] = []
  readonly reports: SyncReport[] = []
  broken = false
  /** What becomes of batches taken ahead. */
  confirmsAhead = true
  failsAhead = false
  /** What is to be set aside, until it is answered. */
  asks: readonly LeaseAsk[] = []
  /** Where the batch that was given last ends, and the one given ahead of it. */
  #givenTo = 0
  #ahead: { readonly from: number; readonly to: number } | null = null

  constructor(url: string) {
    this.connection = {
      connection: { url, tenant: 't', store: 's', device: 'd'.repeat(32), epoch: 2 },
      enrolling: null,
      shapes: [],
      stopped: null,
      metered: false,
      wanted: [],
      reconcile: false,
      rotate: false,
      check: false,
    }
  }

  async call<O extends SyncOp>(op: O, input: SyncOps[O]['input']): Promise<SyncOps[O]['output']> {
    this.calls.push({ op, input })
    if (this.broken && op !== 'report') throw new Error('the disk is full')
    return this.#answer(op, input) as SyncOps[O]['output']
  }

  #answer(op: SyncOp, input: unknown): unknown {
    switch (op) {
      case 'connection': {
        const now = this.connection
        this.connection = { ...now, wanted: [] }
        return now
      }
      case 'next_batch': {
        const { events_max, ahead } = input as SyncOps['next_batch']['input']
        if (ahead && this.failsAhead) throw new Error('the disk is full')
        const from = ahead ? this.#givenTo : this.sent
        const events = Math.min(events_max, this.written - from)
        if (ahead && events === 0) return null
        if (ahead) this.#ahead = { from, to: from + events }
        else this.#givenTo = from + events
        const push = { body: JSON.stringify({ from, events }), signature: '' }
        return { push, events, waiting: this.written - from - events }
      }
      case 'pushed': {
        const { reply } = input as SyncOps['pushed']['input']
        this.sent = Math.max(this.sent, reply.acked.seq)
        const ahead = this.confirmsAhead && this.#ahead?.from === this.sent
        if (this.#ahead && ahead) this.#givenTo = this.#ahead.to
        this.#ahead = null
        return { taken: true, waiting: this.written - this.sent, ahead }
      }
      case 'push_refused': {
        const { problem } = input as SyncOps['push_refused']['input']
        if (problem.code !== 'gap') return { next: 'stop' }
        this.sent = problem.expected?.seq ?? 0
        return { next: 'again' }
      }
      case 'report':
        this.reports.push(input as SyncReport)
        return {}
      case 'lease_asks':
        return { asks: this.asks }
      case 'leased': {
        const { asked } = input as SyncOps['leased']['input']
        this.asks = this.asks.filter(({ grant }) => !asked.includes(grant))
        return {}
      }
      case 'sign':
        return { signature: 'c2ln' }
      default:
        return {}
    }
  }
}

/** Head office when all is well. `arrived` counts each event once. */
export class Office {
  arrived = 0
  tokens = 0
  readonly batches: number[] = []

  answer = (asked: Asked, response: ServerResponse): void => {
    if (asked.path === '/sync/v1/challenge') {
      sendJson(response, 200, { challenge: 'YQ==', hq_time: HQ_TIME })
    } else if (asked.path === '/sync/v1/token') {
      this.tokens += 1
      const token = `token ${this.tokens}`
      const expires_at = HQ_TIME + 900_000
      sendJson(response, 200, { token, expires_at, hq_time: HQ_TIME, hq_epoch: 1, may: 'all' })
    } else if (asked.path === '/sync/v1/push') this.push(asked, response)
    else sendProblem(response, 404, 'not_found')
  }

  push(asked: Asked, response: ServerResponse): void {
    const { body } = JSON.parse(asked.body) as { body: string }
    const { from, events } = JSON.parse(body) as { from: number; events: number }
    this.batches.push(events)
    if (from <= this.arrived) this.arrived = Math.max(this.arrived, from + events)
    sendJson(response, 200, {
      acked: { epoch: 2, seq: this.arrived },
      held: [],
      hq_time: HQ_TIME,
      hq_epoch: 1,
      payload_version_max: 1,
      receipt: { body: '{}', signature: '' },
      reconcile: null,
    })
  }
}
