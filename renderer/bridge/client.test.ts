import { describe, expect, it } from 'vitest'
import { refusal } from '../../shared/base/refusal.ts'
import type { KasuwaBridge, Reply } from '../../shared/ipc/message.ts'
import { createClient, RETRIES_MAX } from './client.ts'

type Outcome =
  | { outcome: 'done'; value: unknown }
  | { outcome: 'refused'; refusal: ReturnType<typeof refusal> }
  | { outcome: 'failed'; message: string; retry: boolean }

/** A bridge that answers from a script and remembers what was sent. */
function scripted(script: readonly (Outcome | Error)[]) {
  const sent: { method: string; session: string; input: Record<string, unknown> }[] = []
  const waits: number[] = []
  let at = 0
  const bridge: KasuwaBridge = {
    host: 'browser',
    async call(method, session, input) {
      sent.push({ method, session, input: { ...input } })
      const next = script[Math.min(at++, script.length - 1)]
      if (!next) throw new Error('the script is empty')
      if (next instanceof Error) throw next
      return { id: at, ...next } as Reply<typeof method>
    },
    onNotice: () => () => undefined,
  }
  let ids = 0
  const client = createClient({
    bridge,
    newId: () => String(++ids).padStart(32, '0'),
    sleep: async (ms) => {
      waits.push(ms)
    },
  })
  return { client, sent, waits }
}

const DONE: Outcome = { outcome: 'done', value: {} }
const LOST: Outcome = { outcome: 'failed', message: 'stopped', retry: true }
const sale = {
  customer_id: null,
  gross_kobo: 100,
  redeem: null,
  receipt: '',
  channel: 'pos' as const,
  approver: null,
}

describe('the client', () => {
  it('sends the session that was set, or the one named', async () => {
    const { client, sent } = scripted([DONE])
    client.speakAs('cashier')
    await client.call('system.status', {})
    await client.call('system.status', {}, 'manager')
    expect(sent.map((one) => one.session)).toEqual(['cashier', 'manager'])
  })

  it('gives a command an id and a query none', async () => {
    const { client, sent } = scripted([DONE])
    await client.call('sale.record', sale)
    await client.call('customer.search', { text: '080' })
    expect(sent[0]?.input['command_id']).toMatch(/^[0-9a-f]{32}$/)
    expect(sent[1]?.input).toEqual({ text: '080' })
  })

  it('repeats a lost command with the same id until it is answered, also when the bridge throws', async () => {
    const { client, sent, waits } = scripted([LOST, new Error('connection reset'), LOST, DONE])
    expect(await client.call('sale.record', sale)).toMatchObject({ outcome: 'done' })
    expect(new Set(sent.map((one) => one.input['command_id']))).toHaveProperty('size', 1)
    expect(sent).toHaveLength(4)
    expect(waits).toEqual([50, 100, 200])
  })

  it('keeps the id when it gave up: the same sale again is the same command', async () => {
    const { client, sent } = scripted([...Array<Outcome>(RETRIES_MAX + 1).fill(LOST), DONE])
    expect(await client.call('sale.record', sale)).toMatchObject({ outcome: 'failed' })
    expect(await client.call('sale.record', sale)).toMatchObject({ outcome: 'done' })
    expect(new Set(sent.map((one) => one.input['command_id'])).size).toBe(1)
  })

  it('does not repeat what failed for good, but keeps its id', async () => {
    const { client, sent } = scripted([{ outcome: 'failed', message: 'bug', retry: false }, DONE])
    expect(await client.call('sale.record', sale)).toEqual({ outcome: 'failed', message: 'bug' })
    await client.call('sale.record', sale)
    expect(sent[0]?.input['command_id']).toBe(sent[1]?.input['command_id'])
  })

  it('gives two presses of Enter in a row one id, and the next same sale another', async () => {
    const { client, sent } = scripted([DONE])
    await Promise.all([client.call('sale.record', sale), client.call('sale.record', sale)])
    await client.call('sale.record', sale)
    const ids = sent.map((one) => one.input['command_id'])
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).not.toBe(ids[0])
  })

  it('keeps the id over a sign-out: the ledger may have booked the sale before it stopped', async () => {
    const { client, sent } = scripted([LOST, { outcome: 'refused', refusal: refusal('signed_out') }, DONE])
    await client.call('sale.record', sale)
    await client.call('sale.record', sale)
    expect(new Set(sent.map((one) => one.input['command_id'])).size).toBe(1)
  })

  it('takes a new id after a refusal, and the same one whoever approves', async () => {
    const used = refusal('receipt_used', { receipt: 'A', who: 'supervisor' })
    const { client, sent } = scripted([{ outcome: 'refused', refusal: used }, LOST, DONE])
    await client.call('sale.record', sale)
    const approver = { staff_id: '2'.repeat(32), pin: '123456' }
    await client.call('sale.record', { ...sale, approver })
    const ids = sent.map((one) => one.input['command_id'])
    expect(ids[1]).not.toBe(ids[0])
    expect(ids[2]).toBe(ids[1])
  })

  it('gives other content another id', async () => {
    const { client, sent } = scripted([{ outcome: 'failed', message: 'bug', retry: false }])
    await client.call('sale.record', sale)
    await client.call('sale.record', { ...sale, gross_kobo: 200 })
    expect(sent[0]?.input['command_id']).not.toBe(sent[1]?.input['command_id'])
  })

  it('says which session ended', async () => {
    const { client } = scripted([{ outcome: 'refused', refusal: refusal('signed_out') }])
    const ended: string[] = []
    client.onSignedOut((token) => ended.push(token))
    client.speakAs('cashier')
    const answer = await client.call('customer.search', { text: '080' })
    expect(answer).toMatchObject({ outcome: 'refused', refusal: { code: 'signed_out' } })
    expect(ended).toEqual(['cashier'])
  })
})
