import type { Command } from '../command.ts'
import { exportData } from './export.ts'
import { staff, stats } from './figures.ts'
import { enrol, exportUnsent, importPackage, rotateKey } from './head-office.ts'
import { importCustomers, importSales } from './import.ts'
import { newPhrase } from './new-phrase.ts'
import { backup, rebuild, recover, repair, restore, verify } from './upkeep.ts'

export const COMMANDS: readonly Command[] = [
  importSales,
  importCustomers,
  stats,
  staff,
  verify,
  rebuild,
  repair,
  backup,
  restore,
  recover,
  newPhrase,
  exportData,
  enrol,
  rotateKey,
  exportUnsent,
  importPackage,
]

/** The help without a command: what there is, one line each. */
export function help(): string {
  const left = COMMANDS.map((command) =>
    [command.name, command.operands].filter((text) => text !== '').join(' '),
  )
  const width = Math.max(...left.map((text) => text.length), 'help [COMMAND]'.length) + 2
  return [
    'till <command> [options]',
    '',
    ...COMMANDS.map((command, i) => `  ${(left[i] ?? '').padEnd(width)}${command.summary}`),
    `  ${'help [COMMAND]'.padEnd(width)}this page, or all about one command`,
    `  ${'version'.padEnd(width)}which Kasuwa this is`,
    '',
    'Every command takes --data DIR, the folder of the till (./.kasuwa when not given). An import into an empty',
    'folder sets a till up there with defaults; every other command wants one that is there. Answers go to standard output, everything else to standard error.',
    'Exit code: 0 done, 1 something was found (bad rows, a ledger that does not check), 2 refused, 130 interrupted.',
    '',
  ].join('\n')
}
