import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ShapeDefinition } from './definitions.ts'
import type { Change, ChangeFeed } from './feed.ts'
import { readLog } from './log-chunk.ts'

const DEFINITION: ShapeDefinition = {
  tenant: 'one',
  schema: 'hq',
  table: 't',
  columns: [
    { name: 'id', type: 'text', notNull: true, key: 0 },
    { name: 'n', type: 'int4', notNull: true, key: null },
  ],
  where: { store: ['*', 'north'] },
  replica: 'full',
}

/** Only its log. */
function feedOf(log: readonly Change[], head: number): ChangeFeed {
  const at = { identity: 'f', head, floor: 0 }
  const never = (): never => {
    throw new Error('not asked')
  }
  return {
    position: never,
    page: never,
    digest: never,
    wait: never,
    changes: async ({ after, limit }) => {
      const changes = log.filter(({ seq }) => seq > after).slice(0, limit)
      return { at, changes, upTo: changes.length < limit ? head : (changes.at(-1)?.seq ?? head) }
    },
  }
}

interface Read {
  readonly key: string
  readonly headers: {
    readonly operation: string
    readonly lsn: string
    readonly txids: number[]
    last?: true
  }
}

async function readAll(
  log: readonly Change[],
  head: number,
  limits: Parameters<typeof readLog>[3],
): Promise<Read[]> {
  const feed = feedOf(log, head)
  const read: Read[] = []
  for (let after = 0, i = 0; i < 10_000; i += 1) {
    const chunk = await readLog(feed, DEFINITION, after, limits)
    read.push(...chunk.messages.map((text) => JSON.parse(text) as Read))
    if (chunk.upToDate) {
      expect(chunk.upTo).toBe(head)
      return read
    }
    expect(chunk.upTo).toBeGreaterThan(after)
    after = chunk.upTo
  }
  throw new Error('it does not end')
}

const stores = fc.constantFrom('*', 'north', 'south')
const image = fc.option(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(3).map(String), stores), { nil: null })
const logs = fc
  .array(fc.record({ before: image, after: image, newTx: fc.boolean(), gap: fc.integer({ min: 1, max: 3 }) }))
  .map((entries) => {
    let seq = 0
    let tx = 1
    return entries.map(({ before, after, newTx, gap }): Change => {
      seq += gap
      if (newTx) tx += 1
      return { seq, txid: String(tx), before, after }
    })
  })

describe('reading the log', () => {
  test('gives the same messages whatever the size of a page, each transaction ending once', async () => {
    await fc.assert(
      fc.asyncProperty(
        logs,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 400 }),
        async (log, rows, bytes) => {
          const head = (log.at(-1)?.seq ?? 0) + 2
          const whole = await readAll(log, head, { rowsMax: 1_000, bytesMax: 1_000_000, looksMax: 50 })
          const pieces = await readAll(log, head, { rowsMax: rows, bytesMax: bytes, looksMax: 1_000 })
          expect(pieces).toEqual(whole)
          for (const [i, { headers }] of whole.entries()) {
            expect(headers.last === true).toBe(headers.txids[0] !== whole[i + 1]?.headers.txids[0])
          }
        },
      ),
    )
  })

  test('goes on after few looks, and loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (log) => {
        const head = log.at(-1)?.seq ?? 0
        const order = (read: readonly Read[]): unknown =>
          read.map(({ key, headers }) => [key, headers.lsn, headers.operation])
        const whole = await readAll(log, head, { rowsMax: 1_000, bytesMax: 1_000_000, looksMax: 50 })
        expect(order(await readAll(log, head, { rowsMax: 1, bytesMax: 100, looksMax: 1 }))).toEqual(
          order(whole),
        )
      }),
    )
  })

  test('turns coming and leaving into insert and delete', async () => {
    const log: Change[] = [
      { seq: 1, txid: '1', before: ['a', '1', 'south'], after: ['a', '1', 'north'] },
      { seq: 2, txid: '2', before: ['a', '1', 'north'], after: ['a', '2', '*'] },
      { seq: 3, txid: '3', before: ['a', '2', '*'], after: ['a', '2', 'south'] },
      { seq: 4, txid: '4', before: ['a', '2', 'south'], after: null },
    ]
    const read = await readAll(log, 4, { rowsMax: 10, bytesMax: 1_000, looksMax: 2 })
    expect(read.map(({ headers }) => [headers.lsn, headers.operation])).toEqual([
      ['1', 'insert'],
      ['2', 'update'],
      ['3', 'delete'],
    ])
  })
})
