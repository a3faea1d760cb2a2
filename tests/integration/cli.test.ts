import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Given, readArguments } from '../../electron/cli/command.ts'
import { COMMANDS } from '../../electron/cli/commands/index.ts'
import type { Terminal } from '../../electron/cli/terminal.ts'
import type { AdminOp, AdminOps } from '../../electron/ledger/messages.ts'
import { openTill } from '../../electron/ledger/open.ts'
import { serveControl } from '../../electron/platform/control-socket.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { ended, type Ran, spawnTill, till } from '../support/till-command.ts'

const root = mkdtempSync(path.join(tmpdir(), 'kasuwa-cli-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let dirs = 0
const newDir = (): string => path.join(root, `till-${++dirs}`)
/** A till with one customer. */
async function setUp(dir: string): Promise<Ran> {
  const file = path.join(root, 'one-person.csv')
  writeFileSync(file, 'name,phone\nAda,08030000001\n')
  const made = await till('import-customers', file, '--data', dir)
  expect(made.code, made.err).toBe(0)
  return made
}
/** A terminal without a person: what it is told is kept, what is answered is a mistake. */
function listening(said: string[]): Terminal {
  const nobody = (): never => {
    throw new Error('nobody answers')
  }
  return {
    interactive: false,
    out: nobody,
    note: (line) => said.push(line),
    ask: nobody,
    bar: nobody,
    input: nobody,
  }
}
const PHRASE = /^ *((?:[a-z]+ ){11}[a-z]+)$/m

describe('an empty folder', () => {
  it('gets a till with defaults by an import, and its recovery phrase is shown once, beside the answer', async () => {
    const dir = newDir()
    const made = await setUp(dir)
    expect(made.err).toContain(`A new till was set up in ${dir}.`)
    expect(made.err).toMatch(PHRASE)
    expect(made.out).not.toMatch(PHRASE)
    expect(readdirSync(dir)).toContain('till.db')
    const first = await till('stats', '--json', '--data', dir)
    expect(first.code, first.err).toBe(0)
    expect(first.out.split('\n')).toHaveLength(2)
    expect(JSON.parse(first.out)).toEqual({
      customers: 1,
      sales: 0,
      sales_minor: 0,
      events: expect.any(Number),
      points: 0,
      first_sale: null,
      last_sale: null,
    })
    expect(Object.keys(JSON.parse(first.out) as object)).toEqual([
      'customers',
      'sales',
      'sales_minor',
      'events',
      'points',
      'first_sale',
      'last_sale',
    ])
    expect(first.err).not.toMatch(PHRASE)
  })

  it('is left alone by restore and recover without a file', async () => {
    const dir = newDir()
    mkdirSync(dir)
    for (const argv of [
      ['restore', 'nothing.kasuwa'],
      ['recover', 'nothing.kasuwa'],
    ]) {
      const ran = await till(...argv, '--data', dir)
      expect(ran.code, ran.err).toBe(2)
      expect(ran.out).toBe('')
      expect(ran.err.trim()).not.toBe('')
      expect(readdirSync(dir)).toEqual([])
    }
  })

  it('is no till for any command but an import: each says so, and makes nothing there', async () => {
    const rest: Readonly<Record<string, readonly string[]>> = {
      backup: [path.join(root, 'none.kasuwa')],
      enrol: ['--url', 'http://127.0.0.1:9', '--code', 'AAAA-AAAA'],
      'export-unsent': [path.join(root, 'none.json')],
      'import-package': [path.join(root, 'none.json')],
    }
    const makes = new Set(['import-sales', 'import-customers', 'restore', 'recover'])
    const others = COMMANDS.filter((command) => !makes.has(command.name))
    expect(others).toHaveLength(COMMANDS.length - makes.size)
    for (const command of others) {
      const dir = newDir()
      const said: string[] = []
      const words = readArguments(command, [...(rest[command.name] ?? []), '--data', dir])
      if (!words.ok) throw new Error(words.refusal.sentence)
      const { operand, values } = words.value
      const given: Given = {
        dir,
        operand,
        text: (option) => (typeof values[option] === 'string' ? values[option] : null),
        flag: (option) => values[option] === true,
      }
      expect(await command.run(given, listening(said)), command.name).toBe(2)
      expect(said.join()).toContain(`There is no till in ${dir}, so nothing was done`)
      expect(existsSync(dir), command.name).toBe(false)
    }
    const typed = await till('stats', '--data', newDir())
    expect(typed).toMatchObject({ code: 2, out: '' })
    expect(typed.err).toContain('There is no till in ')
  })
})

describe('words that are not understood', () => {
  it.each([
    [['import-sale', 'x'], 'did you mean "import-sales"?'],
    [['zebra'], 'There is no command "zebra"'],
    [['stats', '--jsn'], 'did you mean --json?'],
    [['import-sales'], 'import-sales needs FILE'],
    [['help', 'zebra'], 'There is no command "zebra"'],
  ])('%j end with 2 and a sentence', async (argv, words) => {
    const ran = await till(...argv)
    expect(ran.code).toBe(2)
    expect(ran.out).toBe('')
    expect(ran.err).toContain(words)
  })
})

describe('help', () => {
  it('lists every command and explains each', async () => {
    const all = await till('help')
    expect(all.code).toBe(0)
    for (const name of [
      'import-sales',
      'import-customers',
      'stats',
      'verify',
      'rebuild',
      'backup',
      'restore',
      'recover',
      'new-phrase',
      'export',
    ]) {
      expect(all.out).toContain(`  ${name}`)
    }
    const one = await till('help', 'import-sales')
    expect(one.out).toContain('--columns MAP')
    expect((await till('import-sales', '--help')).out).toBe(one.out)
    expect((await till('version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('files that cannot be imported', () => {
  it.each([
    ['missing', null, 'it is not there'],
    ['empty', '', 'it is empty'],
    ['duplicate headers', 'phone,date,amount,date\n1,2,3,4\n', 'names "date" more than once'],
    [
      'no header, many readings',
      '0001,2026-01-02,12.50,3.20\n0002,2026-01-03,7.00,1.10\n',
      '--columns card=1,date=2,amount=3',
    ],
    ['binary', Buffer.alloc(600), 'is not text'],
  ])('%s: 2, a sentence, and nothing made', async (name, content, words) => {
    const dir = newDir()
    const file = path.join(root, `${name}.csv`)
    if (content !== null) writeFileSync(file, content)
    const ran = await till('import-sales', file, '--data', dir)
    expect(ran.code).toBe(2)
    expect(ran.out).toBe('')
    expect(ran.err).toContain(words)
    expect(readdirSync(root)).not.toContain(path.basename(dir))
  })

  it('are never overwritten by their own rejects', async () => {
    const file = path.join(root, 'own.csv')
    writeFileSync(file, 'phone,date,amount\nabc,2026-01-01,1\n')
    const ran = await till('import-sales', file, '--rejects', file, '--data', newDir())
    expect(ran.code).toBe(2)
    expect(readFileSync(file, 'utf8')).toContain('abc,2026-01-01,1')
  })
})

describe('an export', () => {
  const people = path.join(root, 'people.csv')
  writeFileSync(people, 'name,phone\n"=1+1",08031234567\n@SUM(A1),08031234568\nAda,+2348031234569\n')

  it('is harmless in a spreadsheet, to a file or to standard output', async () => {
    const dir = newDir()
    expect((await till('import-customers', people, '--data', dir)).code).toBe(0)
    const out = path.join(root, 'out.csv')
    const csv = await till('export', '--format', 'csv', '--data', dir)
    expect((await till('export', '--format', 'csv', '--out', out, '--data', dir)).out).toBe('')
    expect(readFileSync(out, 'utf8')).toBe(csv.out)
    expect(statSync(out).mode & 0o077).toBe(0)
    expect(csv.out).toContain(",'=1+1,")
    expect(csv.out).toContain(",'@SUM(A1),")
    expect(csv.out).toContain(',+2348031234569,')
    const json = await till('export', '--format', 'json', '--data', dir)
    const lines = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string })
    expect(lines.map((line) => line.name)).toEqual(['=1+1', '@SUM(A1)', 'Ada'])
  })

  it('ends quietly when its reader goes', async () => {
    const dir = newDir()
    const many = path.join(root, 'many.csv')
    writeFileSync(
      many,
      `name,phone\n${Array.from({ length: 3_000 }, (_, i) => `P${i},0803${1_000_000 + i}`).join('\n')}\n`,
    )
    expect((await till('import-customers', many, '--data', dir)).code).toBe(0)
    const child = spawnTill('export', '--format', 'json', '--data', dir)
    child.stdout?.once('data', () => child.stdout?.destroy())
    const ran = await ended(child)
    expect(ran.err).not.toContain('EPIPE')
    expect(ran.code).toBe(0)
  })
})

describe('a ledger that somebody changed', () => {
  it('is found by verify', async () => {
    const dir = newDir()
    await setUp(dir)
    const fine = await till('verify', '--data', dir, '--json')
    expect(fine.code, fine.err).toBe(0)
    expect(JSON.parse(fine.out)).toMatchObject({ ok: true, first_bad: null })
    rmSync(path.join(dir, 'till.db-wal'), { force: true })
    const file = path.join(dir, 'till.db')
    const bytes = readFileSync(file)
    for (let at = 8_192; at < bytes.length; at += 4_096) bytes[at + 100] = (bytes[at + 100] ?? 0) ^ 0xff
    writeFileSync(file, bytes)
    const bad = await till('verify', '--data', dir)
    expect(bad.code).toBe(1)
    expect(bad.err + bad.out).not.toMatch(/^\s+at /m)
  })
})

describe('backup, restore and recover', () => {
  it('bring a till to another folder with its phrase', { timeout: 60_000 }, async () => {
    const dir = newDir()
    const people = path.join(root, 'backup-people.csv')
    writeFileSync(people, 'name,phone\nAda,08031234567\n')
    const made = await till('import-customers', people, '--data', dir)
    const phrase = PHRASE.exec(made.err)?.[1]
    expect(phrase).toBeDefined()
    const file = path.join(root, 'shop.kasuwa')
    const backed = await till('backup', file, '--data', dir)
    expect(backed.code, backed.err).toBe(0)
    expect(readFileSync(file).includes('Ada')).toBe(false)
    expect((await till('backup', file, '--data', dir)).code).toBe(2)

    const phraseFile = path.join(root, 'phrase.txt')
    writeFileSync(phraseFile, `${'abandon '.repeat(11)}about\n`)
    const other = newDir()
    const wrong = await till('recover', file, '--phrase-file', phraseFile, '--data', other)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('does not open this file')
    writeFileSync(phraseFile, `${phrase}\n`)
    const right = await till('recover', file, '--phrase-file', phraseFile, '--data', other)
    expect(right.code, right.err).toBe(0)
    const figures = await till('stats', '--json', '--data', other)
    expect(JSON.parse(figures.out)).toMatchObject({ customers: 1 })
    expect((await till('verify', '--data', other)).code).toBe(0)

    // A new phrase opens what is backed up from now on; the old one what was backed up before.
    const renewed = await till('new-phrase', '--data', dir)
    expect(renewed.out.trim().split(' ')).toHaveLength(12)
    writeFileSync(phraseFile, renewed.out)
    expect((await till('recover', file, '--phrase-file', phraseFile, '--data', newDir())).code).toBe(2)
    const later = path.join(root, 'later.kasuwa')
    expect((await till('backup', later, '--data', dir)).code).toBe(0)
    const again = await till('recover', later, '--phrase-file', phraseFile, '--data', newDir())
    expect(again.code, again.err).toBe(0)

    const silent = await till('recover', file, '--data', newDir())
    expect(silent.code).toBe(2)
    expect(silent.err).toContain('--phrase-file')
  })
})

describe('beside a running app', () => {
  it('reading commands read, and writing ones go through the app', { timeout: 60_000 }, async () => {
    const dir = newDir()
    await setUp(dir)
    const opened = await openTill({ dir, keyStore: fileKeyStore(dir), mode: 'write', host: 'test' })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    const app = opened.value
    const people = path.join(root, 'beside.csv')
    writeFileSync(people, 'name,phone\nAda,08031234567\nBayo,08031234568\nabc,nothing\n')
    try {
      const alone = await till('import-customers', people, '--data', dir)
      expect(alone.code).toBe(2)
      expect(alone.err).toContain('Another Kasuwa is using this data folder')
      const asked: string[] = []
      const control = await serveControl(dir, async (op, input) => {
        asked.push(op)
        const done = await app.admin(op, input as AdminOps[AdminOp]['input'])
        return done.ok
          ? { ok: true, output: done.value }
          : { ok: false, refusal: done.refusal, message: done.refusal.sentence }
      })
      try {
        const through = await till('import-customers', people, '--data', dir, '--json')
        expect(through.code, through.err).toBe(1)
        expect(through.err).toContain('The running app does the writing')
        expect(JSON.parse(through.out)).toMatchObject({ booked: 2, rejected: 1 })
        expect(JSON.parse((await till('stats', '--json', '--data', dir)).out)).toMatchObject({ customers: 3 })
        expect((await till('verify', '--data', dir)).code).toBe(0)
        const file = path.join(root, 'beside.kasuwa')
        const backed = await till('backup', file, '--data', dir)
        expect(backed.code, backed.err).toBe(0)
        expect((await till('rebuild', '--data', dir)).code).toBe(0)
        expect((await till('restore', file, '--data', dir)).code).toBe(2)
        expect(asked).toEqual(['import_customers', 'backup', 'rebuild'])
      } finally {
        await control.close()
      }
    } finally {
      app.close()
    }
  })
})

describe('repair', () => {
  it('finds nothing to do in a whole ledger', async () => {
    const dir = newDir()
    await setUp(dir)
    const ran = await till('repair', '--data', dir)
    expect(ran.code, ran.err).toBe(0)
    expect(ran.out).toContain('Nothing is broken')
  })
})
