import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { chance } from '../../electron/demo/chance.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import { type OpenHq, openHq } from '../../hq/cli/open.ts'
import { verifyTenant } from '../../hq/services/verify.ts'
import type { Account } from '../../shared/domain/account.ts'
import { open as openPoints } from '../../shared/domain/post.ts'
import { eventId } from '../../shared/protocol/event.ts'
import { type HostProcess, startProgram } from './host-process.ts'
import { codeFor, openShop, type Shop } from './hq-app.ts'
import { CLEAR, type LossyProxy, lossyProxy } from './lossy-proxy.ts'
import { TownTill } from './town-till.ts'

/**
 * Head office and tills as processes, and a network between them that loses things: every till knows head office by
 * the address of the network alone.
 */
export interface Town {
  readonly tills: readonly TownTill[]
  readonly network: LossyProxy
  readonly shop: Shop
  /** Head office's database, beside its process. */
  readonly hq: OpenHq
  /** A new till, set up and alone. */
  addTill(): Promise<TownTill>
  /** With a code, as the command line does. */
  enrol(till: TownTill): Promise<void>
  openOffice(): Promise<void>
  /** kill -9; its database goes on. */
  strikeOffice(): Promise<void>
  /** Events of tills that head office has posted. */
  posted(): Promise<number>
  /** Waits until nothing waits and every till shows what head office has; then holds all of it to account. */
  reconcile(): Promise<void>
  close(): Promise<void>
}

const PINS = ['730264', '481927', '590318'] as const
/** A list that failed often in bad weather is asked for again after a minute at the latest. */
const SETTLE_MS = 90_000

export async function openTown(databaseUrl: string, seed: number): Promise<Town> {
  const work = mkdtempSync(path.join(tmpdir(), 'kasuwa-town-'))
  chmodSync(work, 0o755)
  const dir = path.join(work, 'hq')
  mkdirSync(dir)
  const hq = await openHqOn(databaseUrl, dir)
  const shop = await openShop(hq)
  const network = await lossyProxy(chance(seed, 9).next)
  const tills: TownTill[] = []
  let office: HostProcess | null = null
  const town: Town = {
    tills,
    network,
    shop,
    hq,
    async addTill() {
      const name = `Till ${tills.length + 1}`
      const till = new TownTill(path.join(work, `till-${tills.length + 1}`), name, PINS[tills.length] ?? '')
      tills.push(till)
      await till.start()
      return till
    },
    async enrol(till) {
      const url = `http://127.0.0.1:${network.port}`
      const code = await codeFor(hq, shop)
      const enrolled = await till.admin('enrol', { url, code, wait: true })
      if (enrolled === null) throw new Error(`${till.name} was not enrolled`)
    },
    async openOffice() {
      const log = path.join(work, 'hq.log')
      office = await startProgram(['hq/cli/main.ts', 'serve', '--data', dir, '--port', '0', '--log', log], {
        ...process.env,
        DATABASE_URL: databaseUrl,
      })
      network.leadTo(Number(new URL(office.address).port))
    },
    async strikeOffice() {
      const struck = office
      office = null
      if (!struck) return
      const gone = new Promise((resolve) => struck.child.once('exit', resolve))
      if (struck.child.kill('SIGKILL')) await gone
    },
    posted: () => postedAt(hq, shop.tenant),
    async reconcile() {
      network.change(CLEAR)
      for (const till of tills) await until(() => till.ask('hq.send_now', {}))
      await until(() => settled(town))
      await holdToAccount(town)
    },
    async close() {
      for (const till of tills) await till.stop()
      await office?.stop()
      await network.close()
      await hq.close()
      rmSync(work, { recursive: true, force: true, maxRetries: 10 })
    },
  }
  return town
}

async function openHqOn(databaseUrl: string, dir: string): Promise<OpenHq> {
  const before = process.env['DATABASE_URL']
  process.env['DATABASE_URL'] = databaseUrl
  try {
    const opened = await openHq({ dir, use: 'command' })
    if (!opened.ok) throw new Error(opened.refusal)
    return opened.value
  } finally {
    if (before === undefined) delete process.env['DATABASE_URL']
    else process.env['DATABASE_URL'] = before
  }
}

/** Tries again until it does not throw; then throws what it threw last. */
export async function until<T>(what: () => Promise<T>, limitMs = SETTLE_MS): Promise<T> {
  const from = performance.now()
  for (;;) {
    try {
      return await what()
    } catch (error) {
      if (performance.now() - from > limitMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

const TILLS = `(SELECT id FROM hq.device WHERE kind = 'till')`

async function postedAt(hq: OpenHq, tenant: string): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM hq.event WHERE outcome = 'posted' AND device IN ${TILLS}`
  const [row] = await hq.db.tenant(tenant, (tx) => tx.query<{ count: number }>(sql))
  return row?.count ?? 0
}

function same(what: string, left: unknown, right: unknown): void {
  if (isDeepStrictEqual(left, right)) return
  throw new Error(`${what}: ${JSON.stringify(left)} is not ${JSON.stringify(right)}`)
}

/** Nothing waits anywhere, and both tills show of every customer what head office has. */
async function settled({ tills, hq, shop }: Town): Promise<void> {
  for (const till of tills) {
    const { waiting, sync } = await till.health()
    same(`${till.name} says ${sync.sentence}`, [waiting, sync.doing], [0, 'up_to_date'])
  }
  const accounts = await hq.db.tenant(shop.tenant, (tx) =>
    tx.query<{ customer: string; state: Account }>(
      `SELECT a.customer, a.state FROM hq.account a
       WHERE NOT EXISTS (SELECT 1 FROM hq.alias l WHERE l.id = a.customer) ORDER BY customer`,
    ),
  )
  await Promise.all(
    tills.map(async (till) => {
      for (const { customer, state } of accounts) {
        const { account } = await till.ask('customer.card', { customer_id: customer })
        const shown = `${till.name} shows of ${customer}`
        same(shown, account.available, openPoints(state, account.as_of))
      }
    }),
  )
}

interface Arrived {
  readonly device: string
  readonly place: string
  readonly id: string
  readonly outcome: string
}

/** Every event of every till is at head office in its place, every command that was answered once; all books verify. */
async function holdToAccount({ tills, hq, shop }: Town): Promise<void> {
  const arrived = await hq.db.tenant(shop.tenant, (tx) =>
    tx.query<Arrived>(
      `SELECT device, epoch || ':' || seq || ':' || id AS place, id, outcome FROM hq.event
       WHERE device IN ${TILLS} ORDER BY device, epoch, seq`,
    ),
  )
  const counted = new Map<string, number>()
  for (const { id, outcome } of arrived)
    counted.set(id, (counted.get(id) ?? 0) + (outcome === 'posted' ? 1 : 0))
  same(
    'not posted exactly once',
    [...counted].filter(([, times]) => times !== 1),
    [],
  )
  for (const till of tills) {
    const device = await till.look((opened) => opened.till()?.ledger.ids.device)
    const here = arrived.filter((event) => event.device === device).map(({ place }) => place)
    same(`the events of ${till.name}`, here, await till.events())
    const missing = [...till.acknowledged].filter((command) => !counted.has(eventId(nodeDigest, command, 0)))
    same(`what ${till.name} answered and head office lacks`, missing, [])
    const checked = await till.look((opened) => opened.verify())
    if (!checked.ok) throw new Error(checked.refusal.sentence)
    same(`verify of ${till.name}`, checked.value.findings, [])
  }
  same('verify of head office', (await verifyTenant(hq.parts, shop.tenant)).findings, [])
}
