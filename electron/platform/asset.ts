import { readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * The one way a screen's files leave this program: Electron's `kasuwa://app/` and the browser host's loopback
 * address both answer with it, so that what is tested in a browser is what runs in the window.
 */

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/** On every answer, whatever it is. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Only these kinds of file exist for a screen. */
const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

/**
 * The file below the renderer's folder that a raw URL path names, with its type; null for everything else.
 * Decodes once; refuses what a decoder, Windows or a file system could read as a way out of the folder: no part of
 * the path may begin with a dot.
 */
export function assetFor(rawPath: string): { readonly file: string; readonly type: string } | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(rawPath)
  } catch {
    return null
  }
  if (decoded === '/') decoded = '/index.html'
  if (!/^(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/.test(decoded)) return null
  const type = MIME[path.posix.extname(decoded)]
  return type === undefined ? null : { file: decoded.slice(1), type }
}

interface AssetAnswer {
  readonly status: 200 | 404 | 405
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** Answers a request for a file of the screen. `rawPath` is the path of the URL as sent, still encoded. */
export async function serveAsset(root: string, method: string, rawPath: string): Promise<AssetAnswer> {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, headers: { ...SECURITY_HEADERS, Allow: 'GET, HEAD' }, body: null }
  }
  const asset = assetFor(rawPath)
  if (!asset) return notFound()
  let body: Buffer<ArrayBuffer>
  try {
    body = await readFile(path.join(root, asset.file))
  } catch (error) {
    if (isAbsent(error)) return notFound()
    throw error
  }
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Type': asset.type,
    'Content-Length': String(body.length),
    // Names under assets/ carry a hash of their content; all else may change with the next build.
    'Cache-Control': asset.file.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
  }
  return { status: 200, headers, body: method === 'HEAD' ? null : body }
}

function notFound(): AssetAnswer {
  return { status: 404, headers: { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' }, body: null }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR'
}
