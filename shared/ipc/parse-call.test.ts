import { expect, test } from 'vitest'
import { checkReply, parseCall } from './parse-call.ts'

const sentence = (raw: unknown): string => {
  const parsed = parseCall(raw)
  if (parsed.ok) throw new Error('was accepted')
  return parsed.refusal.sentence
}

test('a well-formed call passes and keys the contract does not know are dropped', () => {
  expect(
    parseCall({ method: 'customer.search', session: 's', input: { text: 'ada', extra: 1 }, extra: 2 }),
  ).toEqual({ ok: true, value: { method: 'customer.search', session: 's', input: { text: 'ada' } } })
})

test.each([
  undefined,
  null,
  'x',
  7,
  [],
  {},
  { method: 'system.status' },
  { method: 7, session: '', input: {} },
])('what is no call at all (%j) is refused', (raw) => {
  expect(sentence(raw)).toContain('Nothing was saved')
})

test.each(['nothing.here', '__proto__', 'constructor', 'toString', ''])('method %j is unknown', (method) => {
  expect(sentence({ method, session: '', input: {} })).toContain('does not know')
})

test('the sentence names the field and what is wrong with it', () => {
  const search = (input: unknown): string => sentence({ method: 'customer.search', session: '', input })
  expect(search({ text: 'x'.repeat(10_000_000) })).toBe(
    '"text" is not right: it is longer than 20000 characters. Nothing was saved.',
  )
  expect(search({ text: 7 })).toContain('"text" is not right: it is missing or of the wrong kind')
  expect(search(null)).toContain('is not right')
  expect(
    sentence({ method: 'customer.card', session: '', input: { customer_id: "'; drop table event" } }),
  ).toContain('"customer id" is not right')
})

test('an answer that breaks the contract becomes a failure, and loses what the contract does not name', () => {
  const ok = checkReply('session.sign_out', { id: 1, outcome: 'done', value: { secret: 1 } } as never)
  expect(ok).toEqual({ id: 1, outcome: 'done', value: {} })
  const bad = checkReply('customer.search', { id: 2, outcome: 'done', value: { results: 'many' } } as never)
  expect(bad).toMatchObject({ id: 2, outcome: 'failed', retry: false })
})
