import { describe, expect, it } from 'vitest'
import { adjustPoints } from './adjust-form.ts'

describe('points to adjust, as typed', () => {
  it('carry the sign of what is to be done', () => {
    expect(adjustPoints('1,500', 'give')).toBe(1500)
    expect(adjustPoints(' 200 ', 'take')).toBe(-200)
  })

  it('are whole and at least one', () => {
    for (const typed of ['', '0', '-5', '1.5', '1e3', 'abc', '999999999999', '٣']) {
      expect(adjustPoints(typed, 'give')).toBeUndefined()
    }
  })
})
