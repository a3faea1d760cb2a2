import fc from 'fast-check'
import type { Replica } from '../../electron/ledger/replica/replica.ts'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import type { Account, Line } from '../../shared/domain/account.ts'
import { changeLine, joinLine, linesFor } from '../../shared/domain/line.ts'
import { emptyAccount, post } from '../../shared/domain/post.ts'
import { postingOf } from '../../shared/domain/posting-of.ts'
import { decodeEnvelope, type Envelope } from '../../shared/protocol/event.ts'
import { ReferenceHq } from './reference-hq.ts'
import { deliver, deliverAll, replicaOf } from './replica-till.ts'
import { DAY, points, saleOf, type TestTill } from './till.ts'

const PHONES = ['08030000001', '08030000002', '08030000003', '08030000004'] as const
/** Head office knows them, no till here enrolled them. */
const STRANGERS = ['a1'.repeat(16), 'b2'.repeat(16)] as const

type Step =
  | {
      readonly do: 'enrol' | 'void' | 'adjust' | 'rename' | 'elsewhere' | 'hide' | 'show'
      readonly who: number
    }
  | { readonly do: 'sell'; readonly who: number; readonly naira: number; readonly redeem: boolean }
  | { readonly do: 'take' | 'deliver'; readonly count: number; readonly shape: 'account' | 'customer' }
  | { readonly do: 'reset'; readonly shape: 'account' | 'customer' }
  | { readonly do: 'merge'; readonly who: number; readonly into: number }
  | { readonly do: 'restart' | 'rebuild' | 'wait' }

const who = fc.nat(PHONES.length + STRANGERS.length - 1)
const shape = fc.constantFrom('account' as const, 'customer' as const)
/** What may happen between a till and head office. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      who,
      naira: fc.integer({ min: 10_000, max: 60_000 }),
      redeem: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('void' as const, 'adjust' as const, 'rename' as const), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('elsewhere' as const, 'hide' as const, 'show' as const),
      who,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('take' as const, 'deliver' as const),
      count: fc.integer({ min: 1, max: 6 }),
      shape,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), shape }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), who, into: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'rebuild' as const, 'wait' as const) }),
  },
)

/** A till, head office, and what the one was told by the other. */
export class World {
  readonly hq = new ReferenceHq()
  readonly ids: string[] = []
  readonly sales: { readonly id: string; readonly who: number }[] = []
  readonly till: TestTill
  replica: Replica
  constructor(till: TestTill) {
    this.till = till
    this.replica = replicaOf(till)
  }

  async begin(): Promise<void> {
    for (const phone of PHONES)
      this.ids.push(await this.till.enrol(phone, { name: `Ada ${phone.slice(-1)}` }))
    for (const [i, id] of STRANGERS.entries()) {
      this.hq.knows(
        id,
        { name: `Bisi ${i}`, phone: `+23480399900${i}1`, joined: this.till.clock.wallMs },
        300,
      )
      this.ids.push(id)
    }
    await deliverAll(this.replica, this.hq)
  }

  /** One step. What the till refuses was not done, that is all. */
  async run(one: Step): Promise<void> {
    const { till, hq } = this
    const idOf = (n: number): string => this.ids[n] ?? ''
    switch (one.do) {
      case 'sell': {
        const redeem = one.redeem ? points(100) : null
        const reply = await till.ask('cashier', 'sale.record', {
          ...saleOf(idOf(one.who), one.naira, { redeem }),
          command_id: (this.sales.length + 7_000_000).toString(16).padStart(32, '0'),
        })
        if (reply.outcome === 'done')
          this.sales.push({ id: (reply.value as { sale_id: string }).sale_id, who: one.who })
        return
      }
      case 'void': {
        const sale = this.sales.findLast((made) => made.who === one.who)
        if (sale) {
          const { id } = sale
          const input = { sale_id: id, reason: 'wrong', approver: null }
          await till.ask('manager', 'sale.void', { ...input, command_id: `f${id.slice(1)}` })
        }
        return
      }
      case 'adjust':
        await till.ask('admin', 'points.adjust', {
          command_id: nodeDigest
            .hex(nodeDigest.sha256(nodeDigest.utf8(`${till.clock.wallMs} ${one.who}`)))
            .slice(0, 32),
          customer_id: idOf(one.who),
          points: 25,
          reason: 'kind',
          approver: null,
        })
        return
      case 'rename':
        await till.ask('cashier', 'customer.update', {
          command_id: nodeDigest
            .hex(nodeDigest.sha256(nodeDigest.utf8(`name ${till.clock.wallMs} ${one.who}`)))
            .slice(0, 32),
          customer_id: idOf(one.who),
          name: `Chi ${one.who}`,
          clear: [],
        })
        return
      case 'elsewhere': {
        const effective = till.clock.wallMs
        const earn = {
          kind: 'earn',
          effective,
          points: 40,
          expiry: effective + 90 * DAY,
          rule: 'base',
        } as const
        if (hq.accounts.has(hq.root(idOf(one.who))))
          hq.elsewhere(idOf(one.who), { ...earn, sale: null, month: '2026-12' })
        return
      }
      case 'hide':
      case 'show':
        return hq.hide(idOf(one.who), one.do === 'hide')
      case 'take':
        return hq.take(till.db, one.count)
      case 'deliver':
        await deliver(this.replica, hq, one.shape, one.count)
        return
      case 'reset':
        this.replica.shapeReset({ shape: one.shape, handle: null })
        return
      case 'merge': {
        const [from, into] = [idOf(one.who), idOf(one.into)]
        if (hq.customers.has(hq.root(from)) && hq.customers.has(hq.root(into))) hq.merge(from, into)
        return
      }
      case 'restart':
        await till.restart()
        this.replica = replicaOf(till)
        return
      case 'rebuild':
        await till.rebuild()
        return
      case 'wait':
        till.clock.pass(DAY)
    }
  }

  /** Row and own later events, computed anew from what is in the file. */
  expected(id: string): Account {
    const { db } = this.till
    const root = this.replica.rootOf(id)
    const row = db
      .prepare<[string], { state: string; lines: string; applied: string; gone: number }>(
        'SELECT state, lines, applied, gone FROM replica_account WHERE customer = ?',
      )
      .get(root)
    const live = row && row.gone === 0
    let account = live ? (JSON.parse(row.state) as Account) : emptyAccount()
    let lines: Line[] = live ? (JSON.parse(row.lines) as Line[]) : []
    const voided = new Set<string>()
    for (const e of this.ownEvents()) {
      if (e.customer === undefined || this.replica.rootOf(e.customer) !== root) continue
      const before = live || row ? row.applied : this.appliedOfLeft(e.customer)
      if (e.seq <= ((JSON.parse(before ?? '{}') as Record<string, number>)[`${e.device}/${e.epoch}`] ?? 0))
        continue
      const posting = postingOf({
        id: e.id,
        kind: e.kind,
        payload: e.payload,
        effective: e.trusted,
        holder: '',
      })
      if (!posting) continue
      const find = (event: string) => lines.find((line) => line.event === event)
      const context = {
        lines: linesFor(posting, find),
        settledUntil: live ? 0 : e.trusted,
        saleReversed: false,
      }
      const posted = post(account, posting, context)
      account = posted.account
      for (const line of posted.added) {
        const standing = find(line.event)
        lines = standing
          ? lines.map((other) => (other === standing ? joinLine(standing, line) : other))
          : [...lines, line]
      }
      for (const change of posted.changed)
        lines = lines.map((line) => (line.event === change.event ? changeLine(line, change) : line))
      if ('sale' in posting && posting.kind === 'reverse' && posting.sale) voided.add(posting.sale)
    }
    return account
  }
  appliedOfLeft(id: string): string | undefined {
    return this.till.db
      .prepare<[string], string>('SELECT applied FROM replica_account WHERE customer = ? AND gone = 1')
      .pluck()
      .get(id)
  }
  ownEvents(): Envelope[] {
    return this.till.db
      .prepare<[], Uint8Array>('SELECT bytes FROM event ORDER BY place')
      .pluck()
      .all()
      .map((bytes) => decodeEnvelope(nodeDigest, bytes))
  }
}
