import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assetFor, CONTENT_SECURITY_POLICY, serveAsset } from './asset.ts'

const outside = mkdtempSync(path.join(tmpdir(), 'kasuwa-asset-'))
const root = path.join(outside, 'renderer')

beforeAll(() => {
  mkdirSync(path.join(root, 'assets'), { recursive: true })
  mkdirSync(path.join(root, 'folder.html'))
  writeFileSync(path.join(root, 'index.html'), '<!doctype html>')
  writeFileSync(path.join(root, 'assets', 'main-Ab_1.js'), '1')
  writeFileSync(path.join(root, 'till.db'), 'secret')
  writeFileSync(path.join(root, '.hidden.js'), 'secret')
  writeFileSync(path.join(outside, 'secret.js'), 'secret')
})
afterAll(() => rmSync(outside, { recursive: true, force: true }))

const WAYS_OUT = [
  '/../secret.js',
  '/..%2fsecret.js',
  '/..%2Fsecret.js',
  '/%2e%2e/secret.js',
  '/%2e%2e%2fsecret.js',
  '/%252e%252e%252fsecret.js',
  '/assets/../../secret.js',
  '/assets/..%5c..%5csecret.js',
  '/..\\secret.js',
  '//etc/passwd.js',
  '/%2fetc/passwd.js',
  '/C:/secret.js',
  '/C:%5csecret.js',
  '/index.html%00.js',
  '/secret.js::$DATA',
  '/.hidden.js',
  '/./index.html',
  '/assets//main-Ab_1.js',
  '/%',
  '/%c3%28.js',
  '',
  'index.html',
  'http://evil.example/index.html',
]

test.each(WAYS_OUT)('S5 path %j leads nowhere', async (rawPath) => {
  expect(assetFor(rawPath)).toBeNull()
  expect((await serveAsset(root, 'GET', rawPath)).status).toBe(404)
})

test.each([
  '/till.db',
  '/assets',
  '/assets/',
  '/missing.js',
  '/folder.html',
])('S5 %j is not a screen file', async (p) => {
  const answer = await serveAsset(root, 'GET', p)
  expect(answer).toMatchObject({ status: 404, body: null })
})

test('S5 GET and HEAD only', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) {
    expect((await serveAsset(root, method, '/')).status).toBe(405)
  }
  const head = await serveAsset(root, 'HEAD', '/')
  expect(head).toMatchObject({ status: 200, body: null })
  expect(head.headers['Content-Length']).toBe('15')
})

test('S6 every answer carries the policy and nosniff; types come from our own table', async () => {
  const page = await serveAsset(root, 'GET', '/')
  const script = await serveAsset(root, 'GET', '/assets/main-Ab_1.js')
  expect(Buffer.from(page.body ?? []).toString()).toBe('<!doctype html>')
  expect(page.headers['Content-Type']).toBe('text/html; charset=utf-8')
  expect(script.headers['Content-Type']).toBe('text/javascript; charset=utf-8')
  for (const answer of [
    page,
    script,
    await serveAsset(root, 'GET', '/no.js'),
    await serveAsset(root, 'PUT', '/'),
  ]) {
    expect(answer.headers['Content-Security-Policy']).toBe(CONTENT_SECURITY_POLICY)
    expect(answer.headers['X-Content-Type-Options']).toBe('nosniff')
  }
})

test('S6 the policy is the agreed one', () => {
  expect(CONTENT_SECURITY_POLICY).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  )
})
