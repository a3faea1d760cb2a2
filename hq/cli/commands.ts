import type { Command } from './command.ts'
import { mergeCustomersCommand } from './commands/customers.ts'
import {
  createPersonCommand,
  deactivatePersonCommand,
  resetPasswordCommand,
  setRoleCommand,
} from './commands/people.ts'
import { serveCommand } from './commands/serve.ts'
import {
  accountScopeCommand,
  createStoreCommand,
  createTenantCommand,
  enrolCodeCommand,
  revokeDeviceCommand,
  writeOffCommand,
} from './commands/shops.ts'
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
  setRoleCommand,
  resetPasswordCommand,
  deactivatePersonCommand,
  enrolCodeCommand,
  revokeDeviceCommand,
  writeOffCommand,
  accountScopeCommand,
  mergeCustomersCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  importEventsCommand,
  exportPackageCommand,
  migrateCommand,
]
