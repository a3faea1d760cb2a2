import { createPrivateKey, sign } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Database } from '../../electron/ledger/database.ts'
import type { Platform } from '../../electron/ledger/ledger.ts'
import type { Secrets } from '../../electron/ledger/messages.ts'
import { type OpenTill, openTill, type SecretStore } from '../../electron/ledger/open.ts'
import type { Till } from '../../electron/ledger/till.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { signerFromPkcs8, verifySignature } from '../../electron/platform/node-signer.ts'
import type { ClockReading } from '../../shared/base/ports.ts'
import type { Refusal, RefusalCode } from '../../shared/base/refusal.ts'
import { ROLES, type Role } from '../../shared/base/roles.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import type { Reply } from '../../shared/ipc/message.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** When the tests' till was set up: a Tuesday, 10:00 in Lagos, ten days after the release was built. */
export const START_MS = Date.parse('2026-12-01T09:00:00Z')

/** A machine's clocks, turned by hand. */
export class FakeClock {
  wallMs: number
  monotonicMs = 5_000
  boot = 1
  constructor(wallMs: number) {
    this.wallMs = wallMs
  }
  read(): ClockReading {
    return { wallMs: this.wallMs, monotonicMs: this.monotonicMs, bootId: `boot-${this.boot}` }
  }
  /** Time passes, and both clocks see it. */
  pass(ms: number): void {
    this.wallMs += ms
    this.monotonicMs += ms
  }
  /** Somebody, or a dead battery, moves the wall clock alone. */
  setWall(wallMs: number): void {
    this.wallMs = wallMs
  }
  /** The machine starts anew; the monotonic clock begins at nothing. */
  reboot(): void {
    this.boot += 1
    this.monotonicMs = 0
  }
}

/** The same bytes in every run (mulberry32): a failing test replays exactly. */
export function seededBytes(seed: number): (length: number) => Uint8Array {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  return (length) => Uint8Array.from({ length }, () => next() & 0xff)
}

/** PKCS8 of Ed25519 (RFC 8410) without its last 32 bytes, the seed. */
const PKCS8_PREFIX = '302e020100300506032b657004220420'

export function fakePlatform(clock: FakeClock, seed = 1): Platform {
  const bytes = seededBytes(seed)
  return {
    digest: nodeDigest,
    clock,
    random: { bytes },
    signer: signerFromPkcs8,
    newSigningKey: () =>
      Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), Buffer.from(bytes(32))]).toString('base64'),
    verify: verifySignature,
  }
}

/** Signs as the till would: for tests that forge events. */
export const signWith = (secrets: Secrets, message: Uint8Array): Uint8Array =>
  new Uint8Array(
    sign(
      null,
      message,
      createPrivateKey({ key: Buffer.from(secrets.signing_key, 'base64'), format: 'der', type: 'pkcs8' }),
    ),
  )

interface MemoryKeys extends SecretStore {
  secrets: Secrets | null
}

export function memoryKeys(secrets: Secrets | null = null): MemoryKeys {
  const store: MemoryKeys = {
    kind: 'file',
    secrets,
    load: async () => store.secrets,
    save: async (given) => {
      store.secrets = given
    },
  }
  return store
}

/** One person of each role, each with a PIN of their own. */
export const PINS: Readonly<Record<Role, string>> = {
  cashier: '2580',
  supervisor: '7391',
  manager: '482915',
  admin: '736194',
}
const NAMES: Readonly<Record<Role, string>> = {
  cashier: 'Amina',
  supervisor: 'Bola',
  manager: 'Chidi',
  admin: 'Dayo',
}

interface Person {
  readonly id: string
  readonly name: string
  readonly pin: string
  /** The token of a session that was opened at set-up. */
  readonly token: string
}
type Staffing = Readonly<Record<Role, Person>>

const rootDirs: string[] = []
const tills: TestTill[] = []

/** A directory that is removed when the tests of the file are over (`removeTempDirs` in afterAll). */
export function tempDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-test-'))
  rootDirs.push(dir)
  return dir
}

/** Closes every till and removes every directory that the tests of a file made. */
export function removeTempDirs(): void {
  for (const till of tills.splice(0)) till.close()
  for (const dir of rootDirs.splice(0)) rmSync(dir, { recursive: true, force: true })
}

let commands = 0
/** A new command id, as a screen would make one; the same ones in every run. */
export function commandId(): string {
  commands += 1
  return commands.toString(16).padStart(32, '0')
}

class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal
  constructor(method: string, refusal: Refusal) {
    super(`${method} was refused: ${refusal.code}: ${refusal.sentence}`)
    this.refusal = refusal
  }
}

type WithoutId<M extends MethodName> = Omit<Input<M>, 'command_id'> & { readonly command_id?: string }

/** A till in this process with clocks that the test turns, and a person of each role signed in. */
export class TestTill {
  readonly dir: string
  readonly clock: FakeClock
  readonly keys: MemoryKeys
  readonly platform: Platform
  readonly people: Staffing
  private opened: OpenTill

  constructor(
    dir: string,
    clock: FakeClock,
    keys: MemoryKeys,
    platform: Platform,
    people: Staffing,
    opened: OpenTill,
  ) {
    this.dir = dir
    this.clock = clock
    this.keys = keys
    this.platform = platform
    this.people = people
    this.opened = opened
    tills.push(this)
  }

  get open(): OpenTill {
    return this.opened
  }
  get till(): Till {
    const till = this.opened.till()
    if (!till) throw new Error('this till has no store')
    return till
  }
  get db(): Database {
    return this.till.ledger.db
  }
  get file(): string {
    return path.join(this.dir, 'till.db')
  }

  close(): void {
    this.opened.close()
  }

  /** The process ends and a new one opens the same file. */
  async restart(): Promise<void> {
    this.opened.close()
    this.opened = await openOrThrow(this.dir, this.keys, this.platform)
  }

  /** Opens the file again after it was closed and something was done to it. */
  async reopen(): Promise<void> {
    this.opened = await openOrThrow(this.dir, this.keys, this.platform)
  }

  ask<M extends MethodName>(
    who: Role | { token: string } | null,
    method: M,
    input: Input<M>,
  ): Promise<Reply> {
    const session = who === null ? '' : typeof who === 'string' ? this.people[who].token : who.token
    return this.opened.call({ id: 1, method, session, input })
  }

  /** The answer, or an error that says why not. A command gets an id when none is given. */
  async done<M extends MethodName>(
    who: Role | { token: string } | null,
    method: M,
    input: WithoutId<M>,
  ): Promise<Output<M>> {
    const reply = await this.ask(who, method, { command_id: commandId(), ...input } as unknown as Input<M>)
    if (reply.outcome === 'done') return reply.value as Output<M>
    if (reply.outcome === 'refused') throw new RefusedError(method, reply.refusal)
    throw new Error(`${method} failed: ${reply.message}`)
  }

  /** The refusal, or an error that it was done. Nothing may have been written. */
  async refused<M extends MethodName>(
    who: Role | { token: string } | null,
    method: M,
    input: WithoutId<M>,
  ): Promise<Refusal> {
    const before = this.opened.till()?.ledger.writer.head().place
    const reply = await this.ask(who, method, { command_id: commandId(), ...input } as unknown as Input<M>)
    if (reply.outcome !== 'refused') throw new Error(`${method} was not refused: ${JSON.stringify(reply)}`)
    const after = this.opened.till()?.ledger.writer.head().place
    if (after !== before) throw new Error(`${method} was refused (${reply.refusal.code}) and wrote events`)
    return reply.refusal
  }

  async code<M extends MethodName>(
    who: Role | { token: string } | null,
    method: M,
    input: WithoutId<M>,
  ): Promise<RefusalCode> {
    return (await this.refused(who, method, input)).code
  }

  async enrol(phone: string, more: Partial<Input<'customer.enrol'>> = {}): Promise<string> {
    const done = await this.done('cashier', 'customer.enrol', { ...NEW_CUSTOMER, phone, ...more })
    return done.customer_id
  }

  /** A sale of so many naira. */
  sell(
    customer: string | null,
    naira: number,
    more: Partial<Input<'sale.record'>> & { by?: Role } = {},
  ): Promise<Output<'sale.record'>> {
    const { by = 'cashier', ...rest } = more
    return this.done(by, 'sale.record', saleOf(customer, naira, rest))
  }

  async balance(customer: string): Promise<number> {
    return (await this.card(customer)).account.available
  }
  card(customer: string): Promise<Output<'customer.card'>> {
    return this.done('cashier', 'customer.card', { customer_id: customer })
  }

  approver(role: Role): { staff_id: string; pin: string } {
    const { id, pin } = this.people[role]
    return { staff_id: id, pin }
  }

  /** Signs a person in anew, with the PIN of their role. */
  async signIn(role: Role): Promise<{ token: string }> {
    const { id, pin } = this.people[role]
    return this.done(null, 'session.sign_in', { staff_id: id, pin })
  }

  /** What `verify` finds; throws when it could not run at all. */
  async verify() {
    const result = await this.opened.verify()
    if (!result.ok) throw new RefusedError('verify', result.refusal)
    return result.value
  }

  async rebuild(): Promise<{ events: number; projections_hash: string }> {
    const result = await this.opened.admin('rebuild', {})
    if (!result.ok) throw new RefusedError('rebuild', result.refusal)
    return result.value
  }
}

export const NEW_CUSTOMER: WithoutId<'customer.enrol'> = {
  phone: '',
  email: '',
  card: '',
  name: '',
  birth: '',
  consent: { marketing: 'not_asked', wording: '' },
}

export function saleOf(
  customer: string | null,
  naira: number,
  more: Partial<Input<'sale.record'>> = {},
): WithoutId<'sale.record'> {
  return {
    customer_id: customer,
    gross_kobo: Math.round(naira * 100),
    redeem: null,
    receipt: '',
    channel: 'pos',
    approver: null,
    ...more,
  }
}

export const points = (n: number): { unit: 'points'; points: number } => ({ unit: 'points', points: n })

async function openOrThrow(dir: string, keys: SecretStore, platform: Platform): Promise<OpenTill> {
  const opened = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
  if (!opened.ok) throw new RefusedError('open', opened.refusal)
  return opened.value
}

interface Template {
  readonly dir: string
  readonly secrets: Secrets
  readonly people: Staffing
  readonly phrase: string
}
let template: Promise<Template> | null = null

/** Sets up a store once; every test takes a copy, because hashing PINs is slow on purpose. */
async function makeTemplate(): Promise<Template> {
  const dir = tempDir()
  const clock = new FakeClock(START_MS)
  const keys = memoryKeys()
  const platform = fakePlatform(clock)
  const opened = await openOrThrow(dir, keys, platform)
  const setUp = await opened.setUp({
    command_id: commandId(),
    store_name: 'Kasuwa Test',
    till_name: 'Till 1',
    admin_name: NAMES.admin,
    pin: PINS.admin,
    date_confirmed: '2026-12-01',
    demo: false,
  })
  if (!setUp.ok) throw new RefusedError('set-up', setUp.refusal)
  const ids: Record<Role, string> = { admin: setUp.value.admin_id, manager: '', supervisor: '', cashier: '' }
  const call = async <M extends MethodName>(
    method: M,
    session: string,
    input: Input<M>,
  ): Promise<Output<M>> => {
    const reply = await opened.call({ id: 1, method, session, input })
    if (reply.outcome !== 'done') throw new Error(`${method}: ${JSON.stringify(reply)}`)
    return reply.value as Output<M>
  }
  const first = await call('session.sign_in', '', { staff_id: ids.admin, pin: PINS.admin })
  for (const role of ['manager', 'supervisor', 'cashier'] as const) {
    const input = { command_id: commandId(), name: NAMES[role], role, pin: PINS[role] }
    ids[role] = (await call('staff.add', first.token, input)).staff_id
  }
  const people: Partial<Record<Role, Person>> = {}
  for (const role of ROLES) {
    const session = await call('session.sign_in', '', { staff_id: ids[role], pin: PINS[role] })
    people[role] = { id: ids[role], name: NAMES[role], pin: PINS[role], token: session.token }
  }
  opened.close()
  if (!keys.secrets) throw new Error('set-up kept no secrets')
  return { dir, secrets: keys.secrets, people: people as Staffing, phrase: setUp.value.recovery_phrase }
}

/** The words that open every till of this file on another computer. */
export async function templatePhrase(): Promise<string> {
  template ??= makeTemplate()
  return (await template).phrase
}

/** Lives a life once; every call gives an open till of its own on a copy of where that ended. */
export function copies(live: () => Promise<TestTill>): () => Promise<TestTill> {
  let original: Promise<TestTill> | null = null
  let count = 0
  return async () => {
    original ??= live().then((till) => {
      till.close()
      return till
    })
    const from = await original
    const dir = path.join(tempDir(), 'till')
    cpSync(from.dir, dir, { recursive: true })
    const clock = new FakeClock(from.clock.wallMs)
    clock.monotonicMs = from.clock.monotonicMs
    count += 1
    const platform = fakePlatform(clock, 1_000 + count)
    const keys = memoryKeys(from.keys.secrets)
    return new TestTill(dir, clock, keys, platform, from.people, await openOrThrow(dir, keys, platform))
  }
}

/** A till with its store and staff at START_MS, the same in every test. */
export async function newTill(seed = 7): Promise<TestTill> {
  template ??= makeTemplate()
  const from = await template
  if (!existsSync(from.dir)) {
    // The directories of an earlier group of tests were removed.
    template = makeTemplate()
    return newTill(seed)
  }
  const dir = path.join(tempDir(), 'till')
  cpSync(from.dir, dir, { recursive: true })
  const clock = new FakeClock(START_MS)
  const platform = fakePlatform(clock, seed)
  const keys = memoryKeys(from.secrets)
  return new TestTill(dir, clock, keys, platform, from.people, await openOrThrow(dir, keys, platform))
}
