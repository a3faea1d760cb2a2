import { describe, expect, it } from 'vitest'
import { type KnownStaff, type StaffDraft, staffChange, staffProblems } from './staff-form.ts'

const CHIDI: KnownStaff = { id: 'a'.repeat(32), name: 'Chidi', role: 'cashier', active: true }
const NEW: StaffDraft = { name: 'Amina', role: 'cashier', active: true, pin: '2749', again: '2749' }
const SAME: StaffDraft = { name: 'Chidi', role: 'cashier', active: true, pin: '', again: '' }

describe('a new person', () => {
  it('needs a name and the same PIN twice', () => {
    expect(staffProblems(NEW, null)).toEqual({})
    expect(staffProblems({ ...NEW, name: ' ' }, null)).toEqual({ name: 'name_missing' })
    expect(staffProblems({ ...NEW, name: 'x'.repeat(121) }, null)).toEqual({ name: 'name_long' })
    expect(staffProblems({ ...NEW, pin: '', again: '' }, null)).toEqual({ pin: 'pin_missing' })
    expect(staffProblems({ ...NEW, again: '2748' }, null)).toEqual({ again: 'pin_differs' })
  })

  it('has a PIN of digits, longer for those who may change everything', () => {
    const withPin = (pin: string, role: StaffDraft['role'] = 'cashier') =>
      staffProblems({ ...NEW, role, pin, again: pin }, null)
    expect(withPin('27a9')).toEqual({ pin: 'pin_digits' })
    expect(withPin('٢٧٤٩')).toEqual({ pin: 'pin_digits' })
    expect(withPin('274')).toEqual({ pin: 'pin_short' })
    expect(withPin('274927492')).toEqual({ pin: 'pin_long' })
    expect(withPin('2749', 'manager')).toEqual({ pin: 'pin_short' })
    expect(withPin('274913', 'manager')).toEqual({})
  })
})

describe('a known person', () => {
  it('keeps the PIN when none is typed', () => {
    expect(staffProblems(SAME, CHIDI)).toEqual({})
    expect(staffProblems({ ...SAME, again: '2749' }, CHIDI)).toEqual({ pin: 'pin_missing' })
  })

  it('needs a new PIN for a role that wants a longer one', () => {
    expect(staffProblems({ ...SAME, role: 'manager' }, CHIDI)).toEqual({ pin: 'pin_for_role' })
    expect(staffProblems({ ...SAME, role: 'supervisor' }, CHIDI)).toEqual({})
    expect(staffProblems({ ...SAME, role: 'manager', pin: '274913', again: '274913' }, CHIDI)).toEqual({})
  })

  it('sends only what was changed', () => {
    expect(staffChange(SAME, CHIDI)).toBeNull()
    expect(staffChange({ ...SAME, name: ' Chidi ' }, CHIDI)).toBeNull()
    expect(staffChange({ ...SAME, active: false }, CHIDI)).toEqual({
      staff_id: CHIDI.id,
      name: null,
      role: null,
      active: false,
      pin: null,
    })
    expect(staffChange({ ...SAME, pin: '8642' }, CHIDI)).toMatchObject({ pin: '8642', name: null })
  })
})
