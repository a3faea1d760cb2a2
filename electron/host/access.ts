import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { randomHex } from '../platform/random.ts'

/** How long an address for once waits for the browser it was given to. */
const OPENING_MS = 180_000

/**
 * Who may talk to the loopback server. Every program and every web page of this computer can reach it, so:
 * - the address carries a token made for this run (`/?key=...`), exchanged for a cookie that scripts cannot read
 *   and that no other site's page makes the browser send;
 * - `Host` must be our own address (a name of the attacker's that resolves to 127.0.0.1 is refused);
 * - what changes something must come from our own `Origin`.
 */
export interface Access {
  readonly origin: string
  readonly cookieName: string
  /** The address a person opens, with the token. */
  readonly address: string
  /**
   * An address that lets one browser in, once, within three minutes. For a command line, which every user of the computer
   * can read: whoever reads it there finds it used up, or is seen because the page stays shut for the person.
   */
  addressForOnce(): string
  hostIsOurs(request: IncomingMessage): boolean
  /** No other page: same origin where the browser says so. `Origin` must be present when `required`. */
  originIsOurs(request: IncomingMessage, required: boolean): boolean
  hasCookie(request: IncomingMessage): boolean
  /** True for the token of this run, and once for a key of `addressForOnce`. */
  takeKey(text: string | null): boolean
  setCookie(): string
}

/** The rules for one port and one token. */
export function accessTo(port: number, token: string): Access {
  const host = `127.0.0.1:${port}`
  const origin = `http://${host}`
  // Cookies do not know ports: two tills of one computer must not overwrite each other's.
  const cookieName = `kasuwa_${port}`
  const isToken = (text: string): boolean => equal(text, token)
  const once = new Set<string>()
  return {
    origin,
    cookieName,
    address: `${origin}/?key=${token}`,
    addressForOnce() {
      const key = randomHex(24)
      once.add(key)
      setTimeout(() => once.delete(key), OPENING_MS).unref()
      return `${origin}/?key=${key}`
    },
    hostIsOurs: (request) => request.headers.host === host,
    originIsOurs(request, required) {
      const from = request.headers.origin
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin') return false
      return from === undefined ? !required : from === origin
    },
    hasCookie(request) {
      // Any of that name: another server of this computer may have set one too, and must not shut the till with it.
      const cookies = (request.headers.cookie ?? '').split(/;\s*/)
      return cookies.some(
        (cookie) => cookie.startsWith(`${cookieName}=`) && isToken(cookie.slice(cookieName.length + 1)),
      )
    },
    takeKey: (text) => text !== null && (isToken(text) || once.delete(text)),
    setCookie: () => `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  }
}

function equal(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
