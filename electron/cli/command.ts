import { parseArgs } from 'node:util'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { nearest } from './suggest.ts'
import type { Terminal } from './terminal.ts'

/** What the process ends with. An interrupted command ends with 130, as shells expect. */
export const EXIT = { done: 0, finding: 1, refused: 2, interrupted: 130 } as const

export interface Option {
  readonly type: 'string' | 'boolean'
  /** Shown in the help in place of the value. */
  readonly value?: string
  readonly help: string
  /** The only values allowed. */
  readonly choices?: readonly string[]
}

export interface Command {
  readonly name: string
  /** The words after the name, for the first line of its help. */
  readonly operands: string
  readonly operandCount: 0 | 1
  readonly summary: string
  readonly options: Readonly<Record<string, Option>>
  /** Paragraphs below the options. */
  readonly details: readonly string[]
  readonly run: (given: Given, terminal: Terminal) => Promise<number>
}

export interface Given {
  readonly dir: string
  readonly operand: string
  text(option: string): string | null
  flag(option: string): boolean
}

const DATA_OPTION: Option = {
  type: 'string',
  value: 'DIR',
  help: 'the folder of the till (./.kasuwa when not given)',
}
/** Of every command that answers with figures. */
export const JSON_OPTION: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'one line of JSON' },
}
const HELP_OPTION: Option = { type: 'boolean', help: 'show this help' }

/** Says why to the person; the exit code of a command that did nothing. */
export function refused(why: Refusal, terminal: Terminal): number {
  terminal.note(why.sentence)
  return EXIT.refused
}

const wrong = (why: string): Result<never, Refusal> =>
  refuse(refusal('invalid', { what: 'The command line', why }))

/**
 * Reads the words after a command's name. Refuses, with the nearest name, an option the command does not have, a
 * value that is missing or not allowed, and a wrong number of words.
 */
export function readArguments(
  command: Command,
  argv: readonly string[],
): Result<{ operand: string; values: Readonly<Record<string, string | boolean>> }, Refusal> {
  const known: Readonly<Record<string, Option>> = { ...command.options, data: DATA_OPTION, help: HELP_OPTION }
  const names = Object.keys(known)
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(names.map((name) => [name, { type: known[name]?.type ?? 'boolean' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, string | boolean> = {}
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (!option) {
      const near = nearest(token.name, names)
      const hint = near ? `did you mean --${near}?` : `see "till help ${command.name}"`
      return wrong(`${command.name} has no option ${token.rawName}; ${hint}`)
    }
    if (Object.hasOwn(values, token.name)) return wrong(`--${token.name} is given twice`)
    if (option.type === 'boolean') {
      if (token.value !== undefined) return wrong(`--${token.name} takes no value`)
      values[token.name] = true
      continue
    }
    if (token.value === undefined || (!token.inlineValue && /^--?[a-z]/.test(token.value))) {
      return wrong(`--${token.name} needs a value, like --${token.name} ${option.value ?? 'VALUE'}`)
    }
    if (option.choices && !option.choices.includes(token.value)) {
      return wrong(`--${token.name} is one of ${option.choices.join(', ')}, not "${token.value}"`)
    }
    values[token.name] = token.value
  }
  if (values['help'] === true) return ok({ operand: '', values })
  if (operands.length < command.operandCount) {
    return wrong(`${command.name} needs ${command.operands}, like "till ${command.name} ${command.operands}"`)
  }
  if (operands.length > command.operandCount) {
    return wrong(`${command.name} does not know what to do with "${operands[command.operandCount]}"`)
  }
  return ok({ operand: operands[0] ?? '', values })
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries<Option>({ ...command.options, data: DATA_OPTION })
  const left = options.map(([name, option]) => `--${name}${option.value ? ` ${option.value}` : ''}`)
  const width = Math.max(...left.map((text) => text.length)) + 2
  const lines = options.map(([, option], i) => {
    const choices = option.choices && !option.value?.includes('|') ? ` (${option.choices.join(', ')})` : ''
    return `  ${(left[i] ?? '').padEnd(width)}${option.help}${choices}`
  })
  const first = `till ${[command.name, command.operands, '[options]'].filter((text) => text !== '').join(' ')}`
  return [
    first,
    `  ${command.summary}`,
    '',
    ...lines,
    '',
    ...command.details.flatMap((text) => [text, '']),
  ].join('\n')
}
