import { LIMITS } from '../../../shared/base/limits.ts'
import { pinDigitsMin, type Role } from '../../../shared/base/roles.ts'
import type { Ask } from '../../bridge/client.ts'

/** A person of the staff as typed. Empty PINs on a known person keep the present one. */
export interface StaffDraft {
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly pin: string
  readonly again: string
}

export interface KnownStaff {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
}

type StaffProblem =
  | 'name_missing'
  | 'name_long'
  | 'pin_missing'
  | 'pin_digits'
  | 'pin_short'
  | 'pin_long'
  | 'pin_differs'
  | 'pin_for_role'

type StaffProblems = Partial<Readonly<Record<'name' | 'pin' | 'again', StaffProblem>>>

/** What can be seen to be wrong before asking the till; whether a PIN is too simple, the till says. */
export function staffProblems(draft: StaffDraft, known: KnownStaff | null): StaffProblems {
  const problems: { name?: StaffProblem; pin?: StaffProblem; again?: StaffProblem } = {}
  const name = draft.name.trim()
  if (name === '') problems.name = 'name_missing'
  else if (name.length > LIMITS.nameCharsMax) problems.name = 'name_long'
  const keeps = known !== null && draft.pin === '' && draft.again === ''
  if (keeps) {
    if (pinDigitsMin(draft.role) > pinDigitsMin(known.role)) problems.pin = 'pin_for_role'
    return problems
  }
  if (draft.pin === '') problems.pin = 'pin_missing'
  else if (!/^[0-9]+$/.test(draft.pin)) problems.pin = 'pin_digits'
  else if (draft.pin.length < pinDigitsMin(draft.role)) problems.pin = 'pin_short'
  else if (draft.pin.length > LIMITS.pinDigitsMax) problems.pin = 'pin_long'
  else if (draft.pin !== draft.again) problems.again = 'pin_differs'
  return problems
}

/** Only what differs from what is known; null when nothing does. */
export function staffChange(draft: StaffDraft, known: KnownStaff): Ask<'staff.update'> | null {
  const change = {
    staff_id: known.id,
    name: draft.name.trim() === known.name ? null : draft.name.trim(),
    role: draft.role === known.role ? null : draft.role,
    active: draft.active === known.active ? null : draft.active,
    pin: draft.pin === '' ? null : draft.pin,
  }
  const nothing =
    change.name === null && change.role === null && change.active === null && change.pin === null
  return nothing ? null : change
}

/** The field a refusal of the till is about; undefined: the form as a whole. */
export function fieldOfRefusal(code: string): 'name' | 'pin' | 'role' | undefined {
  if (code === 'name_taken' || code === 'name_too_long') return 'name'
  if (code === 'pin_weak') return 'pin'
  if (code === 'last_admin' || code === 'not_allowed') return 'role'
  return undefined
}
