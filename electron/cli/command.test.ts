import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Command, commandHelp, readArguments } from './command.ts'
import { nearest } from './suggest.ts'
import { openTerminal, ReaderGone } from './terminal.ts'

const COMMAND: Command = {
  name: 'bake',
  operands: 'FILE',
  operandCount: 1,
  summary: 'bake a file',
  options: {
    heat: { type: 'string', value: 'HOW', choices: ['low', 'high'], help: 'how hot' },
    quiet: { type: 'boolean', help: 'say nothing' },
    name: { type: 'string', value: 'NAME', help: 'whose' },
  },
  details: ['Takes a while.'],
  run: async () => 0,
}
const why = (...argv: string[]) => {
  const read = readArguments(COMMAND, argv)
  return read.ok ? '' : read.refusal.sentence
}

describe('arguments', () => {
  it('are read in any order', () => {
    expect(
      readArguments(COMMAND, ['--heat', 'low', 'a.txt', '--quiet', '--data=/x', '--name', '-5']),
    ).toEqual({
      ok: true,
      value: { operand: 'a.txt', values: { heat: 'low', quiet: true, data: '/x', name: '-5' } },
    })
  })

  it.each([
    [['a', '--haet', 'low'], 'did you mean --heat?'],
    [['a', '--zzzzzzzz'], 'see "till help bake"'],
    [['a', '--constructor'], 'has no option --constructor'],
    [['a', '--heat'], '--heat needs a value, like --heat HOW'],
    [['a', '--heat', '--quiet'], '--heat needs a value'],
    [['a', '--heat', 'warm'], 'one of low, high, not "warm"'],
    [['a', '--quiet=yes'], '--quiet takes no value'],
    [['a', '--heat', 'low', '--heat', 'high'], 'given twice'],
    [[], 'bake needs FILE'],
    [['a', 'b'], 'does not know what to do with "b"'],
  ])('%j is refused: %s', (argv, words) => {
    expect(why(...argv)).toContain(words)
  })

  it('need nothing else where help is asked for', () => {
    expect(readArguments(COMMAND, ['--help']).ok).toBe(true)
    expect(commandHelp(COMMAND)).toContain('--heat HOW')
  })
})

describe('the nearest word', () => {
  it('is found for a slip and a beginning, and not for something else', () => {
    const words = ['import-sales', 'import-customers', 'stats', 'verify']
    expect(nearest('import-sale', words)).toBe('import-sales')
    expect(nearest('stast', words)).toBe('stats')
    expect(nearest('ver', words)).toBe('verify')
    expect(nearest('zebra', words)).toBeNull()
  })
})

describe('a terminal', () => {
  it('rejects what nobody reads any longer, and lives on when notes go nowhere', async () => {
    const broken = () =>
      new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
      })
    const terminal = openTerminal({ stdin: new PassThrough(), stdout: broken(), stderr: broken() })
    terminal.note('nobody hears this')
    await expect(terminal.out('x')).rejects.toBeInstanceOf(ReaderGone)
    await expect(terminal.out('y')).rejects.toBeInstanceOf(ReaderGone)
    expect(terminal.interactive).toBe(false)
  })

  it('reads a bounded secret from standard input', async () => {
    const stdin = new PassThrough()
    stdin.end('word '.repeat(100_000))
    const terminal = openTerminal({ stdin, stdout: new PassThrough(), stderr: new PassThrough() })
    expect((await terminal.input()).length).toBe(10_000)
  })
})
