import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { type Result, refuse } from '../../../shared/base/result.ts'
import type { People as Pair } from '../../../shared/domain/decide/adjust.ts'
import type { SaleAsk, SaleContext } from '../../../shared/domain/decide/sale-context.ts'
import { plainProgram } from '../../../shared/domain/program/plain.ts'
import type { MethodName, Output, Parsed } from '../../../shared/ipc/contract.ts'
import type { Customers } from '../customers.ts'
import type { Ledger } from '../ledger.ts'
import type { People, Staff } from '../people.ts'
import type { Sales } from '../sales.ts'
import { requestHash } from './request-hash.ts'

export interface CommandParts {
  readonly ledger: Ledger
  readonly people: People
  readonly customers: Customers
  readonly sales: Sales
  /** By what this till takes points from a customer's account. */
  readonly rightFor: (customer: string, trusted: number) => SaleContext['right']
  /** Asks head office for so many points more than this till may take, while the customer waits. */
  readonly topUp: (customer: string, points: number) => Promise<void>
  /** It would answer. */
  readonly canAsk: () => boolean
}

/** Who calls: the person behind the session. */
export interface Caller {
  readonly staff: Staff
  readonly token: string
}

type Answer<M extends MethodName> = Result<Output<M>, Refusal> | Promise<Result<Output<M>, Refusal>>
export type Commands = {
  [M in CommandName]: (input: Parsed<M>, caller: Caller) => Answer<M>
}
type CommandName =
  | 'customer.enrol'
  | 'customer.update'
  | 'customer.consent'
  | 'sale.record'
  | 'sale.void'
  | 'sale.refund'
  | 'points.adjust'
  | 'staff.add'
  | 'staff.update'
  | 'settings.update'
  | 'clock.confirm'

/** Who approved is no part of what was asked. */
export const requestOf = (ledger: Ledger, method: MethodName, input: object): string =>
  requestHash(
    ledger.platform.digest,
    ledger.requestKey,
    method,
    'approver' in input ? { ...input, approver: null } : input,
  )

/** What the writer must know of a command besides its decision: id, who, and the hash of what was asked. */
export const specOf = (
  ledger: Ledger,
  method: MethodName,
  input: { command_id: string },
  caller: Caller,
  approver?: Staff | null,
) => ({
  id: input.command_id,
  actor: { staff: caller.staff.id, ...(approver ? { approver: approver.id } : {}) },
  request: requestOf(ledger, method, input),
})

/** Below this version of payloads head office reads nothing of rules: its programs are their bases. */
export const RULES_VERSION = 2

/** What is asked for, as this till may write it: an older head office cannot read the lines of a bill. */
export function askOf(ledger: Ledger, input: Parsed<'sale.quote'>): SaleAsk {
  const { gross_kobo: grossKobo, redeem, receipt, channel, lines = [] } = input
  const sold = lines.length === 0 || ledger.payloadMax() < RULES_VERSION ? {} : { lines }
  return { grossKobo, redeem, receipt, channel, ...sold }
}

/** The terms a sale is decided under now. `trusted`: ms. `right`: needed where points are taken. */
export function contextOf(
  ledger: Ledger,
  trusted: number,
  right: SaleContext['right'] = { kind: 'own' },
): SaleContext {
  const { place, program, otherPrograms: others } = ledger.settings()
  const common = { trusted, timeZone: place.time_zone, currency: place.currency, right }
  return ledger.payloadMax() < RULES_VERSION
    ? { ...common, program: plainProgram(program), others: others.map(plainProgram) }
    : { ...common, program, others }
}

type Approvable = 'sale.record' | 'sale.void' | 'sale.refund' | 'points.adjust'

/**
 * Runs a command that a second person may approve, after their PIN was checked. A command that was carried out before
 * gets its answer without asking them again. Refuses approver_same, sign_in_failed, sign_in_locked.
 */
export async function approved<M extends Approvable>(
  { ledger, people }: CommandParts,
  method: M,
  input: Parsed<M>,
  caller: Caller,
  run: (approver: Staff | null) => Result<Output<M>, Refusal>,
): Promise<Result<Output<M>, Refusal>> {
  const { command_id, approver } = input
  if (!approver) return run(null)
  const before = ledger.writer.repeated<Output<M>>(command_id, requestOf(ledger, method, input))
  if (before) return before
  if (approver.staff_id === caller.staff.id) return refuse(refusal('approver_same'))
  const checked = await people.checkPin(approver.staff_id, approver.pin)
  return checked.ok ? run(checked.value) : checked
}

/** Who does it and who approved, as a decision takes them. */
export const pairOf = (caller: Caller, approver: Staff | null): Pair => ({ staff: caller.staff, approver })
