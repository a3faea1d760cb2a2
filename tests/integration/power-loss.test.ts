import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTill } from '../../electron/ledger/open.ts'
import {
  memoryKeys,
  newTill,
  points,
  removeTempDirs,
  seededBytes,
  type TestTill,
  tempDir,
} from '../support/till.ts'

afterAll(removeTempDirs)

/*
 * What a disk holds after the power went: all that was synced at commit k, and of what was written after it any part,
 * torn anywhere. SQLite syncs its write-ahead log at every commit, so commits 1..k must be there and nothing else.
 */

const NIGHTLY = process.env['KASUWA_NIGHTLY'] === '1'
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const COMMITS = 8
/** The commit whose successor is torn. */
const K = 5

interface Disk {
  readonly till: TestTill
  /** The database before any of the commits, and after a checkpoint of all of them. */
  readonly before: Buffer
  readonly after: Buffer
  readonly wal: Buffer
  readonly frameBytes: number
  /** Where the log ended after commit i (0: before the first), and how many events there were. */
  readonly ends: readonly { readonly at: number; readonly events: number }[]
}

async function record(): Promise<Disk> {
  const till = await newTill()
  const wal = `${till.file}-wal`
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 100_000)
  // From here on the log begins anew, and stays until the end.
  till.db.pragma('wal_checkpoint(TRUNCATE)')
  const before = readFileSync(till.file)
  const events = () => till.till.ledger.writer.head().place
  const ends = [{ at: statSync(wal).size, events: events() }]
  for (let i = 1; i <= COMMITS; i++) {
    if (i % 3 === 0)
      await till.done('manager', 'points.adjust', {
        customer_id: ada,
        points: i,
        reason: 'x',
        approver: null,
      })
    else await till.sell(ada, 1_000 * i, i % 2 ? { redeem: points(100) } : {})
    ends.push({ at: statSync(wal).size, events: events() })
  }
  const log = readFileSync(wal)
  expect(readFileSync(till.file).equals(before), 'no checkpoint ran meanwhile').toBe(true)
  till.db.pragma('wal_checkpoint(TRUNCATE)')
  const after = readFileSync(till.file)
  till.close()
  return { till, before, after, wal: log, frameBytes: FRAME_HEADER_BYTES + log.readUInt32BE(8), ends }
}

describe('after the power went', () => {
  let disk: Disk
  let opened = 0
  beforeAll(async () => {
    disk = await record()
  })

  /** What a till finds that starts on this disk. */
  const start = async (database: Buffer, wal: Buffer) => {
    const dir = path.join(tempDir(), 'till')
    mkdirSync(dir)
    copyFileSync(path.join(disk.till.dir, 'recovery.json'), path.join(dir, 'recovery.json'))
    writeFileSync(path.join(dir, 'till.db'), database)
    if (wal.length > 0) writeFileSync(path.join(dir, 'till.db-wal'), wal)
    const { keys, platform } = disk.till
    const till = await openTill({
      dir,
      keyStore: memoryKeys(keys.secrets),
      mode: 'write',
      host: 'test',
      platform,
    })
    if (!till.ok) return till.refusal.sentence
    opened += 1
    const report = await till.value.verify()
    till.value.close()
    return report.ok && report.value.ok ? report.value.events : report
  }
  /** Events of the commits that were whole on the disk when it held so much of the log. */
  const surviving = (bytes: number): number => disk.ends.filter((end) => end.at <= bytes).at(-1)?.events ?? 0

  it('the log is what this test takes it for', () => {
    const { wal, frameBytes, ends } = disk
    expect(frameBytes).toBe(FRAME_HEADER_BYTES + 4_096)
    expect(ends[0]?.at).toBe(0)
    expect((wal.length - WAL_HEADER_BYTES) % frameBytes).toBe(0)
    for (const { at } of ends.slice(1)) expect((at - WAL_HEADER_BYTES) % frameBytes).toBe(0)
    expect(new Set(ends.map((end) => end.events)).size).toBe(COMMITS + 1)
  })

  const end = () => disk.ends[K]?.at ?? 0
  /** In the nightly script every byte; else its first ones, its last ones and some between. */
  const offsets = (): number[] => {
    const { frameBytes } = disk
    const all = Array.from({ length: frameBytes }, (_, i) => i)
    if (NIGHTLY) return all
    const random = seededBytes(3)(24)
    const between = Array.from({ length: 12 }, (_, i) =>
      Math.floor((((random[i * 2] ?? 0) * 256 + (random[i * 2 + 1] ?? 0)) / 65_536) * frameBytes),
    )
    return [
      ...new Set([0, 1, 3, 4, 7, 8, 15, 16, 20, 23, 24, 25, ...between, frameBytes - 17, frameBytes - 1]),
    ]
  }

  it('in the middle of the first frame after commit k: commits 1 to k are there, and nothing else', async () => {
    const failed: unknown[] = []
    for (const offset of offsets()) {
      const found = await start(disk.before, disk.wal.subarray(0, end() + offset))
      if (found !== disk.ends[K]?.events) failed.push({ offset, found })
    }
    expect(failed).toEqual([])
  })

  it('at every border of a frame, and a byte before and after it', async () => {
    const { wal, frameBytes } = disk
    const failed: unknown[] = []
    const from = NIGHTLY ? WAL_HEADER_BYTES : end() - frameBytes
    const to = NIGHTLY ? wal.length : Math.min(wal.length, (disk.ends[K + 1]?.at ?? 0) + frameBytes)
    for (let border = from; border <= to; border += frameBytes) {
      for (const cut of [border - 1, border, border + 1]) {
        const found = await start(disk.before, wal.subarray(0, cut))
        if (found !== surviving(cut)) failed.push({ cut, found, expected: surviving(cut) })
      }
    }
    expect(failed).toEqual([])
  })

  it('with a byte of the next commit turned on its head: commits 1 to k are there, and nothing else', async () => {
    const failed: unknown[] = []
    for (const offset of offsets()) {
      const wal = Buffer.from(disk.wal)
      wal[end() + offset] = (wal[end() + offset] ?? 0) ^ 0xff
      const found = await start(disk.before, wal)
      if (found !== disk.ends[K]?.events) failed.push({ offset, found })
    }
    expect(failed).toEqual([])
  })

  it('with a page of nothing, or of an older write, where the next commit was', async () => {
    const { wal, frameBytes } = disk
    const zeroed = Buffer.from(wal)
    zeroed.fill(0, end(), end() + frameBytes)
    expect(await start(disk.before, zeroed)).toBe(disk.ends[K]?.events)
    const stale = Buffer.from(wal)
    wal.copy(stale, end(), WAL_HEADER_BYTES, WAL_HEADER_BYTES + frameBytes)
    expect(await start(disk.before, stale)).toBe(disk.ends[K]?.events)
  })

  it('in the middle of a checkpoint: whichever pages reached the file, every commit is there', async () => {
    const { before, after, wal } = disk
    const all = disk.ends.at(-1)?.events
    const pages = after.length / 4_096
    const random = seededBytes(9)
    for (let round = 0; round < (NIGHTLY ? 500 : 12); round++) {
      const mixed = Buffer.concat([before, Buffer.alloc(Math.max(0, after.length - before.length))])
      const picks = random(Math.ceil(pages))
      for (let page = 0; page < pages; page++) {
        const torn = (picks[page] ?? 0) % 3
        const bytes = torn === 0 ? 4_096 : torn === 1 ? 512 * ((picks[page] ?? 0) % 8) : 0
        after.copy(mixed, page * 4_096, page * 4_096, page * 4_096 + bytes)
      }
      expect(await start(mixed, wal)).toBe(all)
    }
  })

  it('was looked at on disks that did open', () => {
    expect(opened).toBeGreaterThan(60)
  })
})
