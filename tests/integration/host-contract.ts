import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { callControl } from '../../electron/platform/control-socket.ts'
import type { KasuwaBridge, Notice } from '../../shared/ipc/message.ts'
import {
  makeShop,
  toldBySync as readToldBySync,
  type ShellUnderTest,
  type Shop,
} from '../support/stub-shells.ts'

const sale = (n: number, receipt: string) =>
  ({
    command_id: String(n).padStart(32, '0'),
    customer_id: null,
    gross_kobo: 100,
    redeem: null,
    receipt,
    channel: 'pos',
    approver: null,
  }) as const

/** Longer than anything takes, also on a busy machine. */
const PATIENT = { timeout: 40_000, interval: 20 }

/** What every shell owes its screens, whatever it is made of. */
export function hostContract(
  name: 'browser' | 'electron',
  start: (shop: Shop) => Promise<ShellUnderTest>,
): void {
  describe(`${name} shell`, () => {
    let shop: Shop
    let shell: ShellUnderTest | null = null

    beforeEach(() => {
      shop = makeShop()
    })
    afterEach(async () => {
      await shell?.close()
      shell = null
      shop.remove()
    })

    const open = async (): Promise<ShellUnderTest & { bridge: KasuwaBridge }> => {
      const opened = await start(shop)
      shell = opened
      if (!opened.bridge) throw new Error(`no screen: ${opened.log.join('\n')}`)
      return { ...opened, bridge: opened.bridge }
    }
    const booked = (): string[] => readFileSync(path.join(shop.dir, 'booked'), 'utf8').trim().split('\n')

    /** Collects what the ledger is said to do until it is `state`. */
    const until = (bridge: KasuwaBridge, state: string): Promise<string[]> =>
      new Promise((resolve) => {
        const seen: string[] = []
        const stop = bridge.onNotice((notice: Notice) => {
          if (notice.notice !== 'ledger') return
          seen.push(notice.state)
          if (notice.state !== state) return
          stop()
          resolve(seen)
        })
      })

    test('a screen asks and is answered, and knows which shell it is in', async () => {
      const { bridge } = await open()
      expect(bridge.host).toBe(name)
      expect(Object.keys(bridge).sort()).toEqual(['call', 'host', 'onNotice'])
      const status = await bridge.call('system.status', '', {})
      expect(status).toMatchObject({ outcome: 'done', value: { phase: 'setup', host: name } })
    })

    test('what breaks the contract is refused with a sentence and never reaches the ledger', async () => {
      const { sendRaw, bridge } = await open()
      const refused = (code: string) => ({
        outcome: 'refused',
        refusal: { code, sentence: expect.any(String) },
      })
      for (const raw of [null, 'x', {}, { method: 'customer.search', session: '', input: { text: 7 } }]) {
        expect(await sendRaw(raw)).toMatchObject(refused('invalid'))
      }
      for (const method of ['no.such', '__proto__', 'toString']) {
        expect(await sendRaw({ method, session: '', input: {} })).toMatchObject(refused('unknown_method'))
      }
      const long = await bridge.call('customer.search', '', { text: 'x'.repeat(10_000_000) })
      expect(long).toMatchObject(refused('invalid'))
    })

    test('a first start keeps the new keys before anything is opened, and the next start uses them', async () => {
      const first = await open()
      expect((await first.bridge.call('system.status', '', {})).outcome).toBe('done')
      await first.close()
      const kept = ['till.key', 'till.key.sealed'].filter((file) => existsSync(path.join(shop.dir, file)))
      expect(kept).toEqual([name === 'electron' ? 'till.key.sealed' : 'till.key'])
      const file = path.join(shop.dir, kept[0] ?? '')
      if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
      const { mtimeMs } = statSync(file)
      const second = await open()
      expect((await second.bridge.call('system.status', '', {})).outcome).toBe('done')
      expect(statSync(file).mtimeMs).toBe(mtimeMs)
    })

    test('the ledger process gets no argument, none of our environment, and no secret but in a message', async () => {
      process.env['KASUWA_TEST_SECRET'] = 'swordfish'
      try {
        const { bridge } = await open()
        const reply = await bridge.call('customer.search', '', { text: 'who' })
        if (reply.outcome !== 'done') throw new Error(reply.outcome)
        const { argv, env } = JSON.parse(reply.value.results[0]?.name ?? '') as { argv: []; env: object }
        expect(argv).toEqual([])
        expect(JSON.stringify(env)).not.toContain('swordfish')
        expect(JSON.stringify(env)).not.toContain('ab'.repeat(32))
        const allowed = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'TZ', 'LANG']
        const nodes = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE']
        expect(Object.keys(env).filter((key) => ![...allowed, ...nodes].includes(key))).toEqual([])
      } finally {
        delete process.env['KASUWA_TEST_SECRET']
      }
    })

    test.each([
      'crash before',
      'crash after',
    ])('a ledger process that stops (%s booking) books the sale once', async (when) => {
      const { bridge } = await open()
      const seen: string[] = []
      bridge.onNotice((notice) => {
        if (notice.notice === 'ledger') seen.push(notice.state)
      })
      // Notices and answers come by two ways: either may be first.
      const sees = (...states: string[]): Promise<void> =>
        vi.waitFor(() => expect(seen.filter((state, at) => state !== seen[at - 1])).toEqual(states), PATIENT)
      await sees('up')
      const reply = await bridge.call('sale.record', 's', sale(1, when))
      expect(reply).toMatchObject({ outcome: 'done', value: { balance: 1 } })
      expect(booked()).toEqual([sale(1, when).command_id])
      // The same command once more: the answer was lost on the way to the person.
      expect(await bridge.call('sale.record', 's', sale(1, when))).toMatchObject({ value: { balance: 1 } })
      expect(booked()).toHaveLength(1)
      await sees('up', 'restarting', 'up')
    })

    test('a request that stops the process every time is given up, and the till goes on', async () => {
      const { bridge } = await open()
      const poison = await bridge.call('customer.search', '', { text: 'poison' })
      expect(poison).toMatchObject({ outcome: 'failed', retry: true })
      expect((await bridge.call('system.status', '', {})).outcome).toBe('done')
    })

    test.each([
      'file_damaged',
      'file_newer',
      'key_wrong',
      'disk_full',
      'read_only',
    ])('a till that is blocked (%s) still shows its screen, which says why', async (why) => {
      writeFileSync(path.join(shop.dir, 'blocked'), why)
      const { bridge, asset, log } = await open()
      expect((await asset('/')).status).toBe(200)
      const status = await bridge.call('system.status', '', {})
      expect(status).toMatchObject({ outcome: 'done', value: { phase: 'blocked', blocked: { why } } })
      expect(await until(bridge, 'blocked')).toEqual(['blocked'])
      expect(log).toContain(`Blocked: ${why}.`)
    })

    test('a process that never comes up ends in a blocking page, not in a loop', async () => {
      writeFileSync(path.join(shop.dir, 'crash_on_open'), '')
      const { bridge } = await open()
      const status = await bridge.call('system.status', '', {})
      expect(status).toMatchObject({ value: { phase: 'blocked', blocked: { why: 'crashed' } } })
      expect(await bridge.call('sale.record', 's', sale(1, ''))).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'till_blocked' },
      })
      rmSync(path.join(shop.dir, 'crash_on_open'))
    })

    test('a data directory that another Kasuwa uses is left alone and said so', async () => {
      writeFileSync(path.join(shop.dir, 'blocked'), 'writer_busy')
      shell = await start(shop)
      expect(shell.bridge).toBeNull()
      expect(shell.log).toContain('Blocked: writer_busy.')
      expect(existsSync(path.join(shop.dir, 'writer.json'))).toBe(false)
    })

    test('the command line reaches the writer while the app is open, and nobody after it', async () => {
      const opened = await open()
      await opened.bridge.call('sale.record', 's', sale(1, ''))
      const client = await callControl(shop.dir)
      expect(await client?.call('backup', { file: 'x' })).toEqual({ ok: true, output: { bytes: 1 } })
      client?.close()
      await opened.close()
      expect(await callControl(shop.dir)).toBeNull()
    })

    const toldBySync = () => readToldBySync(shop)
    const heardBySync = (word: string, times = 1) =>
      vi.waitFor(() => {
        const told = toldBySync().filter(({ heard }) => heard === word)
        expect(told.length).toBeGreaterThanOrEqual(times)
        return told
      }, PATIENT)

    test('the sync process runs beside the ledger, hears of new entries, and is started without secrets', async () => {
      process.env['KASUWA_TEST_SECRET'] = 'swordfish'
      process.env['HTTPS_PROXY'] = 'http://127.0.0.1:9'
      try {
        const { bridge } = await open()
        const [first] = await heardBySync('ledger up')
        await bridge.call('sale.record', 's', sale(1, ''))
        await heardBySync('changed entries')
        expect(first?.argv).toEqual([])
        expect(JSON.stringify(first?.env)).not.toContain('swordfish')
        expect(JSON.stringify(first?.env)).not.toContain('ab'.repeat(32))
        expect(first?.env).toMatchObject({ HTTPS_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' })
      } finally {
        delete process.env['KASUWA_TEST_SECRET']
        delete process.env['HTTPS_PROXY']
      }
    })

    test('a sync process that is struck down is started again, and no sale notices', async () => {
      const { bridge } = await open()
      const [first] = await heardBySync('ledger up')
      process.kill(first?.pid ?? 0, 'SIGKILL')
      expect(await bridge.call('sale.record', 's', sale(1, ''))).toMatchObject({ outcome: 'done' })
      const ups = await heardBySync('ledger up', 2)
      expect(ups[1]?.pid).not.toBe(first?.pid)
    })

    test('a ledger process that stops is told to the sync process, and that it is back', async () => {
      const { bridge } = await open()
      const [first] = await heardBySync('ledger up')
      expect(await bridge.call('sale.record', 's', sale(1, 'crash before'))).toMatchObject({
        outcome: 'done',
      })
      const ups = await heardBySync('ledger up', 2)
      expect(ups[1]?.pid).toBe(first?.pid)
    })

    test('closing ends the sync process before the ledger', async () => {
      const opened = await open()
      const [first] = await heardBySync('ledger up')
      await opened.close()
      expect(toldBySync().at(-1)?.heard).toBe('close')
      expect(() => process.kill(first?.pid ?? 0, 0)).toThrow()
    })

    test('closing writes the checkpoint and ends the process', async () => {
      const opened = await open()
      await opened.bridge.call('system.status', '', {})
      await opened.close()
      expect(readFileSync(path.join(shop.dir, 'closed'), 'utf8')).toBe('closed\n')
      const after = await opened.bridge.call('system.status', '', {}).catch(() => ({ outcome: 'failed' }))
      expect(after.outcome).toBe('failed')
    })

    test('the screens come with the policy, and nothing else of the machine does', async () => {
      const { asset } = await open()
      const page = await asset('/')
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
      expect((await asset('/assets/main.js')).headers.get('content-type')).toContain('text/javascript')
      for (const out of ['/..%2fsecret.js', '/%2e%2e%2fsecret.js', '/..%5csecret.js', '/%00', '/none.js']) {
        const answer = await asset(out)
        expect([out, answer.status]).toEqual([out, 404])
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      }
      expect((await asset('/', 'DELETE')).status).toBe(405)
    })
  })
}
