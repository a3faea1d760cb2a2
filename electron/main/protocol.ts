import { serveAsset } from '../platform/asset.ts'
import type { ElectronParts } from './parts.ts'

const SCHEME = 'kasuwa'
const HOST = 'app'
const APP_ORIGIN = `${SCHEME}://${HOST}`
export const APP_ADDRESS = `${APP_ORIGIN}/`

/** True for our own pages and nothing else; never compares text, which a clever address could imitate. */
export function isOurs(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
}

/** Once, before the app is ready. No `bypassCSP`, no `corsEnabled`. */
export function registerScheme(protocol: ElectronParts['protocol']): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the screens: the only content this app ever shows. */
export function handleScheme(protocol: ElectronParts['protocol'], rendererDir: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    // Cut from the text as sent: a URL parser would already have resolved the dots that must be seen.
    const rawPath = url.startsWith(APP_ADDRESS) ? url.slice(APP_ORIGIN.length).replace(/[?#].*$/s, '') : ''
    const { status, headers, body } = await serveAsset(rendererDir, method, rawPath)
    return new Response(body, { status, headers: { ...headers } })
  })
}
