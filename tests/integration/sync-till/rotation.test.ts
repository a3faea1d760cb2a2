import { afterEach, expect, it } from 'vitest'
import { KEY_LIFE_MS } from '../../../electron/ledger/sync/rotation.ts'
import { nodeDigest } from '../../../electron/platform/node-digest.ts'
import { verifySignature } from '../../../electron/platform/node-signer.ts'
import { genesisHash } from '../../../shared/protocol/event.ts'
import { RotateBody, type RotateRequest } from '../../../shared/sync/wire.ts'
import { ScriptedHq, TENANT } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { newTill, removeTempDirs, type TestTill } from '../../support/till.ts'

afterEach(removeTempDirs)

async function enrolled(): Promise<{ till: TestTill; hq: ScriptedHq }> {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  await till.sell(null, 5_000)
  await enrolAt(till, hq)
  return { till, hq }
}

async function requestFrom(till: TestTill): Promise<RotateRequest> {
  const { request } = await till.open.sync('rotation', {})
  if (!request) throw new Error('no new key is due')
  return request
}

/** As head office does: both keys have signed, and the next epoch is open under the new one. */
function register(hq: ScriptedHq, request: RotateRequest): number {
  const body = RotateBody.parse(JSON.parse(request.body))
  const hash = nodeDigest.sha256(nodeDigest.utf8(request.body))
  const fits = (key: string, signature: string): boolean =>
    verifySignature(nodeDigest.fromHex(key), hash, Buffer.from(signature, 'base64'))
  expect(fits(hq.chains.get(body.epoch)?.key ?? '', request.signature)).toBe(true)
  expect(fits(body.public_key, request.proof)).toBe(true)
  const genesis = nodeDigest.hex(genesisHash(nodeDigest, TENANT, body.device, body.next_epoch))
  hq.chains.set(body.next_epoch, { key: body.public_key, hashes: [genesis], effective: [] })
  return body.next_epoch
}

const isDue = async (till: TestTill): Promise<boolean> => (await till.open.sync('connection', {})).rotate
const epochOf = async (till: TestTill): Promise<number | undefined> =>
  (await till.open.sync('connection', {})).connection?.epoch
const keyIn = (request: RotateRequest): string => RotateBody.parse(JSON.parse(request.body)).public_key

it('signs with the new key once head office knows it, and sends what the old one signed as it is', async () => {
  const { till, hq } = await enrolled()
  expect(await isDue(till)).toBe(false)
  expect(await till.open.admin('rotate_key', {})).toMatchObject({ ok: true })
  expect(await isDue(till)).toBe(true)
  await till.sell(null, 6_000)
  await till.open.sync('rotated', { epoch: register(hq, await requestFrom(till)) })
  expect([await epochOf(till), await isDue(till)]).toEqual([3, false])
  await till.sell(null, 7_000)
  expect(await sendAll(till, hq)).toBe('done')
  const ids = till.db.prepare<[], string>('SELECT id FROM event ORDER BY place').pluck().all()
  expect(hq.events.map(({ id }) => id)).toEqual(ids)
  const opened = hq.events.filter(({ kind }) => kind === 'epoch.opened').at(-1)
  expect(opened).toMatchObject({ epoch: 3, seq: 1, payload: { because: 'rotated' } })
  await till.restart()
  await till.sell(null, 8_000)
  expect((await till.verify()).findings).toEqual([])
})

it('is asked again with the same key when it is cut off, and booked once', async () => {
  const { till, hq } = await enrolled()
  await till.open.admin('rotate_key', {})
  const first = await requestFrom(till)
  await till.restart()
  const again = await requestFrom(till)
  expect(keyIn(again)).toBe(keyIn(first))
  const epoch = register(hq, again)
  await till.open.sync('rotated', { epoch })
  // The answer to the first request, late.
  await till.open.sync('rotated', { epoch })
  expect(await epochOf(till)).toBe(3)
  expect(await till.open.sync('rotation', {})).toEqual({ request: null })
  expect((await till.verify()).findings).toEqual([])
})

it('gives way to a code, which brings a new key of its own', async () => {
  const { till, hq } = await enrolled()
  await till.open.admin('rotate_key', {})
  await requestFrom(till)
  await enrolAt(till, hq)
  expect([await epochOf(till), await isDue(till)]).toEqual([3, false])
  expect(await sendAll(till, hq)).toBe('done')
})

it('comes by itself when the key is a year old, and is refused to a till that works alone', async () => {
  const alone = await newTill()
  expect(await alone.open.admin('rotate_key', {})).toMatchObject({ refusal: { code: 'not_enrolled' } })
  const { till } = await enrolled()
  till.clock.pass(KEY_LIFE_MS - 86_400_000)
  expect(await isDue(till)).toBe(false)
  till.clock.pass(2 * 86_400_000)
  expect(await isDue(till)).toBe(true)
})
