import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { signerFromPkcs8, verifySignature } from '../../electron/platform/node-signer.ts'
import { chainHash, decodeEnvelope, genesisHash } from '../../shared/protocol/event.ts'
import {
  EnrolBody,
  type EnrolReply,
  type GrantBody,
  type Problem,
  type ProblemCode,
  PushBatch,
  type PushReply,
  type Receipt,
  type Signed,
  type SignedReceipt,
} from '../../shared/sync/wire.ts'

const SEED = (byte: number): string =>
  Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]).toString(
    'base64',
  )

interface Chain {
  readonly key: string
  readonly hashes: string[]
  readonly effective: number[]
}

interface Arrived {
  readonly id: string
  readonly kind: string
  readonly epoch: number
  readonly seq: number
  readonly customer: string | undefined
  readonly payload: unknown
  readonly trusted: number
  readonly tenant: string
}

export const TENANT = '7e'.repeat(16)
const STORE = '5707e000'.repeat(4)
export const IDENTITY_KEY = 'ab'.repeat(32)

/** Head office as a till sees it, without a network and a database: takes pushes, checks chains, signs receipts. */
export class ScriptedHq {
  readonly signer = signerFromPkcs8(SEED(9))
  readonly chains = new Map<number, Chain>()
  readonly batches: PushBatch[] = []
  /** Every event that came and was not there, in the order of arrival. */
  readonly events: Arrived[] = []
  hqEpoch = 1
  now: () => number
  /** Why an event is held, by its id. */
  readonly held = new Map<string, string>()
  device = ''
  reconcile: string | null = null
  timeZone = 'Africa/Lagos'
  payloadVersionMax = 2

  constructor(now: () => number) {
    this.now = now
  }

  /** Takes a till in; asked again with the same key it says the same. */
  enrol(request: Signed, more: Partial<EnrolReply> = {}): EnrolReply {
    const body = EnrolBody.parse(JSON.parse(request.body))
    this.checkSignature(body.public_key, request)
    for (const own of body.epochs) {
      if (this.chains.has(own.epoch)) continue
      const genesis = genesisHash(nodeDigest, own.tenant, own.device, own.epoch)
      this.chains.set(own.epoch, { key: own.public_key, hashes: [nodeDigest.hex(genesis)], effective: [] })
    }
    this.device = more.device ?? body.device
    const known = [...this.chains].find(([, chain]) => chain.key === body.public_key)?.[0]
    const epoch = known ?? Math.max(body.epoch, ...[...this.chains.keys()].map((one) => one + 1))
    const genesis = genesisHash(nodeDigest, TENANT, this.device, epoch)
    if (known === undefined)
      this.chains.set(epoch, { key: body.public_key, hashes: [nodeDigest.hex(genesis)], effective: [] })
    return {
      tenant: {
        id: TENANT,
        name: 'Kasuwa Stores',
        currency: 'NGN',
        minor_digits: 2,
        time_zone: this.timeZone,
        phone_region: 'NG',
      },
      identity_key: IDENTITY_KEY,
      store: { id: STORE, name: 'Main street' },
      till_name: 'Till A',
      device: this.device,
      epoch,
      hq_public_key: nodeDigest.hex(this.signer.publicKey),
      hq_epoch: this.hqEpoch,
      hq_time: this.now(),
      ...more,
    }
  }

  /** One push as head office would answer it. */
  push(signed: Signed): { reply: PushReply } | { problem: Problem } {
    const batch = PushBatch.parse(JSON.parse(signed.body))
    const signing = this.chains.get(batch.signed_by)
    const chain = this.chains.get(batch.epoch)
    if (!signing || !chain) return { problem: problemOf('epoch_unknown') }
    this.checkSignature(signing.key, signed)
    this.batches.push(batch)
    const expected = chain.hashes.length
    if (batch.from_seq > expected)
      return { problem: problemOf('gap', { expected: { epoch: batch.epoch, seq: expected } }) }
    for (const event of batch.events) {
      const bytes = Buffer.from(event.bytes, 'base64')
      const prev = nodeDigest.fromHex(chain.hashes[event.seq - 1] ?? '')
      const hash = chainHash(nodeDigest, prev, bytes)
      const there = chain.hashes[event.seq]
      if (there !== undefined) {
        if (there === nodeDigest.hex(hash)) continue
        return { problem: problemOf('fork', { at: { epoch: batch.epoch, seq: event.seq } }) }
      }
      if (!verifySignature(nodeDigest.fromHex(chain.key), hash, Buffer.from(event.signature, 'base64')))
        return { problem: problemOf('chain_broken', { at: { epoch: batch.epoch, seq: event.seq } }) }
      chain.hashes.push(nodeDigest.hex(hash))
      const e = decodeEnvelope(nodeDigest, bytes)
      chain.effective.push(Math.min(e.trusted, this.now()))
      const { id, kind, epoch, seq, customer, payload, trusted, tenant } = e
      this.events.push({ id, kind, epoch, seq, customer, payload, trusted, tenant })
    }
    return { reply: this.reply(batch, chain) }
  }

  private reply(batch: PushBatch, chain: Chain): PushReply {
    const to = chain.hashes.length - 1
    const body: Receipt = {
      tenant: TENANT,
      device: this.device,
      epoch: batch.epoch,
      from_seq: batch.from_seq,
      to_seq: batch.events.length === 0 ? batch.from_seq - 1 : to,
      head_hash: chain.hashes[batch.events.length === 0 ? batch.from_seq - 1 : to] ?? '',
      effective: batch.events.length === 0 ? [] : chain.effective.slice(batch.from_seq - 1, to),
      hq_epoch: this.hqEpoch,
      at: this.now(),
    }
    const held = this.events
      .filter((e) => e.epoch === batch.epoch && e.seq >= batch.from_seq && this.held.has(e.id))
      .map((e) => ({
        device: this.device,
        epoch: e.epoch,
        seq: e.seq,
        event: e.id,
        kind: e.kind,
        outcome: 'quarantined' as const,
        why: this.held.get(e.id) ?? '',
        points: null,
      }))
    return {
      acked: { epoch: batch.epoch, seq: to },
      held,
      hq_time: this.now(),
      hq_epoch: this.hqEpoch,
      payload_version_max: this.payloadVersionMax,
      receipt: this.sign(body),
      reconcile: this.reconcile,
    }
  }

  sign(receipt: Receipt): SignedReceipt {
    return this.signText(JSON.stringify(receipt))
  }

  /** Points set aside for the till as it stands in `epoch`, as head office signs them. */
  grant(ask: Pick<GrantBody, 'grant' | 'customer' | 'points'>, more: Partial<GrantBody> = {}): SignedReceipt {
    const { grant, customer, points } = ask
    const epoch = Math.max(...this.chains.keys())
    const body: GrantBody = {
      kasuwa: 'grant',
      tenant: TENANT,
      grant,
      holder: `${this.device}/${epoch}`,
      customer,
      program: 'default',
      points,
      expiry: this.now() + 365 * 86_400_000,
      hq_epoch: this.hqEpoch,
      at: this.now(),
      ...more,
    }
    return this.signText(JSON.stringify(body))
  }

  private signText(body: string): SignedReceipt {
    const signature = this.signer.sign(nodeDigest.sha256(nodeDigest.utf8(body)))
    return { body, signature: Buffer.from(signature).toString('base64') }
  }

  /** Goes back to what it held after so many events of an epoch: a restore from an older backup. */
  restore(epoch: number, events: number): void {
    const chain = this.chains.get(epoch)
    chain?.hashes.splice(events + 1)
    chain?.effective.splice(events)
    this.hqEpoch += 1
  }

  private checkSignature(key: string, signed: Signed): void {
    const hash = nodeDigest.sha256(nodeDigest.utf8(signed.body))
    if (!verifySignature(nodeDigest.fromHex(key), hash, Buffer.from(signed.signature, 'base64')))
      throw new Error('a request is not signed by the key it names')
  }
}

export function problemOf(code: ProblemCode, more: Partial<Problem> = {}): Problem {
  return { type: `about:${code}`, title: code, status: 400, code, detail: `Scripted: ${code}.`, ...more }
}
