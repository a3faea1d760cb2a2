import { expect, it } from 'vitest'
import { offsetText, placeOfZone } from './dates.ts'

it('says whose times are shown: the place, and how far its clocks are from those of Greenwich', () => {
  const winter = Date.UTC(2026, 0, 15)
  expect(placeOfZone('Africa/Lagos')).toBe('Lagos')
  expect(placeOfZone('America/New_York')).toBe('New York')
  expect(offsetText(winter, 'en-NG', 'Africa/Lagos')).toBe('GMT+1')
  expect(offsetText(winter, 'en-NG', 'America/New_York')).toBe('GMT-5')
})
