import { describe, expect, test } from 'vitest'
import { createClient, queryOf } from './client.ts'

interface Sent {
  readonly path: string
  readonly init: RequestInit
}

function at(answers: readonly (Response | Error)[]) {
  const sent: Sent[] = []
  let id = 0
  let signedOut = 0
  const client = createClient({
    fetch: (path, init) => {
      sent.push({ path, init })
      const answer = answers[sent.length - 1]
      return answer instanceof Error || !answer ? Promise.reject(answer) : Promise.resolve(answer)
    },
    newId: () => `id-${++id}`,
    onSignedOut: () => signedOut++,
  })
  const keys = (): (string | null)[] =>
    sent.map(({ init }) => new Headers(init.headers).get('idempotency-key'))
  return { client, sent, keys, signedOut: () => signedOut }
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })

describe('the way from the console to head office', () => {
  test('puts what the path names into the path, and the rest behind it', async () => {
    const { client, sent } = at([json({}), json({ done: true })])
    await client.ask('tills.one', { id: 'a/b' })
    await client.ask('stores.rename', { id: 's1', name: 'Balogun' })
    expect(sent[0]?.path).toBe('/api/v1/tills/a%2Fb')
    expect(sent[1]?.path).toBe('/api/v1/stores/s1')
    expect(sent[1]?.init.body).toBe('{"name":"Balogun"}')
  })

  test('a change whose answer was lost is asked again with its key; one that was answered is not', async () => {
    const { client, keys } = at([new Error('gone'), json({}, 503), json({ id: '1' }), json({ id: '2' })])
    for (let turn = 0; turn < 4; turn++) await client.ask('stores.create', { name: 'Balogun' })
    expect(keys()).toEqual(['id-1', 'id-1', 'id-1', 'id-2'])
  })

  test('questions that change nothing carry no key', async () => {
    const { client, keys } = at([json({})])
    await client.ask('overview', {}, true)
    expect(keys()).toEqual([null])
  })

  test('tells once that nobody is signed in any more', async () => {
    const { client, signedOut } = at([
      json({ code: 'not_signed_in' }, 401),
      json({ code: 'not_allowed' }, 403),
    ])
    expect((await client.ask('overview', {})).outcome).toBe('refused')
    expect((await client.ask('overview', {})).outcome).toBe('refused')
    expect(signedOut()).toBe(1)
  })

  test('leaves out of the query what has no value', () => {
    expect(queryOf({ a: '', b: null, c: undefined, d: 0, e: 'x y' })).toBe('?d=0&e=x+y')
    expect(queryOf({})).toBe('')
  })
})
