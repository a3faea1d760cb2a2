import { z } from 'zod'
import { POINTS_MAX } from '../base/money.ts'

/**
 * What crosses between a till and head office. Each message is declared once, here: types, validation on both sides
 * and the hash that pins the protocol derive from it. Hashes, keys and ids are lower-case hex; event bytes, signatures
 * and challenges are base64. Times are ms since 1970.
 */
export const PROTOCOL_VERSION = 1

export const SYNC_LIMITS = {
  pushEventsMax: 200,
  /** Of the events' bytes together, before base64. */
  pushBytesMax: 256 * 1024,
  /** Of a whole request as it arrives. */
  requestBytesMax: 1024 * 1024,
  tokenLifeMs: 15 * 60_000,
  challengeLifeMs: 60_000,
  enrolCodeLifeMs: 10 * 60_000,
  /** A till that was not heard of for so long is an entry in the inbox. */
  silentTillMs: 30 * 86_400_000,
  /** How long a cashier waits at most for an account that is fetched. */
  fetchWaitMs: 1_500,
  /** In one request for points to be set aside. */
  leaseAsksMax: 50,
  heartbeatMs: 60_000,
  heartbeatMeteredMs: 15 * 60_000,
} as const

const Hex32 = z.string().regex(/^[0-9a-f]{32}$/)
const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const PublicKey = Hash
const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)
const Ms = z.int()
const Seq = z.int().min(0)
/** A till opens an epoch when it is enrolled or its key changes: far fewer in its life. */
const Epoch = z.int().min(1).max(1_000_000)

export const WirePlace = z.object({ epoch: Epoch, seq: Seq })

/** One event as it was written. `bytes` are never re-serialised; `personal` stands beside them and may be blanked. */
export const WireEvent = z.object({
  seq: z.int().min(1),
  bytes: Base64,
  signature: Base64,
  personal: z.object({ salt: Hex32, json: z.string() }).nullable(),
})
export type WireEvent = z.infer<typeof WireEvent>

/** Signed by head office after a durable commit: what it holds of a chain, and the value date of each event. */
export const Receipt = z.object({
  tenant: z.string(),
  device: Hex32,
  epoch: Epoch,
  from_seq: z.int().min(1),
  to_seq: Seq,
  head_hash: Hash,
  /** Effective time of each event from `from_seq` to `to_seq`. Empty for a heartbeat. */
  effective: z.array(Ms),
  hq_epoch: z.int(),
  at: Ms,
})
export type Receipt = z.infer<typeof Receipt>
/** `body` is the JSON of a Receipt exactly as it was signed. */
export const SignedReceipt = z.object({ body: z.string(), signature: Base64 })
export type SignedReceipt = z.infer<typeof SignedReceipt>

/** A batch of one (device, epoch), in order. Empty `events`: a heartbeat. */
export const PushBatch = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  tenant: z.string(),
  device: Hex32,
  epoch: Epoch,
  /** The first event's seq; of a heartbeat the next one that will come. */
  from_seq: z.int().min(1),
  /** Hash of the event before `from_seq`, or the genesis hash. */
  prev_hash: Hash,
  head_hash: Hash,
  events: z.array(WireEvent).max(SYNC_LIMITS.pushEventsMax),
  /** Nothing that is still to come from this till has a trusted time before this. */
  settled: Ms,
  clock: z.object({ wall: Ms, trusted: Ms }),
  /** Of the till, after this batch. */
  waiting: z.int().min(0),
  oldest_waiting_at: Ms.nullable(),
  app_version: z.string().max(40),
  /** The last incarnation of head office this till knows; 0: none. */
  hq_epoch: z.int().min(0),
  /** Grants this till holds, open in its own chain. */
  grants: z.array(Hex32).max(5_000),
  /** Receipts given before for events of this batch: head office was restored and takes their effective times. */
  receipts: z.array(SignedReceipt).max(SYNC_LIMITS.pushEventsMax),
  /** The epoch whose key signed this request: the newest one head office knows. */
  signed_by: Epoch,
})
export type PushBatch = z.infer<typeof PushBatch>

/** A request that carries its own proof: `signature` is of SHA-256(body). The same over the network and in a file. */
export const Signed = z.object({ body: z.string(), signature: Base64 })
export type Signed = z.infer<typeof Signed>

/** An event that has its place at head office and is not posted. */
export const HeldEvent = z.object({
  device: Hex32,
  epoch: Epoch,
  seq: z.int(),
  /** Null where the bytes cannot be read. */
  event: Hex32.nullable(),
  kind: z.string(),
  outcome: z.enum(['quarantined', 'withheld']),
  /** `unknown_kind`, `newer_version`, `unreadable`, `schema`, `place_differs`; `revoked`, `conflict`, `closed_generation`. */
  why: z.string(),
  /** What it would move, signed; null where that cannot be read. */
  points: z.int().nullable(),
})
export type HeldEvent = z.infer<typeof HeldEvent>

export const PushReply = z.object({
  acked: WirePlace,
  /** Of this batch. */
  held: z.array(HeldEvent),
  hq_time: Ms,
  hq_epoch: z.int(),
  /** The highest payload version every instance of head office reads; a till writes no higher. */
  payload_version_max: z.int(),
  receipt: SignedReceipt,
  /** Somebody at head office asked for this reconciliation report. */
  reconcile: Hex32.nullable(),
})
export type PushReply = z.infer<typeof PushReply>

/** RFC 9457, with a code of ours. `detail` says what happened, what is safe and what to do. */
export const PROBLEM_CODES = [
  'malformed', // 400
  'protocol_unknown', // 400
  'token_missing', // 401
  'token_stale', // 401
  'challenge_used', // 401: replayed, or too old
  'signature_wrong', // 401
  'unknown_device', // 401
  'code_wrong', // 403: unknown, used or too old enrolment code
  'wrong_tenant', // 403
  'device_revoked', // 403
  'epoch_unknown', // 403: restored or cloned; enrol again
  'epoch_closed', // 403
  'not_found', // 404
  'shape_refused', // 403: another table, column or tenant
  'gap', // 409, `expected`
  'fork', // 409, `at`
  'too_large', // 413
  'chain_broken', // 422, `at`
  'throttled', // 429
  'internal', // 500
  'unavailable', // 503
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  detail: z.string(),
  /** gap: the event head office wants next. */
  expected: WirePlace.optional(),
  /** fork, chain_broken: the first event that does not fit. */
  at: WirePlace.optional(),
  hq_epoch: z.int().optional(),
})
export type Problem = z.infer<typeof Problem>

/** An epoch that a till opened before head office knew it. */
export const OwnEpoch = z.object({
  tenant: z.string(),
  device: Hex32,
  epoch: Epoch,
  public_key: PublicKey,
  /** The last event that counts; 0: none. */
  last_seq: Seq,
  head_hash: Hash,
})
export type OwnEpoch = z.infer<typeof OwnEpoch>

/** `body` of the Signed of `POST /sync/v1/enrol`, signed by the new key: proof that the till has it. */
export const EnrolBody = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  /** As read out: letters and digits, blanks and dashes do not count. */
  code: z.string().max(40),
  device: Hex32,
  /** The epoch the till opens when head office has answered. */
  epoch: Epoch,
  public_key: PublicKey,
  /** Every epoch so far, oldest first: a till that worked alone brings its history. */
  epochs: z.array(OwnEpoch).max(1_000),
  /** Under what it made ids of customers while it worked alone; whoever tells of it can prove which ids it made. */
  alone: z.object({ tenant: z.string().max(100), identity_key: Hash }).optional(),
  till_name: z.string().max(60),
  app_version: z.string().max(40),
  clock: z.object({ wall: Ms, trusted: Ms }),
})
export type EnrolBody = z.infer<typeof EnrolBody>

export const EnrolReply = z.object({
  tenant: z.object({
    id: z.string(),
    name: z.string(),
    currency: z.string(),
    minor_digits: z.int(),
    time_zone: z.string(),
    phone_region: z.string(),
  }),
  /** Key of the customer ids of this tenant. */
  identity_key: Hash,
  store: z.object({ id: Hex32, name: z.string() }),
  till_name: z.string(),
  /** May differ from the one asked for: this machine is to be another till than its copy. */
  device: Hex32,
  epoch: Epoch,
  /** The key of the request this answers: a till takes no answer to another one. An older head office leaves it out. */
  public_key: PublicKey.optional(),
  hq_public_key: PublicKey,
  hq_epoch: z.int(),
  hq_time: Ms,
})
export type EnrolReply = z.infer<typeof EnrolReply>

export const ChallengeRequest = z.object({ device: Hex32, epoch: Epoch })
export const ChallengeReply = z.object({ challenge: Base64, hq_time: Ms })
/** `signature` is of SHA-256 of UTF-8 "kasuwa token 1\n" + device + "\n" + epoch + "\n" + challenge. */
export const TokenRequest = z.object({ device: Hex32, epoch: Epoch, challenge: Base64, signature: Base64 })
export const TokenReply = z.object({
  token: z.string(),
  expires_at: Ms,
  hq_time: Ms,
  hq_epoch: z.int(),
  /** A revoked till may still send what it has; it receives nothing. */
  may: z.enum(['all', 'push']),
})
export type TokenReply = z.infer<typeof TokenReply>

/** `body` of the Signed of `POST /sync/v1/rotate`, signed by the key that is to go; `proof`: the same body by the new one. */
export const RotateBody = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  device: Hex32,
  epoch: Epoch,
  next_epoch: Epoch,
  public_key: PublicKey,
  last_seq: Seq,
  head_hash: Hash,
})
export type RotateBody = z.infer<typeof RotateBody>
export const RotateRequest = Signed.extend({ proof: Base64 })
export type RotateRequest = z.infer<typeof RotateRequest>
/** The same request again gets the same answer. */
export const RotateReply = z.object({ epoch: Epoch, hq_time: Ms })

/** What a till asks to be set aside for it. `grant`: an id it made; asked again, it names the same points. */
export const LeaseAsk = z.object({
  grant: Hex32,
  customer: Hex32,
  program: z.string().min(1).max(100),
  points: z.int().min(1).max(POINTS_MAX),
  /** `sale`: a customer waits. `default`: for the next visit, without a network. */
  why: z.enum(['sale', 'default']),
})
export type LeaseAsk = z.infer<typeof LeaseAsk>

/** `POST /sync/v1/lease`, with the token of the till whose epoch will hold what is granted. */
export const LeaseRequest = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  asks: z.array(LeaseAsk).min(1).max(SYNC_LIMITS.leaseAsksMax),
})
export type LeaseRequest = z.infer<typeof LeaseRequest>

/** What head office signs: SHA-256 of the UTF-8 JSON. Worth something to this holder alone. */
export const GrantBody = z.object({
  kasuwa: z.literal('grant'),
  tenant: z.string(),
  grant: Hex32,
  /** "device/epoch". */
  holder: z.string().regex(/^[0-9a-f]{32}\/[1-9]\d{0,6}$/),
  customer: Hex32,
  program: z.string(),
  points: z.int().min(1).max(POINTS_MAX),
  /** Of what the lots lack when it is posted again on older books, ms. */
  expiry: Ms,
  hq_epoch: z.int(),
  at: Ms,
})
export type GrantBody = z.infer<typeof GrantBody>

/** Why nothing was set aside for an ask. The till goes on by its limits. */
export const LEASE_REFUSALS = [
  'nothing_left', // no open points, or no more than the share allows
  'denied', // on the deny list
  'held', // events of this account wait for a person
  'unknown_customer',
  'unknown_program',
  'closed', // this grant was made and has ended
  'limit', // this till holds as many as it may
  'recovering', // head office was put back from a backup, and not every till has reported yet
] as const
export const LeaseReply = z.object({
  grants: z.array(z.object({ body: z.string(), signature: Base64 })),
  refused: z.array(z.object({ grant: Hex32, code: z.enum(LEASE_REFUSALS) })),
  hq_time: Ms,
  hq_epoch: z.int(),
})
export type LeaseReply = z.infer<typeof LeaseReply>

/** One account as a till shows it, for the reconciliation report. */
export const AccountFigures = z.object({
  customer: Hex32,
  program: z.string(),
  version: z.int(),
  hq_epoch: z.int(),
  /** Own events beyond the row: such an account is compared when they are in. */
  pending: z.int(),
  open: z.int(),
  leased: z.int(),
  debt: z.int(),
  lifetime: z.int(),
})
export type AccountFigures = z.infer<typeof AccountFigures>

/** `POST /sync/v1/reconcile`: what a till holds, page by page; an empty page with `done` closes the report. */
export const ReconcileRequest = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  report: Hex32,
  as_of: Ms,
  /**
   * Of each epoch of this till: how many events, and where its chain ends. With the first page of a round; empty on the
   * others.
   */
  chains: z.array(
    z.object({ epoch: Epoch, events: z.int(), head_hash: Hash, points: z.int(), sales_kobo: z.int() }),
  ),
  accounts: z.array(AccountFigures).max(1_000),
  done: z.boolean(),
})
export type ReconcileRequest = z.infer<typeof ReconcileRequest>
export const ReconcileReply = z.object({
  compared: z.int(),
  differences: z.int(),
  /** Set with `done`. */
  result: z.enum(['open', 'equal', 'differs']),
})
