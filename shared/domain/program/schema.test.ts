import { describe, expect, it } from 'vitest'
import { DEFAULT_PROGRAM } from './program.ts'
import { readProgram } from './schema.ts'

const rule = { id: 'r1', name: 'Books twice', kind: 'bonus', gives: { on: 'sale', multiplier_bp: 20_000 } }
const read = (more: object) => readProgram({ ...DEFAULT_PROGRAM, ...more })
const whole = (more: object) => {
  const result = read(more)
  if (!result.ok) throw new Error(result.refusal.sentence)
  return result.value
}

describe('a stored program', () => {
  it('of the time before there were rules reads as it was, and gives nothing more', () => {
    const program = whole({})
    expect(program).toMatchObject({
      ...DEFAULT_PROGRAM,
      type: 'points',
      earn_on: 'net',
      earn_min_kobo: 0,
      expiry: { kind: 'months', months: 12 },
      qualification: { kind: 'lifetime' },
      grace_days: 0,
      rules: [],
      rewards: [],
      excludes: { items: [], categories: [] },
    })
    expect(program.tiers.map((tier) => tier.benefits)).toEqual([[], [], [], []])
  })

  it('is not followed where a name cannot stand in an entry', () => {
    for (const name of ['a\0', '\ud800']) {
      expect(read({ rules: [{ ...rule, name }] }).ok).toBe(false)
      const reward = { id: 'mug', name, points: 10, gives: { kind: 'amount', kobo: 100 } }
      expect(read({ rewards: [reward] }).ok).toBe(false)
      expect(read({ rewards: [{ ...reward, name: 'Mug' }] }).ok).toBe(true)
      const [tier] = DEFAULT_PROGRAM.tiers
      expect(read({ tiers: [{ ...tier, name }] }).ok).toBe(false)
    }
  })

  it('that says only how many months lots last has them last so long', () => {
    expect(whole({ lot_months: 7 }).expiry).toEqual({ kind: 'months', months: 7 })
    const expiry = { kind: 'inactivity', months: 6 }
    expect(whole({ lot_months: 7, expiry }).expiry).toEqual(expiry)
  })

  it('reads again to the same after it was written', () => {
    const program = whole({ rules: [rule], rewards: [{ ...MUG, stock: 4 }], type: 'vip', members: ['vip'] })
    expect(whole(JSON.parse(JSON.stringify(program)))).toEqual(program)
  })

  it('fills in what a rule does not say', () => {
    expect(whole({ rules: [rule] }).rules).toEqual([
      { ...rule, active: true, for_tills: true, when: [], stack: 'add', caps: {}, tier_counts: true },
    ])
  })

  const dates = { field: 'dates', from: '2026-02-30', to: '2026-03-01' }
  it.each([
    ['no program at all', null, 'Program: '],
    ['a field of a later release', { ...DEFAULT_PROGRAM, rounding: 'up' }, 'Program: '],
    [
      'a kind of rule nobody knows',
      { ...DEFAULT_PROGRAM, rules: [{ ...rule, kind: 'gift' }] },
      'Rule "Books twice"',
    ],
    [
      'a day that is none',
      { ...DEFAULT_PROGRAM, rules: [{ ...rule, when: [dates] }] },
      'Rule "Books twice", when',
    ],
    ['half a point', { ...DEFAULT_PROGRAM, rewards: [{ ...MUG, points: 0.5 }] }, 'Reward "A mug", points'],
    ['over a hundred rules', { ...DEFAULT_PROGRAM, rules: Array(101).fill(rule) }, 'rules: '],
    [
      'points and a multiplier',
      { ...DEFAULT_PROGRAM, rules: [{ ...rule, gives: { ...rule.gives, points: 5 } }] },
      'Rule',
    ],
  ])('is refused with %s', (_, stored, place) => {
    const result = readProgram(stored)
    expect(result.ok ? '' : result.refusal.code).toBe('setting_invalid')
    expect(result.ok ? '' : result.refusal.sentence).toContain(place)
  })
})

const MUG = {
  id: 'mug',
  name: 'A mug',
  points: 500,
  gives: { kind: 'item', item: 'MUG', worth_kobo: 250_000 },
}
