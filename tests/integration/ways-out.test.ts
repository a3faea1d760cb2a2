import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../electron/cli/commands/index.ts'
import { WAYS_OUT } from '../../renderer/till/blocked/ways-out.ts'

/** The blocked page names commands to somebody in trouble: each must be there, take what is said, and be written down. */
const named = Object.entries(WAYS_OUT).flatMap(([why, ways]) =>
  ways.flatMap(({ command }) => (command === null ? [] : [[why, command] as const])),
)

test.each(named)('%s: %s', (_, text) => {
  const match = /^npm run till -- (\S+)((?: [A-Z]\S*)*) --data DIR$/.exec(text)
  const command = COMMANDS.find(({ name }) => name === match?.[1])
  expect(command?.name).toBe(match?.[1])
  expect(match?.[2]?.trim().split(' ').filter(Boolean).length).toBe(command?.operandCount)
  const operations = readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  expect(operations).toContain(`\`${command?.name}\``)
})

test('a damaged, a locked and a stopped till each have a command', () => {
  expect(new Set(named.map(([why]) => why))).toEqual(
    new Set(['file_damaged', 'key_missing', 'key_wrong', 'crashed']),
  )
})
