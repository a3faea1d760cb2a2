import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ScreenDoor } from '../platform/supervision/till-host.ts'
import { type LoopbackScreens, openLoopback } from './server.ts'

const door: ScreenDoor = {
  call: async () => ({ id: 1, outcome: 'done', value: {} }) as never,
  state: () => ({ notice: 'ledger', state: 'up' }),
  onNotice: () => () => undefined,
}

let screens: LoopbackScreens
beforeEach(async () => {
  const token = 'ab'.repeat(24)
  screens = await openLoopback({ door, rendererDir: '/nowhere', port: 0, token, log: () => undefined })
})
afterEach(() => screens.close())

const open = async (address: string): Promise<string | null> => {
  const answer = await fetch(address, { redirect: 'manual' })
  return answer.status === 303 ? (answer.headers.get('set-cookie')?.split(';', 1)[0] ?? null) : null
}
const call = async (cookie: string): Promise<number> => {
  const headers = { cookie, origin: screens.origin, 'content-type': 'application/json' }
  const sent = await fetch(`${screens.origin}/call`, { method: 'POST', headers, body: '{}' })
  return sent.status
}

test('an address for a command line lets one browser in and is then worth nothing', async () => {
  const once = screens.addressForOnce()
  expect(once).not.toBe(screens.address)
  expect(once).not.toContain('ab'.repeat(24))
  const cookie = await open(once)
  expect(await call(cookie ?? '')).toBe(200)
  expect(await open(once)).toBeNull()
  // It is no cookie either, and the printed address goes on.
  expect(await call(`${(cookie ?? '').split('=')[0]}=${new URL(once).searchParams.get('key')}`)).toBe(403)
  expect(await open(screens.address)).toBe(cookie)
  expect(screens.addressForOnce()).not.toBe(once)
})

test('an address for a command line that nobody opened is worth nothing after three minutes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const first = screens.addressForOnce()
  vi.advanceTimersByTime(179_000)
  const second = screens.addressForOnce()
  vi.advanceTimersByTime(2_000)
  vi.useRealTimers()
  expect(await open(first)).toBeNull()
  expect(await open(second)).not.toBeNull()
})

test('a cookie of our name that another server of this computer set does not shut the till', async () => {
  const cookie = (await open(screens.address)) ?? ''
  const name = cookie.split('=')[0]
  expect(await call(`${name}=evil; ${cookie}`)).toBe(200)
  expect(await call(`${cookie}; ${name}=`)).toBe(200)
  expect(await call(`${name}=evil; ${name}=`)).toBe(403)
})

/** On a connection of its own, as a page that was just opened. */
function freshCall(cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, origin: screens.origin, 'content-type': 'application/json' }
    const sent = request(`${screens.origin}/call`, { method: 'POST', headers, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end('{}')
  })
}

test('strangers who take every connection and say nothing are put out in seconds', async () => {
  const cookie = (await open(screens.address)) ?? ''
  const { hostname, port } = new URL(screens.origin)
  const hogs: Socket[] = []
  for (let i = 0; i < 128; i++) {
    const hog = connect(Number(port), hostname)
    hog.on('error', () => undefined)
    // Half of them send a header that never ends.
    if (i % 2 === 0) hog.write('GET / HTTP/1.1\r\nHost: ')
    hogs.push(hog)
  }
  await expect(freshCall(cookie)).rejects.toThrow()
  await vi.waitFor(async () => expect(await freshCall(cookie)).toBe(200), { timeout: 40_000, interval: 250 })
  for (const hog of hogs) hog.destroy()
}, 60_000)
