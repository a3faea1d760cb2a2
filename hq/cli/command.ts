import { parseArgs } from 'node:util'
import { nearest } from '../../electron/cli/suggest.ts'
import type { Terminal } from '../../electron/cli/terminal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'

/** What the process ends with: done; something was found; refused; interrupted. */
export const EXIT = { done: 0, finding: 1, refused: 2, interrupted: 130 } as const

interface Option {
  readonly type: 'string' | 'boolean'
  /** Shown in the help in place of the value. */
  readonly value?: string
  readonly help: string
  readonly choices?: readonly string[]
  readonly required?: boolean
}

export interface Command {
  readonly name: string
  /** The words after the name; empty: none. */
  readonly operand: string
  readonly summary: string
  readonly options: Readonly<Record<string, Option>>
  readonly run: (given: Given, terminal: Terminal) => Promise<number>
}

export interface Given {
  /** The first word after the name, and all of them. */
  readonly operand: string
  readonly operands: readonly string[]
  text(option: string): string | null
  flag(option: string): boolean
}

const COMMON: Readonly<Record<string, Option>> = {
  data: { type: 'string', value: 'DIR', help: 'the folder of head office (./.kasuwa/hq when not given)' },
  help: { type: 'boolean', help: 'show this help' },
}
/** Of commands about one business. */
export const TENANT: Readonly<Record<string, Option>> = {
  tenant: { type: 'string', value: 'T', help: 'the business, by id or name (not needed where there is one)' },
}
/** Of every command that answers with facts. */
export const JSON_OPTION: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'one line of JSON' },
}

/**
 * Reads the words after a command's name. Refuses, with the nearest name, an option the command does not have, a value
 * that is missing or not allowed, and a wrong number of words.
 */
export function readArguments(command: Command, argv: readonly string[]): Result<Given, string> {
  const known = { ...command.options, ...COMMON }
  const names = Object.keys(known)
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(names.map((name) => [name, { type: known[name]?.type ?? 'boolean' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string | true>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (!option) {
      const near = nearest(token.name, names)
      const hint = near ? `did you mean --${near}?` : `see "hq help ${command.name}"`
      return refuse(`${command.name} has no option ${token.rawName}; ${hint}`)
    }
    const read = readValue(token.name, option, token.value, token.inlineValue ?? false)
    if (!read.ok) return read
    if (values.has(token.name)) return refuse(`--${token.name} is given twice.`)
    values.set(token.name, read.value)
  }
  const given: Given = {
    operand: words[0] ?? '',
    operands: words,
    text: (option) => {
      const value = values.get(option)
      return typeof value === 'string' ? value : null
    },
    flag: (option) => values.has(option),
  }
  if (given.flag('help')) return ok(given)
  const needs = command.operand === '' ? 0 : command.operand.split(' ').length
  if (words.length < needs) return refuse(`${command.name} needs ${command.operand}.`)
  const extra = words[needs]
  if (extra !== undefined) return refuse(`${command.name} does not know what to do with "${extra}".`)
  const missing = names.find((name) => known[name]?.required && !values.has(name))
  return missing ? refuse(`${command.name} needs --${missing} ${known[missing]?.value ?? ''}.`) : ok(given)
}

function readValue(
  name: string,
  option: Option,
  value: string | undefined,
  inline: boolean,
): Result<string | true, string> {
  if (option.type === 'boolean') return value === undefined ? ok(true) : refuse(`--${name} takes no value.`)
  if (value === undefined || value === '' || (!inline && /^--?[a-z]/.test(value))) {
    return refuse(`--${name} needs a value, like --${name} ${option.value ?? 'VALUE'}.`)
  }
  if (option.choices && !option.choices.includes(value)) {
    return refuse(`--${name} is one of ${option.choices.join(', ')}, not "${value}".`)
  }
  return ok(value)
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON })
  const left = options.map(([name, option]) => `--${name}${option.value ? ` ${option.value}` : ''}`)
  const width = Math.max(...left.map((text) => text.length)) + 2
  const lines = options.map(([, option], i) => `  ${(left[i] ?? '').padEnd(width)}${option.help}`)
  const first = ['hq', command.name, command.operand, '[options]'].filter((text) => text !== '').join(' ')
  return [first, `  ${command.summary}`, '', ...lines, ''].join('\n')
}

/** The help without a command. */
export function allHelp(commands: readonly Command[]): string {
  const left = commands.map(({ name, operand }) => [name, operand].filter((text) => text !== '').join(' '))
  const width = Math.max(...left.map((text) => text.length), 'help [COMMAND]'.length) + 2
  return [
    'hq <command> [options]',
    '',
    ...commands.map(({ summary }, i) => `  ${(left[i] ?? '').padEnd(width)}${summary}`),
    `  ${'help [COMMAND]'.padEnd(width)}this page, or all about one command`,
    `  ${'version'.padEnd(width)}which Kasuwa this is`,
    '',
    'Every command takes --data DIR, the folder of head office (./.kasuwa/hq when not given), and works on the server',
    'that runs there or starts its database for the command. DATABASE_URL names another Postgres instead.',
    'Exit code: 0 done, 1 something was found, 2 refused, 130 interrupted.',
    '',
  ].join('\n')
}
