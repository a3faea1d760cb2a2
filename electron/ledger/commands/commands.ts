import { adjustCommands } from './adjust.ts'
import type { CommandParts, Commands } from './command.ts'
import { customerCommands } from './customer.ts'
import { refundCommands } from './refund.ts'
import { saleCommands } from './sale.ts'
import { staffCommands } from './staff.ts'
import { storeCommands } from './store.ts'

/** Every command of the contract that books something: load, decide, write in one transaction. */
export function createCommands(parts: CommandParts): Commands {
  return {
    ...customerCommands(parts),
    ...saleCommands(parts),
    ...refundCommands(parts),
    ...adjustCommands(parts),
    ...staffCommands(parts),
    ...storeCommands(parts),
  }
}
