import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, ROOT } from '../../build/source.ts'
import { COMMANDS } from '../../hq/cli/commands.ts'

const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SPEC.md',
  'docs/changing.md',
  'docs/decisions.md',
  'docs/operations.md',
  'docs/scale.md',
  'tests/fixtures/README.md',
]
const ROOMS = ['shared', 'electron', 'renderer', 'hq', 'migrations', 'build', 'tests', 'docs']
const FILES = ROOMS.flatMap((room) => filesUnder(ROOT, room))

/** A name in a document stands for a file of the sources: by its whole path, or by its end where the row says where. */
const isThere = (name: string): boolean =>
  existsSync(path.join(ROOT, name)) || FILES.some((file) => file.endsWith(`/${name}`))

/** Sources and rooms, and links from the document's folder; what lies in a shop's data folder is not here to be found. */
function namedIn(text: string, folder: string): readonly string[] {
  const quoted = [...text.matchAll(/`([\w./-]+)`/g)].map(([, name]) => name ?? '')
  const sources = quoted.filter((name) => /\.(?:tsx?|sql|yml|corpus\.json)$/.test(name))
  const rooms = quoted.filter((name) =>
    /^(?:shared|electron|renderer|hq|migrations|build|tests|docs)\/[\w./-]*$/.test(name),
  )
  const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, name]) => path.posix.join(folder, name ?? ''))
  return [...new Set([...sources, ...rooms, ...links])]
}

describe.each(DOCUMENTS)('%s', (document) => {
  test('names only what is there', () => {
    const names = namedIn(readFileSync(path.join(ROOT, document), 'utf8'), path.posix.dirname(document))
    expect(names.filter((name) => !isThere(name))).toEqual([])
  })
})

test('the check finds what is named and missing', () => {
  const names = namedIn(
    'see `shared/nowhere`, `electron/ledger/till.ts`, `gone.test.ts` and [it](no.md); `till.db`',
    'docs',
  )
  expect(names.filter((name) => !isThere(name)).toSorted()).toEqual([
    'docs/no.md',
    'gone.test.ts',
    'shared/nowhere',
  ])
})

const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8')
const HQ_COMMANDS = COMMANDS.map(({ name }) => name).toSorted()

test('the README lists every command of hq, once, and none besides', () => {
  const [, list = ''] = README.split('| commands of `hq` | for |\n|---|---|\n')
  const [rows = ''] = list.split('\n\n')
  const firstCells = rows.split('\n').map((row) => row.split('|')[1] ?? '')
  const listed = firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(listed.toSorted()).toEqual(HQ_COMMANDS)
})

test.each(DOCUMENTS)('%s shows only commands of hq that are there', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8')
  const shown = [...text.matchAll(/npm run hq -- ([a-z-]+)/g)].map(([, name]) => name ?? '')
  expect(shown.filter((name) => name !== 'help' && !HQ_COMMANDS.includes(name))).toEqual([])
})
