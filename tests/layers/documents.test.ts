import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, ROOT } from '../../build/source.ts'

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
