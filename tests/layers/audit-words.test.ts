import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isTest } from '../../build/layers.ts'
import { ROOT, readSource, sourceFiles, textOf, walk } from '../../build/source.ts'
import { AUDIT_WORDS } from '../../renderer/hq/audit/audit-words.ts'
import { audit } from '../../renderer/i18n/en/hq/audit.ts'
import { AUDITED } from '../../shared/hq/audit.ts'

/*
 * What is written into the audit is of a type that lists all of it, however it gets there: the compiler misses what is
 * not in the list, and what has no words. Here is what it cannot see.
 */

const OF_HEAD_OFFICE = sourceFiles().filter((file) => file.startsWith('hq/') && !isTest(file))

test('nothing is written into the audit but by the type that lists all of it', () => {
  const writers = OF_HEAD_OFFICE.filter((file) =>
    readFileSync(path.join(ROOT, file), 'utf8').includes('INTO hq.audit'),
  )
  // The second one writes before the first can, and takes what it says from the same list.
  expect(writers).toEqual(['hq/services/audit.ts', 'hq/services/backup.ts'])
})

test('everything in the list is written somewhere, and has words of its own', () => {
  const said = new Set(OF_HEAD_OFFICE.flatMap(textsIn))
  expect(AUDITED.filter((what) => !said.has(what))).toEqual([])
  expect(Object.keys(audit.what).toSorted()).toEqual(Object.values(AUDIT_WORDS).toSorted())
  expect(new Set(Object.values(audit.what)).size).toBe(AUDITED.length)
})

function textsIn(file: string): readonly string[] {
  const found: string[] = []
  walk(readSource(file).program, (node) => {
    const text = textOf(node)
    if (text !== undefined) found.push(text)
  })
  return found
}
