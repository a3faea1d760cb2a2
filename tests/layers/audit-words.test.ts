import { expect, test } from 'vitest'
import { isTest } from '../../build/layers.ts'
import { isNode, nameOf, readSource, sourceFiles, textOf, walk } from '../../build/source.ts'
import { AUDIT_WORDS } from '../../renderer/hq/audit/audit-words.ts'

test('the console has words for everything that head office writes into the audit', () => {
  const words: readonly string[] = AUDIT_WORDS
  const written = sourceFiles()
    .filter((file) => file.startsWith('hq/') && !isTest(file))
    .flatMap((file) => whatIsAudited(file))
  expect(written.length).toBeGreaterThan(10)
  expect(written.filter((what) => !words.includes(what.replaceAll('.', '_')))).toEqual([])
})

/** `what` of each call of `writeAudit`, where it is written out there. */
function whatIsAudited(file: string): readonly string[] {
  const found: string[] = []
  walk(readSource(file).program, (node) => {
    if (node.type !== 'CallExpression' || nameOf(node['callee']) !== 'writeAudit') return
    walk(node, (inner) => {
      if (inner.type !== 'Property' || nameOf(inner['key']) !== 'what' || !isNode(inner['value'])) return
      const text = textOf(inner['value'])
      if (text !== undefined) found.push(text)
    })
  })
  return found
}
