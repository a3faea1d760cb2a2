import { describe, expect, it } from 'vitest'
import type { Answers } from './setup-answers.ts'
import { problemsOf, twoOf } from './setup-answers.ts'

const good: Answers = {
  store: 'Balogun Market',
  till: 'Till 1',
  admin: 'Chidi',
  pin: '274916',
  pinAgain: '274916',
  date: '2026-11-21',
}

describe('the answers of the set-up', () => {
  it('are taken when complete', () => expect(problemsOf(good)).toEqual({}))

  it.each([
    [{ store: '  ' }, { store: 'setup.empty' }],
    [{ pin: '1234', pinAgain: '1234' }, { pin: 'setup.pin_length' }],
    [{ pin: '12345a', pinAgain: '12345a' }, { pin: 'setup.pin_length' }],
    [{ pinAgain: '274917' }, { pinAgain: 'setup.pin_differs' }],
    [{ date: '' }, { date: 'setup.date_missing' }],
    [{ date: '11/21/2026' }, { date: 'setup.date_missing' }],
  ])('with %j are refused under the field', (part, problems) =>
    expect(problemsOf({ ...good, ...part })).toEqual(problems))

  it('are checked with two different words, in order, for every draw', () => {
    for (let first = 0; first < 12; first++) {
      for (let second = 0; second < 11; second++) {
        const draws = [first, second]
        const [low, high] = twoOf(12, () => draws.shift() ?? 0)
        expect(low).toBeLessThan(high)
        expect(high).toBeLessThan(12)
      }
    }
  })
})
