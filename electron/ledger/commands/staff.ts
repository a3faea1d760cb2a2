import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { may, notAllowed, pinDigitsMin, type Role } from '../../../shared/base/roles.ts'
import { cleanName } from '../../../shared/domain/name-search.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import { eventId } from '../../../shared/protocol/event.ts'
import type { AnyDraft } from '../../../shared/protocol/payload.ts'
import type { Ledger } from '../ledger.ts'
import { hashPin, type People, pinRefusal, type Staff } from '../people.ts'
import { type Caller, type CommandParts, type Commands, requestOf, specOf } from './command.ts'

/** Adding and changing the people who may sign in. */
export function staffCommands({
  ledger,
  people,
}: CommandParts): Pick<Commands, 'staff.add' | 'staff.update'> {
  const { writer, platform } = ledger
  const nameTaken = (name: string, except: string): boolean =>
    people.all().some((s) => s.id !== except && s.active && s.name.toLowerCase() === name.toLowerCase())
  const checkedName = (typed: string, except: string): Result<string, Refusal> => {
    const name = cleanName(typed)
    if (!name.ok) return name
    if (name.value === '')
      return refuse(refusal('setting_invalid', { field: 'Name', why: 'type the name of the person' }))
    return nameTaken(name.value, except)
      ? refuse(refusal('name_taken', { what: 'person', name: name.value }))
      : name
  }
  return {
    async 'staff.add'(input, caller) {
      const before = writer.repeated<Output<'staff.add'>>(
        input.command_id,
        requestOf(ledger, 'staff.add', input),
      )
      if (before) return before
      if (input.role === 'admin' && !may(caller.staff.role, 'staff.edit_admin'))
        return refuse(notAllowed('staff.edit_admin'))
      const weak = pinRefusal(input.pin, input.role)
      if (weak) return refuse(weak)
      const pinHash = await hashPin(ledger, input.pin)
      const id = eventId(platform.digest, input.command_id, 0)
      return writer.run({
        ...specOf(ledger, 'staff.add', input, caller),
        decide: () => {
          const name = checkedName(input.name, id)
          if (!name.ok) return name
          return ok({
            drafts: [staffDraft(id, name.value, input.role, true, pinHash, true)],
            answer: () => ({ staff_id: id }),
          })
        },
      })
    },
    async 'staff.update'(input, caller) {
      const before = writer.repeated<Output<'staff.update'>>(
        input.command_id,
        requestOf(ledger, 'staff.update', input),
      )
      if (before) return before
      // Looked at twice: before the slow hash, and again inside the transaction, where it counts.
      const early = changedPerson(people, input, caller, checkedName)
      if (!early.ok) return early
      const pinHash = input.pin === null ? null : await hashPin(ledger, input.pin)
      return writer.transaction(() => {
        const result = writer.runWithin<Output<'staff.update'>>({
          ...specOf(ledger, 'staff.update', input, caller),
          decide: () => {
            const person = changedPerson(people, input, caller, checkedName)
            if (!person.ok) return person
            const { id, name, role, active } = person.value
            const hash = pinHash ?? storedPin(ledger, id)
            return ok({
              drafts: [staffDraft(id, name, role, active, hash, pinHash !== null)],
              answer: () => ({ staff_id: id }),
            })
          },
        })
        if (result.ok) people.closeAll(input.staff_id, caller.staff.id === input.staff_id ? caller.token : '')
        if (result.ok && pinHash !== null) people.forgive(input.staff_id)
        return result
      })
    },
  }
}

/**
 * A person as they stand after an edit. Refuses not_found, not_allowed, pin_weak, setting_invalid, name_too_long,
 * name_taken, last_admin, and invalid when nothing is different.
 */
function changedPerson(
  people: People,
  input: Parsed<'staff.update'>,
  caller: Caller,
  checkedName: (typed: string, except: string) => Result<string, Refusal>,
): Result<Staff, Refusal> {
  const present = people.find(input.staff_id)
  if (!present) return refuse(refusal('not_found', { what: 'This person' }))
  const { id } = present
  const role = input.role ?? present.role
  const active = input.active ?? present.active
  const admin = present.role === 'admin' || role === 'admin'
  if (admin && !may(caller.staff.role, 'staff.edit_admin')) return refuse(notAllowed('staff.edit_admin'))
  const weak = input.pin === null ? null : pinRefusal(input.pin, role)
  if (weak) return refuse(weak)
  // Somebody who rises to manager needs the longer PIN of a manager.
  const min = pinDigitsMin(role)
  if (min > pinDigitsMin(present.role) && input.pin === null) return refuse(refusal('pin_weak', { min }))
  // Somebody who comes back may find that another took the name meanwhile.
  const returns = active && !present.active
  const name =
    input.name === null && !returns ? ok(present.name) : checkedName(input.name ?? present.name, id)
  if (!name.ok) return name
  const otherAdmin = people.all().some((s) => s.active && s.role === 'admin' && s.id !== id)
  if (present.role === 'admin' && present.active && (!active || role !== 'admin') && !otherAdmin)
    return refuse(refusal('last_admin'))
  const same = name.value === present.name && role === present.role && active === present.active
  if (same && input.pin === null)
    return refuse(refusal('invalid', { what: 'The change', why: 'nothing is different' }))
  return ok({ id, name: name.value, role, active })
}

const storedPin = (ledger: Ledger, staff: string): string =>
  ledger.db.prepare<[string], string>('SELECT pin_hash FROM staff WHERE id = ?').pluck().get(staff) ?? ''

/** The event that says how a person of the staff stands from now on. `pinHash`: in PHC form. */
export function staffDraft(
  staff: string,
  name: string,
  role: Role,
  active: boolean,
  pinHash: string,
  pinChanged: boolean,
): AnyDraft {
  return {
    kind: 'staff.changed',
    n: 0,
    payload: { staff, role, active, pin_changed: pinChanged },
    personal: { name, pin_hash: pinHash },
  }
}
