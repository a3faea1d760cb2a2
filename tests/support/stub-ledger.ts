import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { FromLedger, OpenRequest, Secrets, ToLedger } from '../../electron/ledger/messages.ts'
import { onParentGone, parentPort } from '../../electron/platform/ports.ts'
import type { Output } from '../../shared/ipc/contract.ts'
import type { Reply, Request } from '../../shared/ipc/message.ts'

/**
 * A ledger process that books in a text file, for tests of the shells alone. It keeps the contract of the real one
 * (a command id has one effect) and can be told to stop at the worst moment:
 * - a file `blocked` in the data directory makes `open` answer blocked, with the word in it as `why`;
 * - a file `crash_on_open` ends the process at each `open`;
 * - a receipt `crash before` / `crash after` ends it once, before or after the sale is booked;
 * - what the sync process reports is written to a file `sync`;
 * - a search for `poison` always ends it; for `who` answers with how the process was started.
 */

const port = parentPort<FromLedger, ToLedger>()
let dir = ''
let known: Secrets | null = null
let opening: OpenRequest | null = null

onParentGone(() => process.exit(0))

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}

/** True the first time: the process that is started next finds the mark. */
function once(name: string): boolean {
  const mark = path.join(dir, `once ${name}`)
  if (existsSync(mark)) return false
  appendFileSync(mark, '')
  return true
}

function booked(): string[] {
  const file = path.join(dir, 'booked')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

function finishOpen(): void {
  const block = path.join(dir, 'blocked')
  if (existsSync(block)) {
    const why = readFileSync(block, 'utf8').trim() as 'disk_full'
    port.post({ type: 'blocked', why, sentence: `Blocked: ${why}.`, detail: 'stub' })
  } else port.post({ type: 'opened' })
}

function open(request: OpenRequest): void {
  dir = request.dir
  opening = request
  known = request.secrets
  if (existsSync(path.join(dir, 'crash_on_open'))) die()
  if (known) finishOpen()
  else {
    known = { database_key: 'ab'.repeat(32), signing_key: 'c3R1Yg==' }
    port.post({ type: 'save_secrets', secrets: known })
  }
}

function status(): Output<'system.status'> {
  const why = existsSync(path.join(dir, 'blocked'))
    ? readFileSync(path.join(dir, 'blocked'), 'utf8').trim()
    : ''
  return {
    phase: why === '' ? 'setup' : 'blocked',
    blocked: why === '' ? null : { why: why as 'disk_full', sentence: `Blocked: ${why}.`, detail: 'stub' },
    store: null,
    staff: [],
    health: null,
    now: { trusted: 1, business_date: '2026-11-21' },
    demo: false,
    version: '0.1.0',
    host: opening?.host ?? 'test',
  }
}

function answer(request: Request): Reply {
  const { id } = request
  if (request.method === 'system.status') return { id, outcome: 'done', value: status() }
  if (request.method === 'customer.search') {
    const { text } = request.input as { text: string }
    if (text === 'poison') die()
    const name = text === 'who' ? JSON.stringify({ argv: process.argv.slice(2), env: process.env }) : text
    const line = {
      id: '0'.repeat(32),
      name,
      phone: '',
      card: '',
      email: '',
      tier: '',
      points: booked().length,
      known: true,
    }
    return { id, outcome: 'done', value: { results: [line], more: false, phone: null, can_enrol: false } }
  }
  if (request.method === 'sale.record')
    return record(id, request.input as { command_id: string; receipt: string })
  return { id, outcome: 'failed', message: 'the stub does not know this', retry: false }
}

function record(id: number, { command_id, receipt }: { command_id: string; receipt: string }): Reply {
  if (receipt === 'crash before' && once(command_id)) die()
  if (!booked().includes(command_id)) appendFileSync(path.join(dir, 'booked'), `${command_id}\n`)
  if (receipt === 'crash after' && once(command_id)) die()
  port.post({ type: 'sync', message: { type: 'changed', what: 'entries' } })
  const value: Output<'sale.record'> = {
    sale_id: command_id,
    customer_id: null,
    gross_kobo: 100,
    net_kobo: 100,
    earned: 0,
    redeemed: 0,
    pays_kobo: 0,
    lines: [],
    others: [],
    reward: '',
    balance: booked().length,
    balance_worth_kobo: 0,
    tier: '',
    tier_changed: false,
    expiring: null,
    at: 1,
  }
  return { id, outcome: 'done', value }
}

port.onMessage((message) => {
  switch (message.type) {
    case 'open':
      open(message)
      break
    case 'secrets_saved':
      if (message.error === null) finishOpen()
      else
        port.post({ type: 'blocked', why: 'read_only', sentence: 'No key was kept.', detail: message.error })
      break
    case 'request':
      port.post({ type: 'reply', reply: answer(message.request) })
      break
    case 'admin':
      port.post({ type: 'admin_reply', id: message.id, ok: true, output: { bytes: booked().length } })
      break
    case 'sync':
      appendFileSync(path.join(dir, 'sync'), `${JSON.stringify(message.message.input)}\n`)
      port.post({ type: 'sync', message: { type: 'answer', id: message.message.id, ok: true, output: {} } })
      break
    case 'close':
      rmSync(path.join(dir, 'open'), { force: true })
      appendFileSync(path.join(dir, 'closed'), 'closed\n')
      port.post({ type: 'closed' })
  }
})
port.post({ type: 'started' })
