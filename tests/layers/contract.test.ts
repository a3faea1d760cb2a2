import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isTest } from '../../build/layers.ts'
import {
  isNode,
  type Node,
  nameOf,
  readSource,
  type Source,
  sourceFiles,
  textOf,
  walk,
} from '../../build/source.ts'
import {
  firstRefusal,
  REFUSAL_CODES,
  REFUSALS,
  type RefusalCode,
  refusal,
} from '../../shared/base/refusal.ts'
import { PERMISSIONS } from '../../shared/base/roles.ts'
import { CONTRACT, type Method, type MethodName } from '../../shared/ipc/contract.ts'
import { METHOD_NAMES } from '../../shared/ipc/method-names.ts'

const METHODS = Object.entries(CONTRACT) as [MethodName, Method][]

/** Commands that do no harm when they are carried out twice, and so need no id to be told apart. */
const REPEATABLE: readonly MethodName[] = [
  'session.sign_in',
  'session.sign_out',
  'session.touch',
  'health.verify',
  'backup.create',
  'hq.send_now',
  'receipt.print',
  'printer.update',
  'printer.test',
]

describe('the contract', () => {
  test('and the list of names for the screens are one', () => {
    expect([...METHOD_NAMES].toSorted()).toEqual(Object.keys(CONTRACT).toSorted())
    expect(new Set(METHOD_NAMES).size).toBe(METHOD_NAMES.length)
  })

  test.each(METHODS)('%s takes and gives an object', (_, { input, output }) => {
    expect(input).toBeInstanceOf(z.ZodObject)
    expect(output).toBeInstanceOf(z.ZodObject)
  })

  test.each(METHODS)('%s has a command id exactly when repeating it must be told apart', (name, method) => {
    const keys = method.input instanceof z.ZodObject ? Object.keys(method.input.shape) : []
    expect(keys.includes('command_id')).toBe(method.kind === 'command' && !REPEATABLE.includes(name))
  })

  test.each(METHODS)('%s asks for a permission there is', (_, { access }) => {
    expect(['open', 'signed_in', ...Object.keys(PERMISSIONS)]).toContain(access)
  })

  test('leaves open only what works before anyone is signed in', () => {
    const open = METHODS.filter(([, { access }]) => access === 'open').map(([name]) => name)
    expect(open).toEqual(['system.status', 'setup.begin', 'session.sign_in'])
  })
})

/** Whatever a sentence may be given, as it would be given. */
const PLAUSIBLE: Readonly<Record<string, string | number>> = {
  what: 'The email',
  why: 'it is empty',
  who: 'manager',
  name: 'Ada Obi',
  file: 'customers.csv',
  field: 'Points worth',
  typed: 'abc',
  method: 'sale.fly',
  dir: '/var/kasuwa',
  expected: 'a backup of Kasuwa',
  version: 9,
  receipt: 'R-1001',
  reward: 'A mug',
  last: '2026-11-21',
  remedy: 'Restore the latest backup.',
}
const NUMBER = 2_500

interface Needs {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** The parameters a sentence reads, from its own text: those with a fallback are optional. */
function needsOf(code: RefusalCode): Needs {
  const text = REFUSALS[code].toString()
  const optional = [...text.matchAll(/p\[['"](\w+)['"]\]\s*\?\?/g)].map(([, name]) => name ?? '')
  const read = [...text.matchAll(/(?:p\[|\(p,\s*)['"](\w+)['"]/g)].map(([, name]) => name ?? '')
  return { required: [...new Set(read)].filter((name) => !optional.includes(name)), optional }
}

describe('every refusal', () => {
  test.each(REFUSAL_CODES)('%s is a plain sentence', (code) => {
    const { required, optional } = needsOf(code)
    const fill = (names: readonly string[]): Record<string, string | number> =>
      Object.fromEntries(names.map((name) => [name, PLAUSIBLE[name] ?? NUMBER]))
    for (const params of [fill(required), fill([...required, ...optional])]) {
      const { sentence } = refusal(code, params)
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object|!| {2}|\.\.|^\s|\s$/)
      expect(sentence).toMatch(/^["₦/\p{L}].*\.$/u)
      expect(sentence.length).toBeLessThan(200)
      // A bare 2500 points would be a number that nobody grouped.
      expect(sentence).not.toMatch(/\b2500 points/)
    }
  })

  test('has its place: the one that stands first in the registry is the answer', () => {
    const [first, second] = [refusal('signed_out'), refusal('amount_zero')]
    expect(firstRefusal([second, first])).toBe(first)
    expect(firstRefusal([])).toBeUndefined()
  })
})

describe('the sources', () => {
  const shipped = sourceFiles()
    .filter((file) => /^(?:shared|electron|renderer|hq)\//.test(file) && !isTest(file))
    .filter((file) => file !== 'shared/base/refusal.ts')
    .map((file) => readSource(file))

  test('give every sentence the words it needs', () => {
    const calls = shipped.flatMap(refusalCalls)
    expect(calls.length).toBeGreaterThan(20)
    const wrong = calls.flatMap(({ where, code, given }) => {
      if (!isCode(code)) return [`${where} refuses with "${code}", which is not in the registry.`]
      const { required, optional } = needsOf(code)
      const missing = required.filter((name) => given && !given.includes(name))
      const unread = (given ?? []).filter((name) => ![...required, ...optional].includes(name))
      return [
        ...missing.map((name) => `${where}: ${code} needs ${name}.`),
        ...unread.map((name) => `${where}: ${code} does not say ${name}.`),
      ]
    })
    expect(wrong).toEqual([])
  })

  test('say every sentence of the registry somewhere', () => {
    const said = new Set<string>()
    for (const { program, file } of shipped) {
      if (file.startsWith('renderer/i18n/')) continue
      walk(program, (node) => {
        const text = textOf(node)
        if (text !== undefined) said.add(text)
      })
    }
    expect(REFUSAL_CODES.filter((code) => !said.has(code))).toEqual([])
  })
})

const isCode = (code: string): code is RefusalCode => (REFUSAL_CODES as readonly string[]).includes(code)

interface RefusalCall {
  readonly where: string
  readonly code: string
  /** Undefined when they are not written out in the call. */
  readonly given: readonly string[] | undefined
}

function refusalCalls({ file, program, line }: Source): readonly RefusalCall[] {
  const found: RefusalCall[] = []
  walk(program, (node) => {
    if (node.type !== 'CallExpression' || nameOf(node['callee']) !== 'refusal') return
    const [code, params] = node['arguments'] as readonly Node[]
    const literal = textOf(code)
    if (literal !== undefined)
      found.push({ where: `${file}:${line(node.start)}`, code: literal, given: keysOf(params) })
  })
  return found
}

function keysOf(params: Node | undefined): readonly string[] | undefined {
  if (params === undefined) return []
  if (params.type !== 'ObjectExpression') return undefined
  const properties = params['properties'] as readonly Node[]
  const keys = properties.map((one) =>
    isNode(one['key']) ? (nameOf(one['key']) ?? textOf(one['key'])) : undefined,
  )
  return keys.every((key) => key !== undefined) ? keys : undefined
}
