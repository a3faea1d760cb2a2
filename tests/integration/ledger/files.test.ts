import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { applyKey, LATEST_VERSION } from '../../../electron/ledger/database.ts'
import type { Secrets } from '../../../electron/ledger/messages.ts'
import { openTill } from '../../../electron/ledger/open.ts'
import { recover, restoreBackup } from '../../../electron/ledger/restore.ts'
import {
  commandId,
  copies,
  FakeClock,
  fakePlatform,
  memoryKeys,
  newTill,
  points,
  removeTempDirs,
  START_MS,
  saleOf,
  seededBytes,
  type TestTill,
  tempDir,
  templatePhrase,
} from '../../support/till.ts'

afterAll(removeTempDirs)

const platform = fakePlatform(new FakeClock(START_MS), 99)
const isRoot = process.getuid?.() === 0
const onLinux = process.platform === 'linux'

const withSales = (sales: number) =>
  copies(async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    for (let i = 0; i < sales; i++) await till.sell(ada, 1_000)
    return till
  })
const [few, many] = [withSales(20), withSales(120)]

/** A closed till with some sales in it. */
async function closedTill(make = few): Promise<TestTill> {
  const till = await make()
  till.close()
  return till
}

/** What stands on the blocked screen, or `open`. */
async function opening(dir: string, secrets: Secrets | null, mode: 'write' | 'read' = 'write') {
  const opened = await openTill({ dir, keyStore: memoryKeys(secrets), mode, host: 'test', platform })
  if (opened.ok) {
    opened.value.close()
    return { code: 'open', sentence: '' }
  }
  return { code: opened.refusal.code, sentence: opened.refusal.sentence }
}

describe('a ledger that cannot be opened says so in a sentence, and nothing is lost', () => {
  it('with the wrong key', async () => {
    const till = await closedTill()
    const secrets = { ...(till.keys.secrets as Secrets), database_key: '00'.repeat(32) }
    expect(await opening(till.dir, secrets)).toEqual({
      code: 'key_wrong',
      sentence: 'The key does not open this ledger. Run recover with the recovery phrase.',
    })
    expect((await opening(till.dir, till.keys.secrets)).code).toBe('open')
  })

  it('with the signing key of another till', async () => {
    const till = await closedTill()
    const secrets = { ...(till.keys.secrets as Secrets), signing_key: platform.newSigningKey() }
    expect((await opening(till.dir, secrets)).code).toBe('key_wrong')
    // Reading needs no signature.
    expect((await opening(till.dir, secrets, 'read')).code).toBe('open')
  })

  it('without a key', async () => {
    const till = await closedTill()
    expect(await opening(till.dir, null)).toEqual({
      code: 'key_missing',
      sentence: 'The key of this ledger is not on this computer. Run recover with the recovery phrase.',
    })
  })

  it('with a key but no ledger', async () => {
    const till = await closedTill()
    renameSync(till.file, path.join(tempDir(), 'elsewhere.db'))
    const found = await opening(till.dir, till.keys.secrets)
    expect(found.code).toBe('file_damaged')
    expect(found.sentence).toMatch(/holds the key of a till but not its ledger.*Restore its latest backup/)
  })

  it.each([0, 1, 100, 4_096, 5_000, 40_000])('cut to %d bytes', async (bytes) => {
    const till = await closedTill()
    truncateSync(till.file, bytes)
    const found = await opening(till.dir, till.keys.secrets)
    expect(found.code).toBe('file_damaged')
    expect(found.sentence).toMatch(/^The ledger file is damaged: .*Do not delete it\./)
    expect(statSync(till.file).size).toBe(bytes)
  })

  it('written by a newer app', async () => {
    const till = await closedTill()
    const db = new Sqlite(till.file)
    applyKey(db, till.keys.secrets?.database_key ?? '')
    db.pragma(`user_version = ${LATEST_VERSION + 1}`)
    db.close()
    const before = readFileSync(till.file)
    expect(await opening(till.dir, till.keys.secrets)).toEqual({
      code: 'file_newer',
      sentence: `The ledger file was written by a newer Kasuwa (version ${LATEST_VERSION + 1}). Update this app first.`,
    })
    expect(readFileSync(till.file).equals(before)).toBe(true)
  })

  it('while another one has it open', async () => {
    const till = await newTill()
    const other = await openTill({
      dir: till.dir,
      keyStore: till.keys,
      mode: 'write',
      host: 'test',
      platform,
    })
    expect(!other.ok && other.refusal).toMatchObject({
      code: 'writer_busy',
      sentence: 'Another Kasuwa is using this data folder. Close it first, or use that window.',
    })
    // Reading beside it is fine, and writes nothing.
    const reader = await openTill({
      dir: till.dir,
      keyStore: till.keys,
      mode: 'read',
      host: 'test',
      platform,
    })
    if (!reader.ok) throw new Error(reader.refusal.sentence)
    expect(reader.value.stats()?.customers).toBe(0)
    const session = till.people.cashier.token
    const input = { command_id: commandId(), ...saleOf(null, 100) }
    const sale = await reader.value.call({ id: 1, method: 'sale.record', session, input } as never)
    expect(sale).toMatchObject({ outcome: 'refused', refusal: { code: 'read_only' } })
    expect((await reader.value.verify()).ok).toBe(true)
    reader.value.close()
    till.close()
    await till.reopen()
    await till.sell(null, 100)
  })
})

describe('a byte that flipped', () => {
  const places = seededBytes(5)(24)
  it.each(Array.from({ length: 12 }, (_, i) => i))('is found, wherever it is: %d', async (i) => {
    const till = await closedTill()
    const { size } = statSync(till.file)
    const at =
      i === 0
        ? 3
        : i === 1
          ? 20
          : Math.floor((((places[i * 2] ?? 0) * 256 + (places[i * 2 + 1] ?? 0)) / 65_536) * size)
    const content = readFileSync(till.file)
    content[at] = (content[at] ?? 0) ^ 0x10
    writeFileSync(till.file, content)
    const opened = await openTill({
      dir: till.dir,
      keyStore: till.keys,
      mode: 'write',
      host: 'test',
      platform: till.platform,
    })
    if (!opened.ok) {
      expect(opened.refusal.code).toBe('file_damaged')
      return
    }
    // It opened: the damaged page was not needed yet. Whoever needs it is told, and nothing wrong is ever shown.
    const report = await opened.value.verify().catch((error: unknown) => error)
    opened.value.close()
    if (report instanceof Error)
      expect((report as { code?: string }).code).toMatch(/^SQLITE_(CORRUPT|NOTADB|IOERR)/)
    // The first bytes are a salt for passphrases, which a raw key does not use: nothing depends on them.
    else expect(report).toMatchObject({ value: { ok: at < 16 } })
  })

  it('under a working till blocks it with the sentence, and the key is not blamed', async () => {
    const till = await closedTill(many)
    const content = readFileSync(till.file)
    // Everything behind the first pages: whatever is asked next meets it.
    content.fill(0x5a, 6 * 4_096)
    await till.reopen()
    writeFileSync(till.file, content)
    let reply = await till.ask('manager', 'export.page', { what: 'events', format: 'json', cursor: null })
    for (let i = 0; i < 3 && reply.outcome === 'done'; i++) {
      reply = await till.ask('manager', 'export.page', { what: 'lines', format: 'json', cursor: null })
    }
    expect(reply).toMatchObject({ outcome: 'refused', refusal: { code: 'till_blocked' } })
    const status = await till.done(null, 'system.status', {})
    expect(status.phase).toBe('blocked')
    expect(status.blocked?.why).toBe('file_damaged')
    expect(status.blocked?.sentence).toMatch(/Do not delete it.*restore the latest backup/)
    expect(await till.ask('cashier', 'customer.search', { text: 'ada' })).toMatchObject({
      refusal: { code: 'till_blocked' },
    })
  })
})

describe('a folder that may not be written', () => {
  it.skipIf(!onLinux || !isRoot)('blocks with what to do (run as another user)', async () => {
    const till = await closedTill()
    const script = `
      import { openTill } from ${JSON.stringify(path.resolve('electron/ledger/open.ts'))}
      const secrets = ${JSON.stringify(till.keys.secrets)}
      const opened = await openTill({ dir: ${JSON.stringify(till.dir)}, mode: 'write', host: 'test',
        keyStore: { kind: 'file', load: async () => secrets, save: async () => undefined } })
      console.log(opened.ok ? 'open' : opened.refusal.code + ' ' + opened.refusal.sentence)`
    chmodSync(path.dirname(till.dir), 0o755)
    const run = (): string => {
      const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
      const ran = spawnSync('setpriv', [...asNobody, process.execPath, '--input-type=module', '-e', script], {
        encoding: 'utf8',
      })
      return (ran.stdout + ran.stderr).trim()
    }
    // Readable for all, but not theirs.
    for (const name of readdirSync(till.dir)) chmodSync(path.join(till.dir, name), 0o644)
    chmodSync(till.dir, 0o755)
    expect(run()).toBe(
      `read_only This till may not write to its data folder, so nothing can be saved. Nothing is lost. Give this user the right to write to ${till.dir}, or start with another folder.`,
    )
    // The folder is theirs, the file is not.
    chownSync(till.dir, 65534, 65534)
    expect(run()).toMatch(/^read_only /)
    // Not even to be looked into.
    chownSync(till.dir, 0, 0)
    chmodSync(till.dir, 0o700)
    expect(run()).toMatch(/^read_only /)
  })
})

describe('a full disk', () => {
  it('refuses the sale with a sentence, keeps all that was booked, and goes on when there is space', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    const pages = Number(till.db.pragma('page_count', { simple: true }))
    till.db.pragma(`max_page_count = ${pages + 2}`)
    let booked = 0
    let code = ''
    for (let i = 0; i < 500 && code === ''; i++) {
      const reply = await till.ask('cashier', 'sale.record', {
        command_id: commandId(),
        ...saleOf(ada, 1_000),
      } as never)
      if (reply.outcome === 'done') booked += 1
      else if (reply.outcome === 'refused') code = reply.refusal.code
      else throw new Error(reply.message)
    }
    expect(code).toBe('disk_full')
    expect(booked).toBeGreaterThan(0)
    expect(await till.balance(ada)).toBe(booked * 10)
    till.db.pragma('max_page_count = 1000000')
    await till.sell(ada, 1_000)
    expect(await till.balance(ada)).toBe((booked + 1) * 10)
    expect((await till.verify()).ok).toBe(true)
  })

  const tmpfs = onLinux && isRoot && spawnSync('mount', ['--version']).status === 0
  it.skipIf(!tmpfs)('of the machine, down to the last byte (on a small file system of its own)', async () => {
    const small = tempDir()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'tmpfs', small])
    // Containers may not mount: then the limit above is what is tested.
    if (mounted.status !== 0)
      return expect(String(mounted.stderr)).toMatch(/permitted|denied|must be superuser/)
    try {
      const source = await closedTill()
      const dir = path.join(small, 'till')
      cpSync(source.dir, dir, { recursive: true })
      const opened = await openTill({
        dir,
        keyStore: source.keys,
        mode: 'write',
        host: 'test',
        platform: source.platform,
      })
      if (!opened.ok) throw new Error(opened.refusal.sentence)
      const till = opened.value
      const session = source.people.cashier.token
      const sell = () =>
        till.call({
          id: 1,
          method: 'sale.record',
          session,
          input: { command_id: commandId(), ...saleOf(null, 1_000) },
        } as never)
      let booked = till.stats()?.sales ?? 0
      let refused = ''
      for (let i = 0; i < 2_000 && refused === ''; i++) {
        const reply = await sell()
        if (reply.outcome === 'done') booked += 1
        else refused = reply.outcome === 'refused' ? reply.refusal.code : `failed ${reply.message}`
      }
      expect(refused).toBe('disk_full')
      expect(till.stats()?.sales).toBe(booked)
      const manager = source.people.manager.token
      const backup = await till.call({ id: 3, method: 'backup.create', session: manager, input: {} })
      expect(backup).toMatchObject({ outcome: 'refused', refusal: { code: 'disk_full' } })
      // Looking people up goes on.
      const found = await till.call({ id: 2, method: 'customer.search', session, input: { text: 'ada' } })
      expect(found.outcome).toBe('done')
      // And so does a quote, although the time of the last touch finds no room any more.
      source.clock.pass(60_000)
      const { approver: _, ...quote } = saleOf(null, 1_000)
      const quoted = await till.call({ id: 4, method: 'sale.quote', session, input: quote })
      expect(quoted).toMatchObject({ outcome: 'done' })
      till.close()
      // A till that is started on a full disk opens, or says why it does not.
      writeFileSync(path.join(small, 'filler'), '')
      const filler = openSync(path.join(small, 'filler'), 'w')
      expect(() => {
        for (;;) writeSync(filler, Buffer.alloc(4_096))
      }).toThrow(/ENOSPC/)
      const again = await opening(dir, source.keys.secrets)
      expect(['open', 'disk_full']).toContain(again.code)
      rmSync(path.join(small, 'filler'))
      const free = await openTill({
        dir,
        keyStore: source.keys,
        mode: 'write',
        host: 'test',
        platform: source.platform,
      })
      if (!free.ok) throw new Error(free.refusal.sentence)
      expect(free.value.stats()?.sales).toBe(booked)
      // A check needs room of its own, and says so.
      const cramped = await free.value.verify()
      expect(cramped.ok ? 'ok' : cramped.refusal.code).toBe('disk_full')
      expect(spawnSync('mount', ['-o', 'remount,size=64m', small]).status).toBe(0)
      const report = await free.value.verify()
      expect(report.ok && report.value.ok).toBe(true)
      free.value.close()
    } finally {
      spawnSync('umount', ['-l', small])
    }
  })
})

describe('a set-up that was cut', () => {
  const answers = {
    store_name: 'Shop',
    till_name: 'Till',
    admin_name: 'Dayo',
    pin: '736194',
    date_confirmed: '2026-12-01',
    demo: false,
  }

  it('before the ledger was there is simply done again', async () => {
    const dir = path.join(tempDir(), 'till')
    const keys = memoryKeys()
    const failing = { ...keys, save: () => Promise.reject(new Error('the key store is locked')) }
    const first = await openTill({ dir, keyStore: failing, mode: 'write', host: 'test', platform })
    if (!first.ok) throw new Error(first.refusal.sentence)
    await expect(first.value.setUp({ ...answers, command_id: commandId() })).rejects.toThrow('locked')
    first.value.close()
    // What a cut at the worst moment leaves: half a database under its working name.
    writeFileSync(path.join(dir, 'till.db.part'), 'half')
    const second = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
    if (!second.ok) throw new Error(second.refusal.sentence)
    expect(second.value.isSetUp()).toBe(false)
    const done = await second.value.setUp({ ...answers, command_id: commandId() })
    expect(done.ok).toBe(true)
    const report = await second.value.verify()
    expect(report.ok && report.value.ok).toBe(true)
    second.value.close()
    expect((await opening(dir, keys.secrets)).code).toBe('open')
    expect(readdirSync(dir).toSorted()).toEqual(['recovery.json', 'till.db', 'writer.lock'])
  })

  it('twice at once leaves one till, whose keys are kept', async () => {
    const dir = path.join(tempDir(), 'till')
    const keys = memoryKeys()
    const opened = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    const both = await Promise.all(
      [1, 2].map(() => opened.value.setUp({ ...answers, command_id: commandId() })),
    )
    expect(both.map((one) => (one.ok ? 'done' : one.refusal.code))).toEqual(['done', 'already_set_up'])
    opened.value.close()
    expect((await opening(dir, keys.secrets)).code).toBe('open')
  })

  it.each<[string, Partial<typeof answers>, string]>([
    ['no name of the store', { store_name: ' ' }, 'setting_invalid'],
    ['no name of the till', { till_name: '' }, 'setting_invalid'],
    ['nobody in charge', { admin_name: '\u200b' }, 'setting_invalid'],
    ['a weak PIN', { pin: '123456' }, 'pin_weak'],
    ['a PIN of four', { pin: '2580' }, 'pin_weak'],
    ['a day before the software', { date_confirmed: '2026-11-20' }, 'date_before_last'],
  ])('with %s is refused and leaves nothing', async (_, wrong, code) => {
    const dir = path.join(tempDir(), 'till')
    const keys = memoryKeys()
    const opened = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    const input = { ...answers, ...wrong, command_id: commandId() }
    const reply = await opened.value.call({ id: 1, method: 'setup.begin', session: '', input })
    expect(reply).toMatchObject({ outcome: 'refused', refusal: { code } })
    expect(keys.secrets).toBeNull()
    expect(readdirSync(dir)).toEqual(['writer.lock'])
    const early = await opened.value.call({
      id: 1,
      method: 'customer.search',
      session: '',
      input: { text: 'a' },
    })
    expect(early).toMatchObject({ refusal: { code: 'not_set_up' } })
    const day = { ...input, date_confirmed: '2026-02-30' }
    expect(await opened.value.call({ id: 1, method: 'setup.begin', session: '', input: day })).toMatchObject({
      refusal: { code: 'invalid' },
    })
    opened.value.close()
  })
})

/** A till with a backup of its middle: two sales before, one after. */
async function backedUp() {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 10_000)
  const before = { command_id: commandId(), ...saleOf(ada, 20_000, { redeem: points(100) }) }
  const beforeReply = await till.ask('cashier', 'sale.record', before as never)
  const { file, bytes } = await till.done('manager', 'backup.create', {})
  expect(statSync(file).size).toBe(bytes)
  const after = { command_id: commandId(), ...saleOf(ada, 30_000) }
  await till.ask('cashier', 'sale.record', after as never)
  return { till, ada, file, before, beforeReply, after }
}

describe('a backup', () => {
  it('restores in a new epoch that names the one before; a command sent again has one effect', async () => {
    const { till, ada, file, before, beforeReply, after } = await backedUp()
    const head = till.till.ledger.writer.head()
    till.close()
    const restored = await restoreBackup(till.dir, file, till.platform, till.keys)
    if (!restored.ok) throw new Error(restored.refusal.sentence)
    expect(restored.value.epoch).toBe(2)
    await till.reopen()
    expect(await till.verify()).toMatchObject({ ok: true, events: restored.value.events })
    // Sessions of before do not count in the restored ledger.
    expect(await till.code('cashier', 'session.touch', {})).toBe('signed_out')
    const cashier = await till.signIn('cashier')
    const card = async () =>
      (await till.done(cashier, 'customer.card', { customer_id: ada })).account.available
    expect(await card()).toBe(199)
    // Booked before the backup: known, with the same answer. After it: lost, and booked once when sent again.
    expect(await till.ask(cashier, 'sale.record', before as never)).toEqual(beforeReply)
    expect(await card()).toBe(199)
    for (let i = 0; i < 3; i++) await till.done(cashier, 'sale.record', after)
    expect(await card()).toBe(499)
    await till.rebuild()
    expect(await card()).toBe(499)
    expect((await till.verify()).ok).toBe(true)
    const opened = till.db
      .prepare<[], Uint8Array>(
        `SELECT bytes FROM event WHERE kind = 'epoch.opened' ORDER BY place DESC LIMIT 1`,
      )
      .pluck()
      .get()
    const { payload } = JSON.parse(Buffer.from(opened ?? []).toString('utf8')) as {
      payload: Record<string, unknown>
    }
    expect(payload).toMatchObject({
      because: 'restored',
      after: { epoch: 1, seq: restored.value.events - 1 },
    })
    // What was here before is kept, and opens.
    const aside = restored.value.moved_to ?? ''
    expect(existsSync(path.join(aside, 'till.db'))).toBe(true)
    const old = await openTill({
      dir: aside,
      keyStore: till.keys,
      mode: 'read',
      host: 'test',
      platform: till.platform,
    })
    if (!old.ok) throw new Error(old.refusal.sentence)
    expect(old.value.till()?.ledger.writer.head().place).toBe(head.place)
    old.value.close()
  })

  it('and the ledger file open on another computer with the phrase, and with no other words', async () => {
    const { till, ada, file } = await backedUp()
    const phrase = await templatePhrase()
    till.close()
    for (const source of [file, till.file]) {
      const dir = path.join(tempDir(), 'new')
      const keys = memoryKeys()
      const words = phrase.split(' ')
      const wrong = [
        [...words].reverse().join(' '),
        words.slice(0, 11).join(' '),
        '',
        `${'abandon '.repeat(11)}about`,
        'x'.repeat(100_000),
      ]
      for (const typed of wrong) {
        const refused = await recover(dir, source, typed, platform, keys)
        expect(!refused.ok && refused.refusal.code).toBe('phrase_wrong')
      }
      expect(keys.secrets).toBeNull()
      expect(existsSync(path.join(dir, 'till.db'))).toBe(false)
      const done = await recover(
        dir,
        source,
        `  ${phrase.toUpperCase().replaceAll(' ', '   ')} `,
        platform,
        keys,
      )
      if (!done.ok) throw new Error(done.refusal.sentence)
      const opened = await openTill({ dir, keyStore: keys, mode: 'write', host: 'test', platform })
      if (!opened.ok) throw new Error(opened.refusal.sentence)
      expect(opened.value.till()?.customers.row(ada)?.name).toBe('Ada')
      const report = await opened.value.verify()
      expect(report.ok && report.value.ok).toBe(true)
      // A new key signs from here on.
      expect(keys.secrets?.signing_key).not.toBe(till.keys.secrets?.signing_key)
      opened.value.close()
      const again = await recover(dir, file, phrase, platform, keys)
      expect(!again.ok && again.refusal.code).toBe('folder_not_empty')
    }
  })

  it('recovers in its own folder when only the key was lost', async () => {
    const { till } = await backedUp()
    till.close()
    const keys = memoryKeys()
    const done = await recover(till.dir, till.file, await templatePhrase(), platform, keys)
    expect(done.ok).toBe(true)
    const opened = await openTill({ dir: till.dir, keyStore: keys, mode: 'write', host: 'test', platform })
    expect(opened.ok && opened.value.stats()?.sales).toBe(3)
    if (opened.ok) opened.value.close()
  })

  it('that is damaged, cut or no backup at all is refused, and the ledger stays as it is', async () => {
    const { till, file } = await backedUp()
    till.close()
    const good = readFileSync(file)
    const ledger = readFileSync(till.file)
    const dir = tempDir()
    const variant = (name: string, content: Buffer | string): string => {
      const to = path.join(dir, name)
      writeFileSync(to, content)
      return to
    }
    const flipped = Buffer.from(good)
    flipped[good.length - 5_000] = (flipped[good.length - 5_000] ?? 0) ^ 1
    const header = Buffer.from(good)
    header[30] = 0x21
    const cases: [string, string][] = [
      [path.join(dir, 'none'), 'file_unreadable'],
      [dir, 'file_unreadable'],
      [variant('flipped', flipped), 'file_damaged'],
      [variant('header', header), 'file_damaged'],
      [variant('cut', good.subarray(0, good.length - 1)), 'file_damaged'],
      [variant('cut-early', good.subarray(0, 40)), 'file_damaged'],
      [variant('longer', Buffer.concat([good, Buffer.from('x')])), 'file_damaged'],
      [variant('empty', ''), 'file_wrong_kind'],
      [variant('text', 'hello'), 'file_wrong_kind'],
      [till.file, 'file_wrong_kind'],
    ]
    for (const [source, code] of cases) {
      const refused = await restoreBackup(till.dir, source, till.platform, till.keys)
      expect(!refused.ok && refused.refusal.code, source).toBe(code)
    }
    expect(readFileSync(till.file).equals(ledger)).toBe(true)
    expect(readdirSync(till.dir).filter((name) => /restoring|ready|before/.test(name))).toEqual([])
    // Another till's backup does not fit this one's key; without a key there is nothing to compare.
    const stranger = memoryKeys({ database_key: 'ab'.repeat(32), signing_key: platform.newSigningKey() })
    const other = await restoreBackup(till.dir, file, platform, stranger)
    expect(!other.ok && other.refusal.code).toBe('key_wrong')
    const none = await restoreBackup(till.dir, file, platform, memoryKeys())
    expect(!none.ok && none.refusal.code).toBe('key_missing')
    await till.reopen()
    const busy = await restoreBackup(till.dir, file, till.platform, till.keys)
    expect(!busy.ok && busy.refusal.code).toBe('writer_busy')
  })

  it('cut in the middle of a restore is carried to its end, and no old log is read into the new file', async () => {
    const { till, ada, file } = await backedUp()
    // A log beside the old ledger, as a crash leaves it: copied while the till is open.
    const wal = path.join(tempDir(), 'wal')
    copyFileSync(`${till.file}-wal`, wal)
    expect(statSync(wal).size).toBeGreaterThan(0)
    till.close()
    const restored = await restoreBackup(till.dir, file, till.platform, till.keys)
    if (!restored.ok) throw new Error(restored.refusal.sentence)
    // Back to the moment between moving the old ledger and its log away.
    renameSync(till.file, `${till.file}.ready`)
    copyFileSync(wal, `${till.file}-wal`)
    await till.reopen()
    expect((await till.verify()).ok).toBe(true)
    expect(till.till.ledger.writer.head().epoch).toBe(2)
    expect(till.till.customers.row(ada)?.sale_count).toBe(2)
    expect(existsSync(path.join(restored.value.moved_to ?? '', 'till.db-wal'))).toBe(true)
  })

  it('never replaces a file that is there, and says when it cannot be written', async () => {
    const { till, file } = await backedUp()
    const there = await till.open.admin('backup', { file })
    expect(!there.ok && there.refusal.sentence).toMatch(/is there already/)
    const nowhere = await till.open.admin('backup', {
      file: path.join(till.dir, 'no', 'such', 'folder', 'x'),
    })
    expect(!nowhere.ok && nowhere.refusal.code).toBe('file_unreadable')
    mkdirSync(path.join(till.dir, 'out'))
    const made = await till.open.admin('backup', { file: path.join(till.dir, 'out', 'b') })
    expect(made.ok).toBe(true)
    expect(readdirSync(path.join(till.dir, 'out'))).toEqual(['b'])
    // Two in one second do not stand in each other's way.
    const [one, two] = [
      await till.done('manager', 'backup.create', {}),
      await till.done('manager', 'backup.create', {}),
    ]
    expect(one.file).not.toBe(two.file)
  })
})

describe('a check beside the sales', () => {
  it('runs on a thread, sales go on, and its report is kept', async () => {
    const till = await newTill()
    const ada = await till.enrol('08031234567', { name: 'Ada' })
    for (let i = 0; i < 20; i++) await till.sell(ada, 1_000)
    expect((await till.done('manager', 'health.verify', {})).started).toBe(true)
    expect((await till.done('manager', 'health.verify', {})).started).toBe(false)
    await till.sell(ada, 1_000)
    const report = async () => (await till.done('manager', 'health.get', {})).last_verify
    await expect
      .poll(report, { timeout: 20_000, interval: 50 })
      .toMatchObject({ ok: true, first_bad: null, findings: [] })
    await till.restart()
    expect(await report()).toMatchObject({ ok: true })
  })
})
