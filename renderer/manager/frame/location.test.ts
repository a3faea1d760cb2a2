import { describe, expect, it } from 'vitest'
import { isManagerHash, ROOMS, readPlace, roomBeside, roomOfKey, writePlace } from './location.ts'

describe('the address of a manager view', () => {
  it('comes back as it was written', () => {
    for (const room of ROOMS) {
      for (const query of ['', 'from=2026-11-01&text=a%3Fb%23c']) {
        expect(readPlace(writePlace({ room, query }))).toEqual({ room, query })
      }
    }
  })

  it('leads to today from anything it does not know', () => {
    for (const hash of ['', '#', '#/till', '#/manager', '#/manager/nowhere?x=1', '#/managers/staff', 'x']) {
      expect(readPlace(hash)).toEqual({ room: 'today', query: '' })
    }
  })

  it('is told from addresses of other screens', () => {
    expect(isManagerHash('#/manager')).toBe(true)
    expect(isManagerHash('#/manager/events?a=1')).toBe(true)
    expect(isManagerHash('#/managers')).toBe(false)
    expect(isManagerHash('')).toBe(false)
  })
})

describe('switching rooms by key', () => {
  it('goes round in both directions', () => {
    expect(roomBeside('today', -1)).toBe('office')
    expect(roomBeside('office', 1)).toBe('today')
    expect(roomBeside('today', 1)).toBe('events')
  })

  it('takes the number shown on the tab and no other key', () => {
    expect(ROOMS.map((_, index) => roomOfKey(String(index + 1)))).toEqual([...ROOMS])
    for (const key of ['0', '8', '9', 'a', '', '12', 'F1']) expect(roomOfKey(key)).toBeUndefined()
  })
})
