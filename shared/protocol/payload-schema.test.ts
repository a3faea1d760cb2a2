import { describe, expect, it } from 'vitest'
import type { EventKind } from './event.ts'
import { payloadVersion, readEvent } from './payload-schema.ts'

const id = (n: number): string => n.toString(16).padStart(32, '0')
const envelope = {
  v: 1,
  tenant: 't',
  id: id(1),
  device: id(2),
  epoch: 1,
  seq: 4,
  kind: 'points.adjusted',
  pv: 1,
  command: id(3),
  n: 0,
  actor: { staff: id(4) },
  customer: id(5),
  program: 'default',
  hlc: '0',
  wall: 1,
  trusted: 1,
  request: '',
  answer: { any: ['thing'] },
  payload: { points: -5, sale: null, expiry: 0, personal: 'a'.repeat(64) },
}
const read = (changed: object): string => {
  const text = JSON.stringify({ ...envelope, ...changed })
  const reading = readEvent(text, text.length)
  return reading.ok ? 'read' : reading.why
}
/** A grant, changed. */
const promised = (changed: object) => ({
  kind: 'lease.granted',
  payload: { grant: id(6), holder: `${id(2)}/1`, points: 1, expiry: 0, ...changed },
})
const payload = (changed: object) => ({ payload: { ...envelope.payload, ...changed } })

describe('an event as head office reads it', () => {
  it('is read by its bytes alone', () => {
    expect(read({})).toBe('read')
    expect(read(promised({}))).toBe('read')
  })

  it.each([
    ['a kind nobody knows yet', { kind: 'campaign.applied' }, 'unknown_kind'],
    ['a payload of a later version', { pv: 3 }, 'newer_version'],
    ['a second version of a kind that has one only', { pv: 2 }, 'schema'],
    ['an envelope of a later version', { v: 2 }, 'newer_version'],
    ['a payload field that this version has not', payload({ doubled: true }), 'schema'],
    ['an envelope field that this version has not', { branch: 'x' }, 'schema'],
    ['a payload field missing', payload({ expiry: undefined }), 'schema'],
    ['half a point', payload({ points: 0.5 }), 'schema'],
    ['more points than one entry may move', payload({ points: 1_000_000_001 }), 'schema'],
    ['an id that is none', { id: 'x' }, 'schema'],
    ['text no database keeps', { program: 'a\0' }, 'schema'],
    ['half a character', { program: '\ud800' }, 'schema'],
    ['such text anywhere in the answer', { answer: { why: [{ 'a\0': 1 }] } }, 'schema'],
    ['half a character in the answer', { answer: ['\ud800'] }, 'schema'],
    ['a word too long for an index', { program: 'a'.repeat(101) }, 'schema'],
    ['a grant that is no id', promised({ grant: 'g' }), 'schema'],
    ['a holder that is no till', promised({ holder: `${id(2)}/x` }), 'schema'],
    ['no kind at all', { kind: 7 }, 'unreadable'],
  ])('waits with %s', (_, changed, why) => expect(read(changed)).toBe(why))

  it.each([[null], ['{'], ['7'], ['[]'], ['null']])('waits when it is %s', (text) => {
    expect(readEvent(text, 10)).toMatchObject({ ok: false, why: 'unreadable' })
  })

  it('waits when it is over 16 KiB', () => {
    expect(readEvent(JSON.stringify(envelope), 16_385)).toMatchObject({ ok: false, why: 'too_large' })
  })
})

describe('an event is written in the lowest version that says all of it', () => {
  const sale = { sale: id(9), program_version: 1 }
  const earned = {
    ...sale,
    points: 5,
    base: 4,
    multiplier_bp: 12_500,
    tier: 'Silver',
    rule: 'base',
    expiry: 9,
    month: '2026-11',
  }
  const once = { key: 'day:base:2026-11-22', cap: 500, until: 9 }
  const redeemed = { ...sale, points: 5, pays: 500, right: 'unsecured' }
  const recorded = {
    sale: id(9),
    gross: 9,
    net: 9,
    currency: 'NGN',
    channel: 'pos',
    receipt: '',
    lines: [],
    occurred_at: 1,
    imported: false,
  }
  const reversed = { sale: id(9), targets: [], personal: 'a'.repeat(64) }
  const enrolled = { personal: 'a'.repeat(64), generation: 0, identity: 'phone', canon: 1, imported: false }
  const granted = { grant: id(6), holder: `${id(2)}/1`, points: 1, expiry: 0 }
  it.each([
    ['points.earned', earned, 1],
    ['points.earned', { ...earned, once }, 1],
    ['points.earned', { ...earned, once: [once] }, 2],
    ['points.earned', { ...earned, rule_name: 'Books twice', on_kobo: 7 }, 2],
    ['points.earned', { ...earned, extend_to: 11 }, 2],
    ['points.earned', { ...earned, tier_counts: false }, 2],
    ['points.redeemed', redeemed, 1],
    ['points.redeemed', { ...redeemed, extend_to: 11 }, 2],
    ['points.redeemed', { ...redeemed, reward: { id: 'mug', name: 'A mug' } }, 2],
    ['points.redeemed', { ...redeemed, override: true }, 2],
    ['sale.recorded', recorded, 1],
    ['sale.recorded', { ...recorded, lines: [{ item: '1', category: 'books', quantity: 1, kobo: 9 }] }, 2],
    ['points.reversed', reversed, 1],
    ['points.reversed', { ...reversed, part: { kobo: 7 } }, 2],
    ['points.reversed', { ...reversed, rest: { kobo: 7 } }, 2],
    ['customer.enrolled', enrolled, 1],
    ['customer.enrolled', { ...enrolled, referred_by: id(8) }, 2],
    ['lease.granted', granted, 1],
    ['lease.granted', { ...granted, signed: { body: '{}', signature: 'AAAA' } }, 2],
  ] satisfies [EventKind, object, number][])('%s %o: %i', (kind, says, version) => {
    expect(payloadVersion(kind, says)).toBe(version)
    expect(read({ kind, pv: version, payload: says })).toBe('read')
    // A till that knows a field does not hide it in a version that has no place for it.
    if (version === 2) expect(read({ kind, pv: 1, payload: says })).toBe('schema')
  })
})
