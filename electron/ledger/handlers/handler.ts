import type { Refusal } from '../../../shared/base/refusal.ts'
import type { Result } from '../../../shared/base/result.ts'
import type { MethodName, Output, Parsed } from '../../../shared/ipc/contract.ts'
import type { Caller, Commands } from '../commands/command.ts'
import type { Customers } from '../customers.ts'
import type { People } from '../people.ts'
import type { Sales } from '../sales.ts'
import type { TillParts } from '../till.ts'

type Handler<M extends MethodName> = (
  input: Parsed<M>,
  caller: Caller,
) => Result<Output<M>, Refusal> | Promise<Result<Output<M>, Refusal>>

/** One for each method of the contract that needs a store. */
export type Handlers = { [M in Exclude<MethodName, 'setup.begin'>]: Handler<M> }

export interface HandlerParts {
  readonly parts: TillParts
  readonly people: People
  readonly customers: Customers
  readonly sales: Sales
  readonly commands: Commands
  readonly status: () => Output<'system.status'>
  readonly openSession: (staffId: string) => Output<'session.sign_in'>
}
