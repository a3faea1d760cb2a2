import { describe, expect, it } from 'vitest'
import { readFilter } from '../events/filter.ts'
import { remedyOf } from './attention.ts'

const item = (kind: string, eventId: string | null = null) => ({ kind, text: '', event_id: eventId, at: 0 })

describe('what to do about what needs the manager', () => {
  it('opens the entry it is about', () => {
    const id = 'a'.repeat(32)
    const remedy = remedyOf(item('override', id))
    expect(remedy.word).toBe('open_entry')
    expect(remedy.place.room).toBe('events')
    expect(readFilter(remedy.place.query).open).toBe(id)
  })

  it('lists what was undone for points that are owed', () => {
    const remedy = remedyOf(item('debt'))
    expect(remedy.word).toBe('open_undone')
    expect(readFilter(remedy.place.query).kinds).toEqual(['points.reversed'])
  })

  it('leads to the place where the till is put right', () => {
    expect(remedyOf(item('clock'))).toMatchObject({ word: 'confirm_date', place: { room: 'health' } })
    expect(remedyOf(item('verify_failed'))).toMatchObject({ word: 'check_ledger', place: { room: 'health' } })
    expect(remedyOf(item('staff_locked'))).toMatchObject({ word: 'open_staff', place: { room: 'staff' } })
  })

  it('leads to the room of head office for what it holds, an entry too, and for a stop', () => {
    const office = { word: 'open_office', place: { room: 'office' } }
    expect(remedyOf(item('office_held', 'a'.repeat(32)))).toMatchObject(office)
    expect(remedyOf(item('office_stopped'))).toMatchObject(office)
  })

  it('never leaves a newer kind without a way on', () => {
    expect(remedyOf(item('something new'))).toMatchObject({ word: 'open_health', place: { room: 'health' } })
  })
})
