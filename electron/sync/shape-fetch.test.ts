import { expect, test } from 'vitest'
import type { Timers } from '../platform/timers.ts'
import { ShapeFetch } from './shape-fetch.ts'

/** A clock that moves when the test says so. */
class HandTimers implements Timers {
  #nowMs = 0
  readonly #due = new Set<{ readonly at: number; readonly run: () => void }>()

  monotonicMs(): number {
    return this.#nowMs
  }

  after(ms: number, run: () => void): () => void {
    const one = { at: this.#nowMs + ms, run }
    this.#due.add(one)
    return () => void this.#due.delete(one)
  }

  pass(ms: number): void {
    this.#nowMs += ms
    for (const one of [...this.#due].filter(({ at }) => at <= this.#nowMs)) {
      this.#due.delete(one)
      one.run()
    }
  }
}

function polls() {
  const timers = new HandTimers()
  const asked: string[] = []
  const shapes = new ShapeFetch(
    {
      url: 'http://127.0.0.1',
      mode: 'live',
      token: () => null,
      ledger: { call: () => Promise.reject(new Error('not asked here')) },
      fetch: async (input) => {
        asked.push(new URL(String(input)).search)
        return new Response('[]')
      },
      timers,
      random: () => 0,
      log: () => undefined,
      hear: () => undefined,
    },
    { standsAtStart: () => true, restarted: () => undefined },
  )
  const poll = (search: string, signal?: AbortSignal): Promise<Response> =>
    shapes.fetch(`http://127.0.0.1/v1/shape${search}`, signal ? { signal } : undefined)
  return { timers, asked, shapes, poll }
}

const LIVE = '?offset=5_0&live=true'

test('the first change is told at once, and those that follow it together', async () => {
  const { timers, asked, shapes, poll } = polls()
  await poll(LIVE)
  const next = poll(LIVE)
  timers.pass(499)
  await Promise.resolve()
  expect(asked).toHaveLength(1)
  expect(shapes.silentSinceMs()).toBe(0)
  timers.pass(1)
  await next
  expect(asked).toHaveLength(2)
  timers.pass(500)
  await poll(LIVE)
  expect(asked).toHaveLength(3)
})

test('a list that is still being read waits for nothing', async () => {
  const { asked, poll } = polls()
  await poll(LIVE)
  await poll('?offset=4_0')
  expect(asked).toHaveLength(2)
})

test('a question that is given up while it waits ends', async () => {
  const { asked, poll } = polls()
  await poll(LIVE)
  const given = new AbortController()
  const next = poll(LIVE, given.signal)
  given.abort()
  await next
  expect(asked).toHaveLength(2)
})
