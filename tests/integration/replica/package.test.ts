import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Replica } from '../../../electron/ledger/replica/replica.ts'
import { signerFromPkcs8 } from '../../../electron/platform/node-signer.ts'
import { FILE_NUMBERS } from '../../../shared/sync/files.ts'
import { ReferenceHq } from '../../support/reference-hq.ts'
import { deliver, deliverAll, replicaOf } from '../../support/replica-till.ts'
import { newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

afterAll(removeTempDirs)

const ID = (n: number): string => `c${n.toString(16).padStart(31, '0')}`
const EARN = {
  kind: 'earn',
  effective: 5,
  points: 50,
  expiry: 4e12,
  rule: 'base',
  sale: null,
  month: '2026-11',
} as const

function directory(people: number): ReferenceHq {
  const hq = new ReferenceHq()
  for (let n = 0; n < people; n++) hq.knows(ID(n), { name: `Person ${n}`, phone: `+234803100000${n}` }, 100)
  return hq
}

interface Made {
  readonly lines: readonly string[]
  readonly replica: Replica
  readonly till: TestTill
  readonly hq: ReferenceHq
}

/** A till of this tenant and store, and a package made for it now. */
async function connected(): Promise<Made & { key: string }> {
  const till = await newTill()
  const key = till.platform.newSigningKey()
  const { publicKey } = signerFromPkcs8(key)
  till.db
    .prepare(
      `INSERT INTO connection (one, url, tenant, tenant_name, store, store_name, till_name, device, epoch, enrolled_at,
         hq_public_key, hq_epoch, hq_time) VALUES (1, 'https://hq', 't', 'T', 's', 'Shop', 'Till', 'd', 1, 1, ?, 1, 1)`,
    )
    .run(Buffer.from(publicKey).toString('hex'))
  const hq = directory(4)
  return { till, hq, replica: replicaOf(till), key, lines: packageOf(till, hq, key) }
}

function packageOf(
  till: TestTill,
  hq: ReferenceHq,
  key: string,
  header: Record<string, unknown> = {},
): string[] {
  const rows = {
    account: [...hq.accounts.keys()].map((id) => hq.accountRow(id)),
    customer: [...hq.customers.keys()].map((id) => hq.customerRow(id)),
  }
  const shapes = (['account', 'customer'] as const).map((shape) => ({
    shape,
    at: { handle: `${shape}-h`, offset: `${hq.log[shape].length}_0` },
    rows: rows[shape].length,
  }))
  const first = {
    kasuwa: 'package',
    ...FILE_NUMBERS,
    tenant: 't',
    store: 's',
    store_name: 'Shop',
    hq_epoch: 1,
    made_at: till.clock.wallMs,
    shapes,
    ...header,
  }
  const lines = [
    JSON.stringify(first),
    ...(['account', 'customer'] as const).flatMap((shape) =>
      rows[shape].map((row) => JSON.stringify({ shape, row })),
    ),
  ]
  return [...lines, endOf(lines, key)]
}

function endOf(lines: readonly string[], key: string): string {
  const sha = createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest()
  const signature = Buffer.from(signerFromPkcs8(key).sign(sha)).toString('base64')
  return JSON.stringify({ end: true, lines: lines.length, sha256: sha.toString('hex'), signature })
}

const take = async ({ replica }: Pick<Made, 'replica'>, lines: readonly string[]) => {
  const done = await replica.importPackage(() => lines)
  return done.ok ? done.value.rows : `${done.refusal.code}: ${done.refusal.sentence}`
}

describe('a package of head office', () => {
  it('is put in place, and the stream goes on behind it', async () => {
    const made = await connected()
    const { till, hq, replica } = made
    expect(await take(made, made.lines)).toBe(8)
    expect(await till.balance(ID(2))).toBe(100)
    expect(replica.shapes().filter(({ phase }) => phase === 'live')).toHaveLength(2)
    hq.elsewhere(ID(2), EARN)
    expect(await deliver(replica, hq, 'account', 100)).toBe(true)
    expect(await till.balance(ID(2))).toBe(150)
    expect(await take(made, packageOf(till, hq, made.key))).toBe(8)
    expect(await till.verify()).toMatchObject({ ok: true })
  })

  it('is on the disk before it is said to be in place: nobody sends it again', async () => {
    const made = await connected()
    const { db } = made.till
    const pragma = db.pragma.bind(db)
    /** Whether the last commit so far waited for the disk. */
    let flushed = false
    vi.spyOn(db, 'pragma').mockImplementation((source, options) => {
      // Set back to what it is after each commit that waits for nothing.
      if (source === 'synchronous = FULL') flushed = false
      return pragma(source, options)
    })
    const { writer } = made.till.till.ledger
    const transaction = writer.transaction
    vi.spyOn(writer, 'transaction').mockImplementation((work) => {
      const done = transaction(work)
      flushed = pragma('synchronous', { simple: true }) === 2
      return done
    })
    expect(await take({ replica: replicaOf(made.till) }, made.lines)).toBe(8)
    expect(flushed).toBe(true)
  })

  it('of a head office that does not know the stream leaves the place where this till stands in it', async () => {
    const made = await connected()
    const { till, hq, replica, key } = made
    const withoutPlace = (): string[] => {
      const [first = '', ...rest] = packageOf(till, hq, key).slice(0, -1)
      const header = JSON.parse(first) as { shapes: object[] }
      const shapes = header.shapes.map((shape) => ({ ...shape, at: null }))
      const lines = [JSON.stringify({ ...header, shapes }), ...rest]
      return [...lines, endOf(lines, key)]
    }
    // Nothing was loaded yet: the rows are there, and the list is loaded all the same.
    expect(await take(made, withoutPlace())).toBe(8)
    expect(await till.balance(ID(2))).toBe(100)
    expect(replica.shapes().find(({ shape }) => shape === 'account')).toMatchObject({ phase: 'snapshot' })
    await deliverAll(replica, hq)
    const before = replica.shapes()
    hq.elsewhere(ID(2), EARN)
    till.clock.pass(1_000)
    expect(await take(made, withoutPlace())).toBe(8)
    expect(await till.balance(ID(2))).toBe(150)
    const place = ({ shape, handle, offset, phase }: (typeof before)[number]) => [
      shape,
      handle,
      offset,
      phase,
    ]
    expect(replica.shapes().map(place)).toEqual(before.map(place))
    expect(await deliver(replica, hq, 'account', 100)).toBe(true)
    expect(await till.balance(ID(2))).toBe(150)
    expect(await till.verify()).toMatchObject({ ok: true })
  })

  it('takes the place of older rows and of those that have gone, and leaves what the stream brought later', async () => {
    const made = await connected()
    const { till, hq, replica, key } = made
    await deliverAll(replica, hq)
    hq.customers.delete(ID(3))
    hq.accounts.delete(ID(3))
    hq.elsewhere(ID(1), EARN)
    till.clock.pass(1_000)
    expect(await take(made, packageOf(till, hq, key))).toBe(6)
    expect(await till.balance(ID(1))).toBe(150)
    expect(await till.code('cashier', 'customer.card', { customer_id: ID(3) })).toBe('not_found')
  })

  it('is refused when it is cut, altered, foreign, for another store, older or no package, and changes nothing', async () => {
    const made = await connected()
    const { till, hq, key, lines, replica } = made
    const other = till.platform.newSigningKey()
    const altered = lines.map((line) => line.replace('Person 1', 'Person X'))
    const foreign = lines
      .slice(0, -1)
      .map((line, n) => (n === 2 ? line.replace('"tenant_id":"t"', '"tenant_id":"u"') : line))
    const signed = (header: Record<string, unknown>) => packageOf(till, hq, key, header)
    for (const [file, said] of [
      [lines.slice(0, -1), /file_damaged: .*its end is missing/],
      [[], /file_wrong_kind/],
      [['hello', 'you'], /file_wrong_kind/],
      [altered, /file_damaged: .*changed after it was made/],
      [[...altered.slice(0, -1), endOf(altered.slice(0, -1), other)], /file_damaged: .*did not sign/],
      [[...foreign, endOf(foreign, key)], /file_damaged: .*line 3 is of another business/],
      [signed({ tenant: 'u' }), /file_wrong_kind: .*your head office/],
      [signed({ store: 'x', store_name: 'Kano' }), /file_wrong_kind: .*Kano/],
      [signed({ version: 2 }), /file_newer/],
      [signed({ hq_epoch: 0 }), /file_damaged: .*older/],
      [
        [
          ...lines.slice(0, 3),
          ...lines.slice(4, -1),
          endOf([...lines.slice(0, 3), ...lines.slice(4, -1)], key),
        ],
        /file_damaged: .*rows are missing/,
      ],
    ] as const) {
      expect(await take(made, file)).toMatch(said)
      expect(till.db.prepare('SELECT count(*) FROM customer').pluck().get()).toBe(0)
    }
    const strange = lines.slice(0, -1).map((line) => line.replace('"fn":"1"', '"fn":"one"'))
    expect(await take(made, [...strange, endOf(strange, key)])).toBe(
      'file_damaged: The package is damaged: Head office sent a row of "account" that this app cannot read (fn). What is here stays. Update the app.',
    )
    await deliverAll(replica, hq)
    expect(await take(made, signed({ made_at: till.clock.wallMs - 5_000 }))).toMatch(/older/)
    const alone = await newTill()
    expect(await take({ replica: replicaOf(alone) }, lines)).toMatch(/file_wrong_kind/)
  })
})
