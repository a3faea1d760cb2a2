import { expect, test } from 'vitest'
import { z } from 'zod'
import { nodeDigest } from '../../electron/platform/node-digest.ts'
import * as digest from './digest.ts'
import * as files from './files.ts'
import * as rows from './rows.ts'
import * as wire from './wire.ts'

/**
 * What crosses the wire, and each time it changed. A till and a head office of different dates meet in every shop:
 * whoever changes a schema finds this test, thinks of both, raises PROTOCOL_VERSION where the older side could not
 * read the newer one, and adds a line. Lines are never changed.
 */
const HISTORY: readonly { version: number; hash: string; change: string }[] = [
  {
    version: 1,
    hash: '5173aecacc633a6e',
    change: 'Push, receipts, enrolment, tokens, shapes, reconciliation, files',
  },
  {
    version: 1,
    hash: 'e222b4d0b3e54223',
    change: 'Request and answer of a new key stand beside the body: declared before as the route alone',
  },
  {
    version: 1,
    hash: '07c9f6683f6719df',
    change:
      'Figures of a list, asked for by a till that knows them; an older head office is not asked twice a day',
  },
  {
    version: 1,
    hash: '665205e86214452e',
    change:
      'Epochs have an end; a till that worked alone says under what it made ids, or they wait at head office',
  },
  {
    version: 1,
    hash: '6121ed26729b9e78',
    change:
      'A list of grants for one till, and the question for them; an older head office refuses both, and the till redeems within its limits as before',
  },
  {
    version: 1,
    hash: 'fbe2a95c6b6fa780',
    change: 'The answer to a code names the key of the request, and a till takes no answer to another one',
  },
]

/** Every schema as JSON schema, every other value that both sides must hold alike as JSON. */
function protocolText(): string {
  const parts: Record<string, unknown> = { ...wire, ...rows, ...files, ...digest }
  const described = Object.keys(parts)
    .filter((name) => typeof parts[name] !== 'function')
    .sort()
    .map((name) => [name, describe(parts[name])])
  return JSON.stringify(described)
}

function describe(value: unknown): unknown {
  if (value instanceof z.ZodType) return z.toJSONSchema(value, { io: 'input', unrepresentable: 'any' })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, describe(one)]))
}

const hashOf = (text: string): string => nodeDigest.hex(nodeDigest.sha256(nodeDigest.utf8(text))).slice(0, 16)

test('what crosses the wire is what the last line of the history names', () => {
  expect({ version: wire.PROTOCOL_VERSION, hash: hashOf(protocolText()) }).toEqual({
    version: HISTORY.at(-1)?.version,
    hash: HISTORY.at(-1)?.hash,
  })
})

test('versions only rise, one line for each change', () => {
  const versions = HISTORY.map(({ version }) => version)
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  expect(new Set(HISTORY.map(({ hash }) => hash)).size).toBe(HISTORY.length)
})

test('a changed field is noticed', () => {
  const before = describe(z.object({ a: z.int() }))
  expect(describe(z.object({ a: z.int().nullable() }))).not.toEqual(before)
})
