import { describe, expect, test } from 'vitest'
import { programRefusal } from '../../../shared/domain/program/check.ts'
import { DEFAULT_PROGRAM, type Program } from '../../../shared/domain/program/program.ts'
import { readProgram } from '../../../shared/domain/program/schema.ts'
import { LAGOS, programWith } from '../../../tests/support/program-facts.ts'
import { cannotBeKept, faultOf, holdsNoNumber, moved, partOf } from './draft.ts'
import { numberText, readList, readNumber } from './numbers.ts'
import { type Trial, tryOut } from './preview.ts'
import { CONDITION_FIELDS, kindOf, newCondition, newRule, RULE_KINDS } from './rule-kinds.ts'

describe('numbers as they are typed', () => {
  test.each([
    ['naira', '1,250.50', 125_050],
    ['naira', '₦100', 10_000],
    ['percent', '12.5 %', 1_250],
    ['times', '1.25', 12_500],
    ['whole', '1,000', 1_000],
  ] as const)('%s: %s', (unit, text, value) => {
    expect(readNumber(text, unit)).toBe(value)
    expect(readNumber(numberText(value, unit), unit)).toBe(value)
  })

  test('what is no number, or below nothing, is none', () => {
    for (const text of ['', 'many', '-5', '1.5']) expect(readNumber(text, 'whole')).toBeUndefined()
    expect(numberText(Number.NaN, 'naira')).toBe('')
    expect(holdsNoNumber({ tiers: [{ threshold: Number.NaN }] })).toBe(true)
    expect(holdsNoNumber(programWith())).toBe(false)
  })

  test('a reward that gives no thing cannot be kept', () => {
    const giving = (item: string): Program => ({
      ...programWith(),
      rewards: [
        {
          id: 'r',
          name: 'Bag',
          points: 1,
          gives: { kind: 'item', item, worth_kobo: 1 },
          stock: null,
          active: true,
        },
      ],
    })
    expect(cannotBeKept(giving(' '))).toBe(true)
    expect(cannotBeKept(giving('bag'))).toBe(false)
    expect(readProgram({ ...giving('') }).ok).toBe(false)
  })

  test('a list is what stands between commas, once each', () => {
    expect(readList('rice, Beans,, rice ,')).toEqual(['rice', 'Beans'])
  })
})

describe('a new rule', () => {
  test.each(RULE_KINDS)('%s is one that a program can hold', (kind) => {
    const rule = newRule(kind, 'one', 'One')
    expect(kindOf(rule)).toBe(kind)
    expect(readProgram({ ...DEFAULT_PROGRAM, rules: [rule] }).ok).toBe(true)
    const fault = programRefusal(programWith({ rules: [rule] }))?.params['why']
    // What it is for is for a person to say.
    const needsList = kind === 'earn_item' || kind === 'earn_category'
    expect(fault ?? '').toMatch(needsList ? /is empty; fill it/ : /^$/)
  })

  test.each(CONDITION_FIELDS)('may ask for %s', (field) => {
    const rule = { ...newRule('bonus_sale', 'one', 'One'), when: [newCondition(field, '2026-11-21')] }
    expect(readProgram({ ...DEFAULT_PROGRAM, rules: [rule] }).ok).toBe(true)
  })

  test('moves among the others', () => {
    expect([moved(['a', 'b', 'c'], 2, -1), moved(['a', 'b', 'c'], 0, 1)]).toEqual([
      ['a', 'c', 'b'],
      ['b', 'a', 'c'],
    ])
  })
})

describe('what would be refused', () => {
  test.each([
    ['basics', { kobo_per_point: 0 }, 'Naira for one point', 'Type an amount above zero.'],
    ['tiers', { tiers: [{ ...DEFAULT_PROGRAM.tiers[0], multiplier_bp: 0 }] }, 'Bronze', /^The multiplier/],
    [
      'rules',
      { rules: [{ ...newRule('earn_visit', 'v', 'Visit'), caps: { day: 0 } }] },
      'Rule "Visit"',
      /^A cap/,
    ],
    ['rules', { rules: [newRule('redeem', 'base', 'Big')] }, 'Rules', /own id/],
    [
      'rewards',
      { rewards: [{ id: 'm', name: 'Mug', points: 0, gives: { kind: 'amount', kobo: 100 } }] },
      'Reward "Mug"',
      /^It must take/,
    ],
  ])('stands among the %s', (part, more, place, why) => {
    const program = programWith(more)
    const fault = faultOf(program, [])
    expect(fault).toEqual({ place, why: typeof why === 'string' ? why : expect.stringMatching(why) })
    expect(fault && partOf(fault, program)).toBe(part)
  })

  test('nothing, of the program that shops begin with', () => {
    expect(faultOf(programWith(), [])).toBeNull()
  })
})

describe('a sale that is tried out', () => {
  const TRIAL: Trial = {
    kobo: 1_000_000,
    tier: 'silver',
    day: '2026-11-21',
    time: '14:30',
    channel: 'pos',
    item: '',
    category: '',
    first: false,
    birthday: false,
    referred: false,
  }
  const saturdays = {
    ...newRule('bonus_sale', 'sat', 'Saturday'),
    when: [{ field: 'weekdays', in: [6] }],
  }
  const birthday = newRule('bonus_birthday', 'b', 'Birthday')

  test('₦10,000 by Silver on a Saturday', () => {
    expect(tryOut(programWith({ rules: [saturdays, birthday] }), TRIAL, LAGOS)).toEqual([
      { rule: 'base', points: 125, sentence: '100 points: ₦10,000 at 1 for ₦100. Silver x 1.25 gives 125.' },
      { rule: 'sat', points: 125, sentence: '125 points: Saturday, x 2 on ₦10,000.' },
    ])
  })

  test('on another day, on the birthday, and before the bill is typed', () => {
    const program = programWith({ rules: [saturdays, birthday] })
    const rules = (more: Partial<Trial>) =>
      tryOut(program, { ...TRIAL, ...more }, LAGOS)?.map(({ rule }) => rule)
    expect(rules({ day: '2026-11-22' })).toEqual(['base'])
    expect(rules({ day: '2026-11-22', birthday: true })).toEqual(['base', 'b'])
    expect(tryOut(program, { ...TRIAL, kobo: Number.NaN }, LAGOS)).toBeNull()
  })
})
