import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { browserHost } from '../../electron/host/browser-host.ts'
import { externalAddress, openOutside } from '../../electron/main/external.ts'
import { isOurs } from '../../electron/main/protocol.ts'
import { CHANNELS } from '../../electron/main/registrar.ts'
import { WEB_PREFERENCES } from '../../electron/main/window.ts'
import { type RunningTill, startTill } from '../../electron/platform/supervision/till-host.ts'
import { CHANNELS as PRELOAD_CHANNELS } from '../../electron/preload/expose.ts'
import { FakeContents } from '../support/fake-electron.ts'
import { openPage } from '../support/loopback-page.ts'
import { type ElectronUnderTest, makeShop, type Shop, startElectron } from '../support/stub-shells.ts'

/** The security rules of the shell by their number. What only a real Electron can show is in the smoke test. */

const FOREIGN = [
  'https://evil.example/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'kasuwa://app.evil.example/',
  'kasuwa://evil/',
  'kasuwa://app@evil.example/',
  'kasuwa://user@app/',
  'kasuwa-evil://app/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  'kasuwa:app',
  '',
  'not an address',
]

test('our own pages are told from all others', () => {
  expect(isOurs('kasuwa://app/')).toBe(true)
  expect(isOurs('kasuwa://app/index.html?x#y')).toBe(true)
  for (const address of FOREIGN) expect([address, isOurs(address)]).toEqual([address, false])
})

describe('in Electron', () => {
  let shop: Shop
  let shell: ElectronUnderTest
  beforeAll(async () => {
    shop = makeShop()
    shell = await startElectron(shop, { packaged: true })
  })
  afterAll(async () => {
    await shell.close()
    shop.remove()
  })

  test('S1 the page has no right beyond showing itself', () => {
    expect(WEB_PREFERENCES).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    })
    expect(Object.keys(WEB_PREFERENCES)).not.toContain('enableBlinkFeatures')
    expect(shell.electron.windows).toHaveLength(1)
    expect(shell.electron.windows[0]?.options.webPreferences).toEqual({
      ...WEB_PREFERENCES,
      preload: '/app/preload/index.cjs',
      devTools: false,
    })
  })

  test('S2 S4 lock, sandbox and scheme come first, in this order, before the app is ready', () => {
    expect(shell.electron.calls.slice(0, 3)).toEqual([
      'requestSingleInstanceLock',
      'enableSandbox',
      'scheme kasuwa codeCache,secure,standard,supportFetchAPI',
    ])
  })

  test('S3 the window shows our own page and nothing else was loaded', () => {
    expect(shell.electron.page.mainFrame.url).toBe('kasuwa://app/')
  })

  test.each([
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/..\\secret.js',
    '/../secret.js',
    '//evil/secret.js',
  ])('S5 %s gives nothing', async (out) => {
    expect((await shell.electron.fetch(`kasuwa://app${out}`)).status).toBe(404)
  })

  test.each([
    'kasuwa://evil/index.html',
    'kasuwa://app.evil/index.html',
    'kasuwa://app@evil/index.html',
  ])('S5 another host (%s) gives nothing', async (url) => {
    expect((await shell.electron.fetch(url)).status).toBe(404)
  })

  test('S6 the policy is a header of the page itself', async () => {
    const page = await shell.electron.fetch('kasuwa://app/?x=1#y')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('S7 of all permissions Electron knows, our page gets the clipboard and others get none', () => {
    const { permissions } = shell.electron
    const ask = permissions.setPermissionRequestHandler
    const check = permissions.setPermissionCheckHandler
    if (!ask || !check) throw new Error('Electron grants what nobody answers for')
    type Permission = Parameters<typeof ask>[1]
    const granted = (permission: string, origin: string): boolean[] => {
      const answers: boolean[] = []
      ask(null as never, permission as Permission, (yes) => answers.push(yes), {
        requestingUrl: origin,
      } as never)
      answers.push(check(null, permission as Permission, origin, {} as never))
      return answers
    }
    const known = permissionsOf('setPermissionRequestHandler')
    expect(known.length).toBeGreaterThan(40)
    for (const permission of [...known, ...permissionsOf('setPermissionCheckHandler')]) {
      const own = permission === 'clipboard-sanitized-write'
      expect([permission, ...granted(permission, 'kasuwa://app/')]).toEqual([permission, own, own])
      for (const origin of FOREIGN) expect(granted(permission, origin)).toEqual([false, false])
    }
  })

  test('S7 no device, no screen', () => {
    const { setDevicePermissionHandler, setDisplayMediaRequestHandler } = shell.electron.permissions
    expect(setDevicePermissionHandler?.({ deviceType: 'usb', origin: 'kasuwa://app' } as never)).toBe(false)
    const streams: unknown[] = []
    setDisplayMediaRequestHandler?.({} as never, (given) => streams.push(given))
    expect(streams).toEqual([null])
  })

  test.each([
    'will-navigate',
    'will-frame-navigate',
    'will-redirect',
  ])('S8 %s leads only to our own pages', (event) => {
    const goes = (url: string): boolean => {
      let prevented = false
      shell.electron.page.emit(event, { url, preventDefault: () => (prevented = true) })
      return !prevented
    }
    expect(goes('kasuwa://app/index.html#manager')).toBe(true)
    for (const url of FOREIGN) expect([url, goes(url)]).toEqual([url, false])
  })

  test('S8 no page inside a page, and no second window, for any page that ever comes to be', () => {
    const later = new FakeContents()
    shell.electron.app.emit('web-contents-created', {}, later)
    for (const contents of [shell.electron.page, later]) {
      let prevented = false
      contents.emit('will-attach-webview', { preventDefault: () => (prevented = true) })
      expect(prevented).toBe(true)
      for (const url of ['kasuwa://app/', ...FOREIGN]) {
        expect(contents.windowOpenHandler?.({ url })).toEqual({ action: 'deny' })
      }
    }
    expect(shell.electron.openedOutside).toEqual([])
  })

  test('S9 only https to a named host leaves the app', async () => {
    const hosts = ['kasuwa.example']
    expect(externalAddress('https://kasuwa.example/help?q=1', hosts)).toBe('https://kasuwa.example/help?q=1')
    for (const address of [
      ...FOREIGN,
      'http://kasuwa.example/',
      'https://kasuwa.example.evil.example/',
      'https://evil.example/kasuwa.example',
      'https://kasuwa.example@evil.example/',
      'https://user:pass@kasuwa.example/',
      'https://kasuwa.example:8443/',
      'file://kasuwa.example/share',
      'ms-settings:',
    ]) {
      expect([address, externalAddress(address, hosts)]).toEqual([address, null])
    }
    const opened: string[] = []
    const shellPart = { openExternal: async (url: string) => void opened.push(url) } as never
    await openOutside(shellPart, 'https://evil.example/', hosts)
    await openOutside(shellPart, 'https://kasuwa.example/', hosts)
    expect(opened).toEqual(['https://kasuwa.example/'])
  })

  test('S10 only the main frame of our own page may speak', async () => {
    const { electron } = shell
    const { page } = electron
    const ask = { method: 'system.status', session: '', input: {} }
    const denied = 'may not speak'
    for (const channel of [CHANNELS.call, CHANNELS.state]) {
      expect(await electron.invoke(page, page.mainFrame, channel, ask)).toBeTruthy()
      await expect(electron.invoke(page, null, channel, ask)).rejects.toThrow(denied)
      await expect(electron.invoke(page, { url: 'kasuwa://app/' }, channel, ask)).rejects.toThrow(denied)
      await expect(electron.invoke(new FakeContents(), page.mainFrame, channel, ask)).rejects.toThrow(denied)
      for (const url of FOREIGN) {
        page.mainFrame.url = url
        await expect(electron.invoke(page, page.mainFrame, channel, ask)).rejects.toThrow(denied)
      }
      page.mainFrame.url = 'kasuwa://app/'
    }
  })

  test('S11 the page sees one object of two functions and a word', async () => {
    const { page } = shell.electron
    expect(Object.keys(page.exposed)).toEqual(['kasuwa'])
    const bridge = page.exposed['kasuwa'] as object
    expect(Object.keys(bridge)).toEqual(['host', 'call', 'onNotice'])
    expect(PRELOAD_CHANNELS).toEqual(CHANNELS)
    await expect(page.bridge?.call('no.such' as never, '', {} as never)).rejects.toThrow('no such method')
  })

  test('S11 a listener hears notices, never an event of Electron, and is gone when it says so', async () => {
    const { page } = shell.electron
    const heard: unknown[][] = []
    const stop = page.bridge?.onNotice((...args: unknown[]) => heard.push(args))
    await vi.waitFor(() => expect(heard).toHaveLength(1), { timeout: 20_000 })
    page.send(CHANNELS.notice, { notice: 'changed', what: 'sales' })
    expect(heard).toEqual([[{ notice: 'ledger', state: 'up' }], [{ notice: 'changed', what: 'sales' }]])
    stop?.()
    page.send(CHANNELS.notice, { notice: 'changed', what: 'staff' })
    expect(heard).toHaveLength(2)
    expect(page.fromMain.listenerCount(CHANNELS.notice)).toBe(0)
  })

  test('S12 the clipboard of a page is the web one: Electron offers renderers none', () => {
    const types = electronTypes()
    const renderer = /namespace Renderer \{[\s\S]*?\n {2}\}/.exec(types)?.[0] ?? ''
    expect(renderer).toContain('ipcRenderer')
    expect(renderer).not.toMatch(/const clipboard\b/)
  })

  test('S15 keys reach the ledger in a message: not in arguments, not in the environment', () => {
    for (const { args, options } of shell.electron.forks) {
      expect(args).toEqual([])
      expect(options.execArgv).toBeUndefined()
      expect(JSON.stringify(options.env)).not.toMatch(/[0-9a-f]{64}/)
    }
    expect(shell.electron.forks).toHaveLength(2)
  })

  test('S17 a packaged till has no menu and no developer tools', () => {
    expect(shell.electron.menus).toEqual([null])
    expect(shell.electron.windows[0]?.options.webPreferences?.devTools).toBe(false)
  })
})

test.each([
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
])('S17 a packaged till does not start with --%s', async (name) => {
  const shop = makeShop()
  const { electron } = await startElectron(shop, { packaged: true, switches: [name] })
  expect([electron.exitCode, electron.windows.length, electron.forks.length]).toEqual([2, 0, 0])
  shop.remove()
})

test('a second start gives way before anything is opened', async () => {
  const shop = makeShop()
  const { electron, log } = await startElectron(shop, { locked: true })
  expect([electron.exitCode, electron.windows.length, electron.forks.length]).toEqual([2, 0, 0])
  expect(log).toEqual(['Kasuwa is already open for this data folder. Use that window.'])
  shop.remove()
})

describe('S18 the loopback address', () => {
  let shop: Shop
  let till: RunningTill
  let origin = ''
  let cookie = ''
  beforeAll(async () => {
    shop = makeShop()
    const started = await startTill(
      browserHost({
        dir: shop.dir,
        port: 0,
        rendererDir: shop.rendererDir,
        ledgerEntry: path.resolve(import.meta.dirname, '../support/stub-ledger.ts'),
        syncEntry: path.resolve(import.meta.dirname, '../support/stub-sync.ts'),
        log: () => undefined,
      }),
    )
    if ('why' in started) throw new Error(started.sentence)
    till = started
    const { address } = till.screens
    origin = new URL(address).origin
    const opened = await fetch(address, { redirect: 'manual' })
    cookie = opened.headers.get('set-cookie') ?? ''
  })
  afterAll(async () => {
    await till.close()
    shop.remove()
  })

  /** Sends exactly these headers, as no browser would let a page do. */
  function send(
    target: string,
    headers: Record<string, string>,
    method = 'GET',
    body = '',
  ): Promise<{ status: number; text: string; headers: NodeJS.Dict<string | string[]> }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const sent = request({ hostname, port, path: target, method, headers, setHost: false }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
  const host = (): string => new URL(origin).host
  const key = (): string => cookie.split(';', 1)[0] ?? ''
  const ask = '{"method":"system.status","session":"","input":{}}'
  const good = (): Record<string, string> => ({
    host: host(),
    cookie: key(),
    origin,
    'content-type': 'application/json',
  })

  test('is bound to 127.0.0.1 and carries a key of 192 random bits', () => {
    const { hostname, port, searchParams } = new URL(till.screens.address)
    expect(hostname).toBe('127.0.0.1')
    expect(Number(port)).toBeGreaterThan(1023)
    expect(searchParams.get('key')).toMatch(/^[0-9a-f]{48}$/)
  })

  test('the key becomes a cookie no script reads and no other site sends, and leaves the address', async () => {
    expect(cookie).toMatch(/^kasuwa_\d+=[0-9a-f]{48}; Path=\/; HttpOnly; SameSite=Strict$/)
    const opened = await fetch(till.screens.address, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/'])
  })

  test('with everything right it answers', async () => {
    expect((await send('/', { host: host(), cookie: key() })).status).toBe(200)
    const reply = await send('/call', good(), 'POST', ask)
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.text)).toMatchObject({ outcome: 'done' })
  })

  test('a name that resolves to 127.0.0.1 is refused, key or not (DNS rebinding)', async () => {
    for (const other of [
      'evil.example',
      `evil.example:${new URL(origin).port}`,
      'localhost',
      '127.0.0.1',
      '',
    ]) {
      expect((await send('/', { ...good(), host: other })).status).toBe(403)
      expect((await send('/call', { ...good(), host: other }, 'POST', ask)).status).toBe(403)
      const withKey = `/${new URL(till.screens.address).search}`
      expect((await send(withKey, { host: other })).headers['set-cookie']).toBeUndefined()
    }
  })

  test('a page of another origin is refused even with the cookie', async () => {
    for (const from of ['https://evil.example', 'null', `${origin}.evil.example`, 'http://127.0.0.1:1']) {
      expect((await send('/call', { ...good(), origin: from }, 'POST', ask)).status).toBe(403)
      expect((await send('/notices', { ...good(), origin: from })).status).toBe(403)
    }
    const { origin: _, ...without } = good()
    expect((await send('/call', without, 'POST', ask)).status).toBe(403)
    expect((await send('/call', { ...good(), 'sec-fetch-site': 'cross-site' }, 'POST', ask)).status).toBe(403)
    expect((await send('/call', { ...good(), 'sec-fetch-site': 'same-site' }, 'POST', ask)).status).toBe(403)
  })

  test('without the key there is nothing: no file, no call, no notice', async () => {
    for (const wrong of ['', 'kasuwa=1', `${key()}0`, key().slice(0, -1), key().replace(/=.*/, '=')]) {
      expect((await send('/', { ...good(), cookie: wrong })).status).toBe(403)
      expect((await send('/assets/main.js', { ...good(), cookie: wrong })).status).toBe(403)
      expect((await send('/notices', { ...good(), cookie: wrong })).status).toBe(403)
      expect((await send('/call', { ...good(), cookie: wrong }, 'POST', ask)).status).toBe(403)
    }
    expect((await send(`/?key=${'0'.repeat(48)}`, { host: host() })).status).toBe(403)
  })

  test('a form of another site cannot make a call: only JSON is taken, only by POST', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
    ]) {
      expect((await send('/call', { ...good(), 'content-type': type }, 'POST', ask)).status).toBe(403)
    }
    expect((await send('/call', good(), 'GET')).status).toBe(403)
    expect((await send('/call', good(), 'PUT', ask)).status).toBe(403)
  })

  test('a request of any size is answered with a sentence and does not stop the till', async () => {
    const huge = await send('/call', good(), 'POST', `{"method":"${'x'.repeat(20_000_000)}"}`)
    expect(huge.status).toBe(413)
    expect(JSON.parse(huge.text)).toMatchObject({ outcome: 'refused', refusal: { code: 'invalid' } })
    for (const body of ['', '{', 'null', '[]', '\u0000', '{"__proto__":{"a":1}}']) {
      const reply = await send('/call', good(), 'POST', body)
      expect([body, JSON.parse(reply.text)]).toMatchObject([body, { outcome: 'refused' }])
    }
    expect((await send('/call', good(), 'POST', ask)).status).toBe(200)
  })

  test('every answer, a refusal too, carries the policy', async () => {
    for (const reply of [
      await send('/', good()),
      await send('/', { host: 'evil.example' }),
      await send('/call', good(), 'POST', ask),
      await send('/none', good()),
    ]) {
      expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
      expect(reply.headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test('a page whose till was started anew is told what to do', async () => {
    const page = await openPage(till.screens.address)
    const { loopbackBridge } = await import('../../renderer/bridge/loopback.ts')
    const old = loopbackBridge({
      fetch: (where, init) =>
        fetch(new URL(where, origin), { ...init, headers: { ...init.headers, origin } }),
      openEvents: () => {
        throw new Error('not used')
      },
    })
    expect(await old.call('system.status', '', {})).toMatchObject({ outcome: 'failed', retry: false })
    expect(await page.bridge.call('system.status', '', {})).toMatchObject({ outcome: 'done' })
    page.close()
  })
})

function electronTypes(): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../node_modules/electron/electron.d.ts'), 'utf8')
}

/** Every permission that the types of this Electron name. */
function permissionsOf(method: string): string[] {
  const line = electronTypes()
    .split('\n')
    .find((text) => text.includes(`    ${method}(handler:`))
  const union = /permission: ((?:'[^']+' \| )*'[^']+')/.exec(line ?? '')?.[1] ?? ''
  return [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '')
}
