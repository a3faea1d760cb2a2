import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { groupThousands } from '../../../shared/base/money.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { nodePlatform } from '../../ledger/node-platform.ts'
import { repairChain } from '../../ledger/repair.ts'
import { type Restored, recover as recoverLedger, restoreBackup } from '../../ledger/restore.ts'
import type { VerifyResult } from '../../ledger/verify.ts'
import { fileKeyStore } from '../../platform/key-store.ts'
import { noTill, openReading, openWriting } from '../access.ts'
import { type Command, EXIT, type Given, JSON_OPTION, refused } from '../command.ts'
import type { Terminal } from '../terminal.ts'

const PHRASE_BYTES_MAX = 10_000

export const verify: Command = {
  name: 'verify',
  operands: '',
  operandCount: 0,
  summary: 'check every entry: order, chain, signatures, and that all figures follow from them',
  options: JSON_OPTION,
  details: [
    'Changes nothing and may run beside the app. Exit code: 0 all is well, 1 something is wrong (the first bad entry is\nnamed), 2 the ledger could not be opened.',
  ],
  async run(given, terminal) {
    const opened = await openReading(given.dir)
    if (!opened.ok) return damagedOrRefused(opened.refusal, terminal)
    const till = opened.value
    try {
      const startedMs = till.monotonicMs()
      const checked = await till.verify()
      if (!checked.ok) return damagedOrRefused(checked.refusal, terminal)
      const tookMs = Math.round(till.monotonicMs() - startedMs)
      const text = given.flag('json')
        ? JSON.stringify({ ...checked.value, took_ms: tookMs })
        : verdict(checked.value, tookMs).join('\n')
      await terminal.out(`${text}\n`)
      return checked.value.ok ? EXIT.done : EXIT.finding
    } finally {
      till.close()
    }
  },
}

/** That the file itself is damaged is what verify looks for; that it may not be opened is not. */
function damagedOrRefused(why: Refusal, terminal: Terminal): number {
  terminal.note(why.sentence)
  return why.code === 'file_damaged' ? EXIT.finding : EXIT.refused
}

function verdict(result: VerifyResult, tookMs: number): string[] {
  const events = groupThousands(result.events)
  if (result.ok)
    return [
      `All is well: ${events} entries checked in ${(tookMs / 1000).toFixed(1)} s. Last ${result.head_hash}`,
    ]
  const first = result.first_bad
  return [
    `Something is wrong in this ledger of ${events} entries.`,
    ...(first ? [`First bad entry: number ${first.place} (${first.event_id}): ${first.what}`] : []),
    ...result.findings,
    'Do not delete anything: what stands before a bad entry is safe. "till help repair" says how to go on.',
  ]
}

export const repair: Command = {
  name: 'repair',
  operands: '',
  operandCount: 0,
  summary: 'close a ledger before its first bad entry and go on from there',
  options: JSON_OPTION,
  details: [
    'Only after verify found a bad entry, and with a manager. The damaged entries are written to a file beside the\nledger; each later one that still carries its own signature is booked again under the same id. Close the app first.',
  ],
  async run(given, terminal) {
    const none = noTill(given.dir)
    if (none) return refused(none, terminal)
    const done = await repairChain(given.dir, nodePlatform(), fileKeyStore(given.dir))
    if (!done.ok) return refused(done.refusal, terminal)
    const { broken_at, reissued, lost, exported_to } = done.value
    const lines = broken_at
      ? [
          `The entry number ${broken_at.place} was bad: ${broken_at.what}`,
          `${groupThousands(reissued)} later entries were booked again, ${groupThousands(lost)} could not be trusted.`,
          `All of them stand as they were in ${exported_to}. Run "till verify" now.`,
        ]
      : ['Nothing is broken, so nothing was changed.']
    await terminal.out(`${given.flag('json') ? JSON.stringify(done.value) : lines.join('\n')}\n`)
    return broken_at ? EXIT.finding : EXIT.done
  },
}

export const rebuild: Command = {
  name: 'rebuild',
  operands: '',
  operandCount: 0,
  summary: 'compute all figures anew from the entries',
  options: JSON_OPTION,
  details: ['The entries are not touched. Use it when verify finds that figures differ from them.'],
  async run(given, terminal) {
    const opened = await openWriting(given.dir, terminal, 'refuse')
    if (!opened.ok) return refused(opened.refusal, terminal)
    try {
      const done = await opened.value.rebuild()
      if (!done.ok) return refused(done.refusal, terminal)
      const { events, projections_hash } = done.value
      const text = given.flag('json')
        ? JSON.stringify(done.value)
        : `Rebuilt from ${groupThousands(events)} entries; the figures are ${projections_hash}`
      await terminal.out(`${text}\n`)
      return EXIT.done
    } finally {
      opened.value.close()
    }
  },
}

export const backup: Command = {
  name: 'backup',
  operands: 'FILE',
  operandCount: 1,
  summary: 'write the whole till into one encrypted file',
  options: JSON_OPTION,
  details: [
    'The file opens with the key of this computer (till restore) or, on any other, with the recovery phrase (till\nrecover). A file that is there already is never overwritten.',
  ],
  async run(given, terminal) {
    const file = path.resolve(given.operand)
    const folder = path.dirname(file)
    if (!existsSync(folder)) {
      return refused(refusal('file_unreadable', { file: folder, why: 'there is no such folder' }), terminal)
    }
    const opened = await openWriting(given.dir, terminal, 'refuse')
    if (!opened.ok) return refused(opened.refusal, terminal)
    try {
      const done = await opened.value.backup(file)
      if (!done.ok) return refused(done.refusal, terminal)
      const { bytes } = done.value
      const text = given.flag('json')
        ? JSON.stringify({ file, bytes })
        : `Backed up to ${file} (${groupThousands(Math.ceil(bytes / 1024))} KB). Keep it on another device than this one.`
      await terminal.out(`${text}\n`)
      return EXIT.done
    } finally {
      opened.value.close()
    }
  },
}

export const restore: Command = {
  name: 'restore',
  operands: 'FILE',
  operandCount: 1,
  summary: 'put a backup in the place of this till, on the computer that made it',
  options: JSON_OPTION,
  details: ['The ledger that is there is moved into a folder beside, never deleted. Close the app first.'],
  async run(given, terminal) {
    const file = plainFile(given)
    if (!file.ok) return refused(file.refusal, terminal)
    const done = await restoreBackup(given.dir, file.value, nodePlatform(), fileKeyStore(given.dir))
    return done.ok ? told(done.value, given, terminal) : refused(done.refusal, terminal)
  },
}

export const recover: Command = {
  name: 'recover',
  operands: 'FILE',
  operandCount: 1,
  summary: 'open a backup or a till.db on a new computer with the recovery phrase',
  options: {
    ...JSON_OPTION,
    'phrase-file': {
      type: 'string',
      value: 'FILE',
      help: 'where the phrase stands (- for standard input); asked on a terminal when not given',
    },
  },
  details: [
    'The phrase never stands on the command line, where others could read it. Beside a till.db its recovery.json must\nstand. Stop the old till for good: two tills with one ledger cannot be joined again.',
  ],
  async run(given, terminal) {
    const file = plainFile(given)
    if (!file.ok) return refused(file.refusal, terminal)
    const phrase = await phraseOf(given, terminal)
    if (!phrase.ok) return refused(phrase.refusal, terminal)
    const keyStore = fileKeyStore(given.dir)
    const done = await recoverLedger(given.dir, file.value, phrase.value, nodePlatform(), keyStore)
    if (!done.ok) return refused(done.refusal, terminal)
    terminal.note(keyStore.notice)
    return told(done.value, given, terminal)
  },
}

async function phraseOf(given: Given, terminal: Terminal): Promise<Result<string, Refusal>> {
  const from = given.text('phrase-file')
  if (from === '-') return ok(await terminal.input())
  if (from !== null) {
    const file = path.basename(from)
    if (!existsSync(from)) return refuse(refusal('file_unreadable', { file, why: 'there is no such file' }))
    const stat = statSync(from)
    if (!stat.isFile() || stat.size > PHRASE_BYTES_MAX) {
      return refuse(refusal('file_wrong_kind', { file, expected: 'a text with the recovery phrase' }))
    }
    return ok(readFileSync(from, 'utf8').replace(/^\ufeff/, ''))
  }
  if (!terminal.interactive) {
    const why = 'nobody is there to be asked for the phrase; give a file, or - for standard input'
    return refuse(refusal('setting_invalid', { field: '--phrase-file', why }))
  }
  return ok(await terminal.ask('Recovery phrase (12 words): '))
}

/** A folder or a device is no backup; reading on would only end in the words of the operating system. */
function plainFile(given: Given): Result<string, Refusal> {
  const file = path.resolve(given.operand)
  const name = path.basename(file)
  if (!existsSync(file))
    return refuse(refusal('file_unreadable', { file: name, why: 'there is no such file' }))
  if (!statSync(file).isFile())
    return refuse(refusal('file_unreadable', { file: name, why: 'it is not a plain file' }))
  return ok(file)
}

async function told(done: Restored, given: Given, terminal: Terminal): Promise<number> {
  if (given.flag('json')) {
    await terminal.out(`${JSON.stringify(done)}\n`)
    return EXIT.done
  }
  const lines = [`${groupThousands(done.events)} entries are back in ${given.dir}.`]
  if (done.moved_to !== null) lines.push(`What was there before lies in ${done.moved_to}.`)
  lines.push('Run "till verify" to check it whole.')
  await terminal.out(`${lines.join('\n')}\n`)
  return EXIT.done
}
