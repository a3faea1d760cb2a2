import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Notice } from '../../shared/ipc/message.ts'
import { loopbackBridge } from './loopback.ts'

/** A host of which a test says how it answers. */
function page(statusOf: () => number) {
  const streams: { readyState: number; onerror: (() => void) | null; close: () => void }[] = []
  let outlived = 0
  const bridge = loopbackBridge(
    {
      fetch: async () => new Response('{}', { status: statusOf() }),
      openEvents: () => {
        const stream = { readyState: 0, onerror: null, onmessage: null, close: () => undefined }
        streams.push(stream)
        return stream as unknown as EventSource
      },
    },
    () => {
      outlived += 1
    },
  )
  const heard: Notice[] = []
  const stop = bridge.onNotice((notice) => heard.push(notice))
  const breakOff = (readyState: number): void => {
    const last = streams.at(-1)
    if (!last) throw new Error('no stream is open')
    last.readyState = readyState
    last.onerror?.()
  }
  return { bridge, heard, stop, streams, breakOff, outlived: () => outlived }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a page whose host went away', () => {
  it('says that the till is starting again while the browser tries to reach it', async () => {
    const { heard, breakOff, streams, outlived } = page(() => 200)
    breakOff(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(heard).toEqual([{ notice: 'ledger', state: 'restarting' }])
    expect([streams.length, outlived()]).toEqual([1, 0])
  })

  it('learns without a key being pressed that the host which came back does not know it', async () => {
    const { breakOff, streams, outlived } = page(() => 403)
    breakOff(2)
    await vi.advanceTimersByTimeAsync(60_000)
    expect([streams.length, outlived()]).toEqual([1, 1])
  })

  it('opens a refused stream again where the host knows the page', async () => {
    const { breakOff, streams, outlived } = page(() => 200)
    breakOff(2)
    await vi.advanceTimersByTimeAsync(10_000)
    expect([streams.length, outlived()]).toEqual([2, 0])
  })

  it('opens nothing any more once nobody listens', async () => {
    const { breakOff, stop, streams } = page(() => 200)
    breakOff(2)
    stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(streams.length).toBe(1)
  })

  it('learns it from a call, too', async () => {
    const { bridge, outlived } = page(() => 403)
    expect(await bridge.call('system.status', '', {})).toMatchObject({ outcome: 'failed', retry: false })
    expect(outlived()).toBe(1)
  })
})
