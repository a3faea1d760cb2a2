import path from 'node:path'
import { groupThousands } from '../../../shared/base/money.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { openWriting, type Writing } from '../access.ts'
import { type Command, EXIT, type Given, JSON_OPTION, refused } from '../command.ts'
import type { Terminal } from '../terminal.ts'
import { toFile } from './export.ts'

/** What the till refuses in the middle of a file. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(why: Refusal) {
    super(why.sentence)
    this.refusal = why
  }
}

async function withTill(
  given: Given,
  terminal: Terminal,
  work: (till: Writing) => Promise<string>,
): Promise<number> {
  const opened = await openWriting(given.dir, terminal, 'refuse')
  if (!opened.ok) return refused(opened.refusal, terminal)
  try {
    await terminal.out(`${await work(opened.value)}\n`)
    return EXIT.done
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return refused(error.refusal, terminal)
  } finally {
    opened.value.close()
  }
}

export const enrol: Command = {
  name: 'enrol',
  operands: '',
  operandCount: 0,
  summary: 'make this till one of a head office',
  options: {
    url: { type: 'string', value: 'URL', help: 'the address of head office, https://...' },
    code: { type: 'string', value: 'CODE', help: 'the code that head office read out' },
  },
  details: [
    'The till keeps its ledger. Enrolling again, with a new code, is the way out after a restore or a copied till.',
    'The app talks to head office: while it is closed the code is only kept, for as long as it is good (10 minutes).',
  ],
  run(given, terminal) {
    const url = given.text('url')
    const code = given.text('code')
    if (url === null || code === null) {
      const why = 'enrol needs --url and --code'
      return Promise.resolve(refused(refusal('invalid', { what: 'The command line', why }), terminal))
    }
    return withTill(given, terminal, async (till) => {
      const done = await till.enrol(url, code)
      if (!done.ok) throw new Refused(done.refusal)
      if (done.value === null) {
        return 'The code is kept. Start the app within ten minutes: it asks head office and says what came of it.'
      }
      const { tenant_name, store_name, till_name } = done.value
      return `This till is ${till_name} of ${store_name}, ${tenant_name}.`
    })
  },
}

export const rotateKey: Command = {
  name: 'rotate-key',
  operands: '',
  operandCount: 0,
  summary: 'give this till a new signing key',
  options: {},
  details: [
    'The app makes the key with head office, now or when it is next reached, and goes on selling meanwhile. A key that\nis a year old is replaced without being asked.',
  ],
  run: (given, terminal) =>
    withTill(given, terminal, async (till) => {
      const done = await till.rotateKey()
      if (!done.ok) throw new Refused(done.refusal)
      return 'The app gives this till a new key as soon as it reaches head office.'
    }),
}

export const exportUnsent: Command = {
  name: 'export-unsent',
  operands: 'FILE',
  operandCount: 1,
  summary: 'write what head office does not have into a file',
  options: JSON_OPTION,
  details: [
    'For a shop without internet: carry the file to head office, where "hq import-events FILE" takes it. Nothing is\ncounted as sent by writing it; it may be written and carried as often as you like. It holds personal data.',
  ],
  run: (given, terminal) =>
    withTill(given, terminal, async (till) => {
      const file = path.resolve(given.operand)
      const events = await toFile(file, async (write) => {
        let written = 0
        for (let cursor: string | null = null; ; ) {
          const page = await till.unsent(cursor)
          if (!page.ok) throw new Refused(page.refusal)
          await write(page.value.text)
          written += page.value.events
          if (page.value.next === null) return written
          cursor = page.value.next
        }
      })
      return given.flag('json')
        ? JSON.stringify({ file, events })
        : `${groupThousands(events)} entries written to ${file}. Carry it to head office.`
    }),
}

export const importPackage: Command = {
  name: 'import-package',
  operands: 'FILE',
  operandCount: 1,
  summary: 'take in what head office wrote for this store',
  options: JSON_OPTION,
  details: [
    'For a shop without internet: the file comes from "hq export-package". A file that was altered, is of another\nstore or older than what is here already is refused, and nothing is changed.',
  ],
  run: (given, terminal) =>
    withTill(given, terminal, async (till) => {
      const file = path.resolve(given.operand)
      const done = await till.importPackage(file)
      if (!done.ok) throw new Refused(done.refusal)
      const { rows, made_at } = done.value
      return given.flag('json')
        ? JSON.stringify({ file, rows, made_at })
        : `${groupThousands(rows)} rows taken in, as of ${new Date(made_at).toISOString().slice(0, 16).replace('T', ' ')} UTC.`
    }),
}
