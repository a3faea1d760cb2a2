import type { Command } from './command.ts'
import {
  accountScopeCommand,
  createPersonCommand,
  createStoreCommand,
  createTenantCommand,
  enrolCodeCommand,
  revokeDeviceCommand,
  writeOffCommand,
} from './commands/people.ts'
import { serveCommand } from './commands/serve.ts'
import {
  backupCommand,
  exportPackageCommand,
  importEventsCommand,
  migrateCommand,
  restoreCommand,
  verifyCommand,
} from './commands/upkeep.ts'

export const COMMANDS: readonly Command[] = [
  serveCommand,
  createTenantCommand,
  createStoreCommand,
  createPersonCommand,
  enrolCodeCommand,
  revokeDeviceCommand,
  writeOffCommand,
  accountScopeCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  importEventsCommand,
  exportPackageCommand,
  migrateCommand,
]
