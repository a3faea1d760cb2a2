import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { generateSigningKey, signerFromPkcs8 } from '../../electron/platform/node-signer.ts'
import { randomHex } from '../../electron/platform/random.ts'
import type { EventKind } from '../../shared/protocol/event.ts'
import { chainHash, commitment, genesisHash } from '../../shared/protocol/event.ts'
import type { EnrolReply, PushBatch, Signed, TokenReply, WireEvent } from '../../shared/sync/wire.ts'
import { codeFor, type HqApp, post, type Shop } from './hq-app.ts'

/** One event before it has a place. */
interface Draft {
  readonly kind: EventKind
  readonly customer: string
  readonly program?: string
  readonly payload: object
  readonly personal: { readonly salt: string; readonly json: string } | null
}

const PROGRAM = 'points'

/** An enrolled till that writes what it likes: its keys and its chain are right, and nothing else need be. */
export class ForgingTill {
  readonly #signer = signerFromPkcs8(generateSigningKey())
  device = randomHex(16)
  epoch = 1
  identityKey: Uint8Array = new Uint8Array()
  #tenant = ''
  token = ''
  #seq = 0
  readonly #events: WireEvent[] = []
  #hash: Uint8Array = new Uint8Array()

  #sign(text: string): string {
    return Buffer.from(this.#signer.sign(nodeDigest.sha256(nodeDigest.utf8(text)))).toString('base64')
  }

  #signed(body: object): Signed {
    const text = JSON.stringify(body)
    return { body: text, signature: this.#sign(text) }
  }

  async join(
    hq: Pick<HqApp, 'app' | 'now'>,
    code: string,
    alone?: { readonly tenant: string; readonly identity_key: string },
  ): Promise<void> {
    const now = hq.now()
    const body = {
      protocol: 1,
      code,
      device: this.device,
      epoch: 1,
      epochs: [],
      till_name: 'Till',
      app_version: '1',
      ...(alone ? { alone } : {}),
    }
    const public_key = nodeDigest.hex(this.#signer.publicKey)
    const asked = this.#signed({ ...body, public_key, clock: { wall: now, trusted: now } })
    const reply = (await post(hq, '/sync/v1/enrol', asked)).body as EnrolReply
    this.#tenant = reply.tenant.id
    this.identityKey = nodeDigest.fromHex(reply.identity_key)
    this.#hash = genesisHash(nodeDigest, this.#tenant, this.device, this.epoch)
    await this.refresh(hq)
  }

  /** Another token for the same key. */
  async refresh(hq: Pick<HqApp, 'app'>): Promise<void> {
    const { device, epoch } = this
    const given = await post(hq, '/sync/v1/challenge', { device, epoch })
    const { challenge } = given.body as { challenge: string }
    const signature = this.#sign(`kasuwa token 1\n${device}\n${epoch}\n${challenge}`)
    const token = await post(hq, '/sync/v1/token', { device, epoch, challenge, signature })
    this.token = (token.body as TokenReply).token
  }

  /** `personal`: the values beside it, or their text as it is signed for. */
  enrolled(customer: string, personal: object | string): Draft {
    const salt = randomHex(16)
    const json = typeof personal === 'string' ? personal : JSON.stringify(personal)
    const seal = commitment(nodeDigest, nodeDigest.fromHex(salt), json)
    const payload = { personal: seal, generation: 0, identity: 'phone', canon: 1, imported: false }
    return { kind: 'customer.enrolled', customer, payload, personal: { salt, json } }
  }

  earned(customer: string, points: number): Draft {
    const payload = {
      sale: null,
      points,
      base: points,
      multiplier_bp: 10_000,
      tier: 'base',
      rule: 'base',
      program_version: 1,
      expiry: Date.UTC(2030, 0, 1),
      month: '2026-11',
    }
    return { kind: 'points.earned', customer, program: PROGRAM, payload, personal: null }
  }

  sold(customer: string, sale: string, net: number): Draft {
    const rest = { currency: 'NGN', channel: 'pos', receipt: '', lines: [], imported: false }
    const payload = { sale, gross: net, net, ...rest, occurred_at: Date.UTC(2026, 10, 20, 8) }
    return { kind: 'sale.recorded', customer, payload, personal: null }
  }

  /** The text of an event at the next place of the chain. */
  textOf({ kind, customer, program, payload }: Draft, ahead = 0): string {
    return JSON.stringify({
      v: 1,
      tenant: this.#tenant,
      id: randomHex(16),
      device: this.device,
      epoch: this.epoch,
      seq: this.#seq + 1 + ahead,
      kind,
      pv: 1,
      command: randomHex(16),
      n: 0,
      actor: { staff: 'nobody' },
      customer,
      ...(program === undefined ? {} : { program }),
      hlc: '',
      wall: Date.UTC(2026, 10, 20, 8),
      trusted: Date.UTC(2026, 10, 20, 8),
      payload,
    })
  }

  push(hq: Pick<HqApp, 'app' | 'now'>, drafts: readonly Draft[]) {
    return this.#send(
      hq,
      drafts.map((draft, i) => ({ text: this.textOf(draft, i), personal: draft.personal })),
    )
  }

  /** One event whose bytes are this text. */
  pushText(hq: Pick<HqApp, 'app' | 'now'>, text: string) {
    return this.#send(hq, [{ text, personal: null }])
  }

  async #send(
    hq: Pick<HqApp, 'app' | 'now'>,
    all: readonly { readonly text: string; readonly personal: WireEvent['personal'] }[],
  ) {
    const prev = nodeDigest.hex(this.#hash)
    const from = this.#seq + 1
    const events = all.map(({ text, personal }, i): WireEvent => {
      const bytes = nodeDigest.utf8(text)
      this.#hash = chainHash(nodeDigest, this.#hash, bytes)
      const signature = Buffer.from(this.#signer.sign(this.#hash)).toString('base64')
      return { seq: from + i, bytes: Buffer.from(bytes).toString('base64'), signature, personal }
    })
    this.#seq += all.length
    this.#events.push(...events)
    await this.#batch(hq, { from_seq: from, prev_hash: prev, events })
  }

  /** Everything once more, to a head office that knows nothing of it; `waiting`: how much more it says it has. */
  async pushAgain(hq: Pick<HqApp, 'app' | 'now'>, waiting = 0) {
    const prev_hash = nodeDigest.hex(genesisHash(nodeDigest, this.#tenant, this.device, this.epoch))
    await this.#batch(hq, { from_seq: 1, prev_hash, events: this.#events, waiting })
  }

  async #batch(
    hq: Pick<HqApp, 'app' | 'now'>,
    part: Pick<PushBatch, 'from_seq' | 'prev_hash' | 'events'> & Partial<PushBatch>,
  ) {
    const now = hq.now()
    const body = {
      protocol: 1,
      tenant: this.#tenant,
      device: this.device,
      epoch: this.epoch,
      head_hash: nodeDigest.hex(this.#hash),
      settled: 0,
      clock: { wall: now, trusted: now },
      waiting: 0,
      oldest_waiting_at: null,
      app_version: '1',
      hq_epoch: 1,
      grants: [],
      receipts: [],
      signed_by: this.epoch,
      ...part,
    }
    const answer = await post(hq, '/sync/v1/push', this.#signed(body), this.token)
    // What was refused is not in the chain at head office: such a till is of no more use to a test.
    if (answer.status !== 200) throw new Error(answer.text)
  }
}

/** One that is enrolled with a shop. */
export async function joinedTill(hq: HqApp, shop: Shop): Promise<ForgingTill> {
  const till = new ForgingTill()
  await till.join(hq, await codeFor(hq, shop))
  return till
}
