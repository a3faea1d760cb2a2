import { afterEach, describe, expect, it } from 'vitest'
import { restoreBackup } from '../../../electron/ledger/restore.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { problemOf, ScriptedHq } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { DAY, MINUTE, newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

afterEach(removeTempDirs)

const LIMITS = { events_max: 200, bytes_max: 256 * 1024 }

/** A till that belongs to head office, with some sales that were sent. */
async function joined(): Promise<{ till: TestTill; hq: ScriptedHq }> {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  await enrolAt(till, hq)
  await till.sell(null, 1_000)
  expect(await sendAll(till, hq)).toBe('done')
  return { till, hq }
}

const sell = async (till: TestTill, sales: number): Promise<void> => {
  for (let i = 0; i < sales; i += 1) await till.sell(null, 100 + i)
}
const idsOf = (till: TestTill): string[] =>
  till.db.prepare<[], string>('SELECT DISTINCT id FROM event').pluck().all().sort()
const arrivedOnce = (till: TestTill, hq: ScriptedHq): void => {
  const ids = [...new Set(hq.events.map((e) => e.id))].sort()
  expect(ids.filter((id) => !idsOf(till).includes(id))).toEqual([])
}
const waitingOf = async (till: TestTill): Promise<number> =>
  (await till.done('manager', 'health.get', {})).health.waiting

describe('what waits', () => {
  it('goes in batches of one chain, in order, within the limits, and only its acknowledgement ends it', async () => {
    const { till, hq } = await joined()
    await sell(till, 7)
    const first = await till.open.sync('next_batch', { events_max: 3, bytes_max: 256 * 1024 })
    const again = await till.open.sync('next_batch', { events_max: 3, bytes_max: 256 * 1024 })
    expect(first?.events).toBe(3)
    expect(again?.events).toBe(3)
    expect(first?.waiting).toBe(4)
    const one = await till.open.sync('next_batch', { events_max: 200, bytes_max: 1 })
    expect(one?.events).toBe(1)
    expect(await waitingOf(till)).toBe(7)
    expect(await sendAll(till, hq, 3)).toBe('done')
    expect(await waitingOf(till)).toBe(0)
    const heartbeat = await till.open.sync('next_batch', LIMITS)
    expect(heartbeat).toMatchObject({ events: 0, waiting: 0 })
    expect(hq.batches.every((b) => b.events.length <= 200)).toBe(true)
  })

  it('promises that nothing older is to come', async () => {
    const { till, hq } = await joined()
    await till.sell(null, 1_000)
    const oldest = till.clock.wallMs
    till.clock.pass(2 * MINUTE)
    await till.sell(null, 1_000)
    const batch = await till.open.sync('next_batch', { events_max: 1, bytes_max: 256 * 1024 })
    const body = JSON.parse(batch?.push.body ?? '') as { settled: number; oldest_waiting_at: number }
    expect(body.settled).toBe(oldest + 2 * MINUTE)
    expect(body.oldest_waiting_at).toBe(body.settled)
    expect(await sendAll(till, hq)).toBe('done')
    expect(hq.batches.at(-1)?.settled).toBe(till.till.ledger.writer.now().trusted)
  })

  it('is taken up again after a lost reply, a repeated one and a restart', async () => {
    const { till, hq } = await joined()
    await sell(till, 4)
    const lost = await till.open.sync('next_batch', LIMITS)
    if (!lost) throw new Error('nothing waits')
    hq.push(lost.push)
    await till.restart()
    const batch = await till.open.sync('next_batch', LIMITS)
    if (!batch) throw new Error('nothing waits')
    const answer = hq.push(batch.push)
    if (!('reply' in answer)) throw new Error('refused')
    await till.open.sync('pushed', answer)
    await till.open.sync('pushed', answer)
    expect(await waitingOf(till)).toBe(0)
    expect(hq.events.filter((e) => e.epoch === 2).map((e) => e.seq)).toEqual(
      hq.events.filter((e) => e.epoch === 2).map((_, i) => i + 1),
    )
    const checked = await till.verify()
    expect(checked.ok).toBe(true)
  })

  it('is sent anew, with the receipts of before, when head office was put back', async () => {
    const { till, hq } = await joined()
    await sell(till, 6)
    expect(await sendAll(till, hq, 2)).toBe('done')
    const sent = hq.events.length
    hq.restore(2, 3)
    await sell(till, 1)
    expect(await sendAll(till, hq)).toBe('done')
    expect(hq.chains.get(2)?.hashes).toHaveLength(till.till.ledger.writer.head().seq + 1)
    const repeated = hq.batches.findLast((b) => b.epoch === 2 && b.from_seq === 4)
    expect(repeated?.receipts.length).toBeGreaterThan(0)
    expect(hq.events.length).toBeGreaterThan(sent)
    arrivedOnce(till, hq)
    const { connection } = await till.open.sync('connection', {})
    expect(connection?.epoch).toBe(2)
    await till.open.sync('next_batch', LIMITS)
    const body = JSON.parse((await till.open.sync('next_batch', LIMITS))?.push.body ?? '{}') as object
    expect(body).toMatchObject({ hq_epoch: 2 })
  })
})

describe('a receipt', () => {
  it('of another hand or of another chain stops sending, with a sentence', async () => {
    const { till, hq } = await joined()
    await sell(till, 2)
    const batch = await till.open.sync('next_batch', LIMITS)
    if (!batch) throw new Error('nothing waits')
    const answer = hq.push(batch.push)
    if (!('reply' in answer)) throw new Error('refused')
    const wrong = JSON.parse(answer.reply.receipt.body) as Parameters<typeof hq.sign>[0]
    const forged = hq.sign({ ...wrong, head_hash: '00'.repeat(32) })
    await till.open.sync('pushed', { reply: { ...answer.reply, receipt: forged } })
    const { stopped } = await till.done('manager', 'hq.connection', {})
    expect(stopped?.code).toBe('receipt_wrong')
    expect(stopped?.sentence).toMatch(/kept here/)
    expect(await till.open.sync('next_batch', LIMITS)).toBeNull()
    expect(await waitingOf(till)).toBe(2)
    expect((await till.sell(null, 500)).gross_kobo).toBe(50_000)
  })

  it('of another till is no answer: the same is sent again', async () => {
    const { till, hq } = await joined()
    await sell(till, 2)
    const batch = await till.open.sync('next_batch', LIMITS)
    const answer = batch ? hq.push(batch.push) : null
    if (!answer || !('reply' in answer)) throw new Error('refused')
    const { reply } = answer
    const signed = JSON.parse(reply.receipt.body) as Parameters<typeof hq.sign>[0]
    const other = { ...reply, receipt: hq.sign({ ...signed, device: 'e'.repeat(32) }) }
    const far = { ...reply, acked: { epoch: reply.acked.epoch + 1, seq: 1 } }
    for (const mixed of [other, far])
      expect(await till.open.sync('pushed', { reply: mixed })).toEqual({
        taken: false,
        waiting: 2,
        ahead: false,
      })
    expect((await till.done('manager', 'hq.connection', {})).stopped).toBeNull()
    // What nobody signed for stops nothing either.
    const ahead = { ...reply, acked: { ...reply.acked, seq: reply.acked.seq + 99 } }
    expect(await till.open.sync('pushed', { reply: ahead })).toEqual({
      taken: true,
      waiting: 0,
      ahead: false,
    })
    expect((await till.done('manager', 'hq.connection', {})).stopped).toBeNull()
  })

  it('names what is held, with a reason and a way out', async () => {
    const { till, hq } = await joined()
    const sale = await till.sell(null, 4_000)
    hq.held.set(sale.sale_id, 'schema')
    expect(await sendAll(till, hq)).toBe('done')
    const { held } = await till.done('manager', 'hq.connection', {})
    expect(held).toHaveLength(1)
    expect(held[0]).toMatchObject({
      event_id: sale.sale_id,
      what: expect.stringContaining('4,000') as string,
    })
    expect(held[0]?.fix).not.toBe('')
    expect((await till.done('manager', 'health.get', {})).health.quarantined).toBe(1)
  })

  it('names what is held also after many newer ones were released', async () => {
    const { till, hq } = await joined()
    const older = await till.sell(null, 4_000)
    hq.held.set(older.sale_id, 'schema')
    const ada = await till.enrol('08031234567')
    for (let i = 0; i < 101; i += 1) await till.sell(ada, 1_000)
    expect(await sendAll(till, hq)).toBe('done')
    const { device } = hq
    till.db
      .prepare(
        `INSERT INTO held SELECT place, 'withheld', 'revoked', 10 FROM event
         WHERE customer = ? AND kind IN ('sale.recorded', 'points.earned')`,
      )
      .run(ada)
    expect((await till.done('manager', 'health.get', {})).health.quarantined).toBe(203)
    // Head office's row has them all and holds none.
    till.db
      .prepare(
        `INSERT INTO replica_account (customer, program, hq_epoch, version, generation, gone, fetched, seen, fn, applied, held, state, lines)
         VALUES (?, 'default', 1, 1, 1, 0, 0, 0, 1, ?, '[]', '{}', '[]')`,
      )
      .run(ada, JSON.stringify({ [`${device}/2`]: 1_000 }))
    await till.restart()
    expect((await till.done('manager', 'health.get', {})).health.quarantined).toBe(1)
    const { held } = await till.done('manager', 'hq.connection', {})
    expect(held.map(({ event_id }) => event_id)).toEqual([older.sale_id])
  })

  it('sets a wrong clock right, and nobody is signed out', async () => {
    const { till, hq } = await joined()
    const hqNow = till.clock.wallMs + 3 * DAY
    hq.now = () => hqNow
    await till.sell(null, 1_000)
    expect(await sendAll(till, hq)).toBe('done')
    expect(till.till.ledger.writer.now().trusted).toBe(hqNow)
    const event = hq.events.find((e) => e.kind === 'clock.confirmed' && e.seq > 4)
    expect(event?.payload).toMatchObject({ by: 'head_office', confirmed: hqNow })
    await till.sell(null, 1_000)
    expect(await sendAll(till, hq)).toBe('done')
  })

  it('tells the time; what somebody on the way writes beside it tells none', async () => {
    const { till, hq } = await joined()
    await till.sell(null, 1_000)
    const batch = await till.open.sync('next_batch', LIMITS)
    const answer = batch ? hq.push(batch.push) : null
    if (!answer || !('reply' in answer)) throw new Error('it was not taken')
    const far = { ...answer.reply, hq_time: till.clock.wallMs + 9_000 * DAY, hq_epoch: 7 }
    await till.open.sync('pushed', { reply: far })
    expect(till.till.ledger.writer.now().trusted).toBe(till.clock.wallMs)
    expect(till.db.prepare('SELECT hq_epoch, hq_time FROM connection').get()).toEqual({
      hq_epoch: hq.hqEpoch,
      hq_time: till.clock.wallMs,
    })
  })
})

describe('a till that was copied or put back', () => {
  it('stops at a fork, goes on selling, and writes the rest again with the same ids', async () => {
    const { till, hq } = await joined()
    const ada = await till.enrol('08031234567')
    const sale = await till.sell(ada, 3_000)
    const chain = hq.chains.get(2)
    // A copy of this till was first: its events stand under the next numbers.
    chain?.hashes.push('11'.repeat(32))
    chain?.effective.push(0)
    expect(await sendAll(till, hq)).toBe('fork')
    const { stopped } = await till.done('manager', 'hq.connection', {})
    expect(stopped?.sentence).toMatch(/enrol this till again/i)
    const late = await till.sell(ada, 2_000)
    const balance = await till.balance(ada)
    await enrolAt(till, hq)
    expect(await till.balance(ada)).toBe(balance)
    expect(await sendAll(till, hq)).toBe('done')
    const ids = hq.events.filter((e) => e.epoch === 3).map((e) => e.id)
    expect(ids).toContain(sale.sale_id)
    expect(ids).toContain(late.sale_id)
    // What was written again counts once.
    const { last_receipt } = await till.done('manager', 'hq.connection', {})
    expect(last_receipt?.events).toBe(hq.events.length)
    const checked = await till.verify()
    expect(checked.findings).toEqual([])
    expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
  })

  it('is told so by a heartbeat when its file is an older copy, sends no more and joins again', async () => {
    const { till, hq } = await joined()
    const chain = hq.chains.get(2)
    const heartbeat = await till.open.sync('next_batch', LIMITS)
    if (!chain || !heartbeat) throw new Error('nothing was sent')
    // The other life of this file went on: nothing of this one collides with it yet.
    chain.hashes.push('11'.repeat(32))
    chain.effective.push(0)
    const answer = hq.push(heartbeat.push)
    if (!('reply' in answer)) throw new Error('refused')
    await till.open.sync('pushed', answer)
    const { stopped } = await till.done('manager', 'hq.connection', {})
    expect(stopped?.code).toBe('fork')
    expect(stopped?.sentence).toMatch(/restored from a copy.*enrol this till again/)
    expect(await till.open.sync('next_batch', LIMITS)).toBeNull()
    const sale = await till.sell(null, 500)
    await enrolAt(till, hq)
    expect(await sendAll(till, hq)).toBe('done')
    expect(hq.events.filter((e) => e.epoch === 3).map((e) => e.id)).toContain(sale.sale_id)
  })

  it('says by itself that it was restored, and joins again', async () => {
    const { till, hq } = await joined()
    const file = `${till.dir}-backup.kasuwa`
    const backup = await till.open.admin('backup', { file })
    expect(backup.ok).toBe(true)
    await sell(till, 3)
    expect(await sendAll(till, hq)).toBe('done')
    till.close()
    const restored = await restoreBackup(till.dir, file, till.platform, till.keys)
    expect(restored.ok).toBe(true)
    await till.reopen()
    const { token } = await till.signIn('admin')
    const { connection } = await till.open.sync('connection', {})
    expect(hq.chains.has(connection?.epoch ?? 0)).toBe(false)
    expect((await till.open.sync('push_refused', { problem: problemOf('epoch_unknown') })).next).toBe('stop')
    const { stopped } = await till.done({ token }, 'hq.connection', {})
    expect(stopped?.sentence).toMatch(/restored or copied/)
    await enrolAt(till, hq, { token })
    expect(await sendAll(till, hq)).toBe('done')
    const checked = await till.verify()
    expect(checked.findings).toEqual([])
    expect((await till.rebuild()).projections_hash).toBe(checked.projections_hash)
  })
})

describe('what head office refuses', () => {
  it('an entry that is too large stops sending with a sentence, and nothing of it is lost', async () => {
    const { till, hq } = await joined()
    await sell(till, 2)
    const problem = problemOf('too_large', { at: { epoch: 2, seq: 4 } })
    expect((await till.open.sync('push_refused', { problem })).next).toBe('stop')
    const { stopped } = await till.open.sync('connection', {})
    expect(stopped).toMatchObject({ code: 'too_large' })
    expect(stopped?.sentence).toMatch(/larger than head office takes.*All sales are kept here.*run verify/)
    expect(await waitingOf(till)).toBe(2)
    await enrolAt(till, hq)
    expect(await sendAll(till, hq)).toBe('done')
    arrivedOnce(till, hq)
  })

  it.each(['throttled', 'internal', 'unavailable', 'token_stale'] as const)('%s passes', async (code) => {
    const { till } = await joined()
    expect((await till.open.sync('push_refused', { problem: problemOf(code) })).next).toBe('again')
    expect((await till.open.sync('connection', {})).stopped).toBeNull()
  })
})

describe('a file of what waits', () => {
  it('holds the same batches, page by page, and acknowledges nothing', async () => {
    const { till, hq } = await joined()
    await sell(till, 5)
    let text = ''
    for (let cursor: string | null = null; ; ) {
      const page: Output<'hq.export_unsent'> = await till.done('manager', 'hq.export_unsent', { cursor })
      text += page.text
      if (page.next === null) break
      cursor = page.next
    }
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines[0]).toMatchObject({ kasuwa: 'unsent', events: 5, device: hq.device })
    expect(lines.at(-1)).toMatchObject({ end: true, lines: lines.length - 1 })
    const answer = hq.push(lines[1] as unknown as Parameters<typeof hq.push>[0])
    expect('reply' in answer && answer.reply.acked.seq).toBe(till.till.ledger.writer.head().seq)
    expect(await waitingOf(till)).toBe(5)
    // What went by file is known at the next contact.
    expect(await sendAll(till, hq)).toBe('done')
    expect(await waitingOf(till)).toBe(0)
  })
})
