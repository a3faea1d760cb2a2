import { describe, expect, it } from 'vitest'
import { programWith } from '../../../tests/support/program-facts.ts'
import { programRefusal } from './check.ts'
import { offlineRefusal } from './check-offline.ts'
import { DEFAULT_PROGRAM } from './program.ts'

const SEGMENTS = ['vip', 'new']
const said = (program: object): string =>
  programRefusal(programWith(program), { segments: SEGMENTS })?.sentence.replace(
    ' Nothing was changed.',
    '',
  ) ?? ''

const food = { field: 'categories', in: ['food'] }
const rule = (kind: string, gives: object, more: object = {}) => ({
  id: 'r',
  name: 'Test',
  kind,
  gives,
  ...more,
})
const bonus = (gives: object, ...when: object[]) => rule('bonus', { on: 'sale', ...gives }, { when })
const earn = (gives: object, ...when: object[]) => rule('earn', gives, { when })
const gift = (...when: object[]) => bonus({ points: 5 }, ...when)
const dates = (from: string, to: string) => ({ field: 'dates', from, to })
const hours = (from: string, to: string) => ({ field: 'hours', from, to })

describe('a rule that is fine', () => {
  it.each<[string, object]>([
    ['by amount', earn({ per: 'amount', kobo_per_point: 1 })],
    ['by category', earn({ per: 'category', kobo_per_point: 5_000 }, food)],
    ['by piece', earn({ per: 'item', points: 1 }, { field: 'items', in: ['RICE'] })],
    ['by visit', earn({ per: 'visit', points: 1 })],
    ['a bonus on one day', gift(dates('2026-11-21', '2026-11-21'), { field: 'weekdays', in: [6] })],
    ['hours that cross midnight and meet', gift(hours('22:00', '02:00'), hours('01:00', '05:00'))],
    ['a segment there is', gift({ field: 'segment', in: ['vip'] })],
    ['a bill of one size', gift({ field: 'bill', min_kobo: 5, max_kobo: 5 })],
    ['the largest multiplier', bonus({ multiplier_bp: 100_000 })],
    ['for enrolling', bonus({ on: 'sign_up', points: 5 }, { field: 'channel', in: ['online'] })],
    ['redeeming', rule('redeem', { max_share_bp: 0 })],
  ])('%s', (_, one) => {
    expect(said({ rules: [one] })).toBe('')
  })
})

describe('a rule is refused', () => {
  it.each<[string, object, string]>([
    [
      'an empty list',
      gift({ field: 'channel', in: [] }),
      'its list of channels is empty; fill it or take it away',
    ],
    [
      'no weekday',
      gift({ field: 'weekdays', in: [] }),
      'its list of weekdays is empty; fill it or take it away',
    ],
    [
      'a window that ends before it starts',
      gift(dates('2026-11-21', '2026-11-20')),
      'it would end on 2026-11-20, before it starts on 2026-11-21; put the days right',
    ],
    [
      'no hours',
      gift(hours('08:00', '08:00')),
      'its hours begin and end at 08:00; take them away to mean the whole day',
    ],
    [
      'a bill turned round',
      gift({ field: 'bill', min_kobo: 5, max_kobo: 4 }),
      'its largest bill is smaller than its smallest; put the amounts right',
    ],
    [
      'an unknown tier',
      gift({ field: 'tier', in: ['gold', 'tin'] }),
      'there is no tier "tin"; choose one of the program\'s',
    ],
    [
      'an unknown segment',
      gift({ field: 'segment', in: ['old'] }),
      'there is no segment "old"; choose one there is',
    ],
    [
      'a cap of nothing',
      { ...gift(), caps: { day: 0 } },
      'a cap of 0 points is none; type a whole number from 1, or take the cap away',
    ],
    [
      'a cap where nothing is given',
      { ...rule('redeem', { min_points: 5 }), caps: { day: 5 } },
      'it gives no points, so it has no cap; take the cap away',
    ],
    [
      'an earn rule alone',
      { ...earn({ per: 'visit', points: 1 }), stack: 'alone' },
      'only a bonus can stand alone; let it add',
    ],
    [
      'points for nothing',
      earn({ per: 'amount', kobo_per_point: 0 }),
      'type the amount for one point, above zero',
    ],
    ['no points', bonus({ points: 0 }), 'it must give from 1 to 1,000,000,000 points'],
    [
      'no points a piece',
      earn({ per: 'item', points: 0 }, food),
      'it must give from 1 to 1,000,000,000 points',
    ],
    ['no category', earn({ per: 'category', kobo_per_point: 1 }), 'name the categories it is for'],
    ['no item', earn({ per: 'item', points: 1 }), 'name the items or categories it is for'],
    ['a multiplier of 0', bonus({ multiplier_bp: 0 }), 'a multiplier is above 1 and at most 10; x 0 is not'],
    [
      'a multiplier of 1',
      bonus({ multiplier_bp: 10_000 }),
      'a multiplier is above 1 and at most 10; x 1 is not',
    ],
    [
      'a multiplier over the limit',
      bonus({ multiplier_bp: 100_001 }),
      'a multiplier is above 1 and at most 10; x 10.0001 is not',
    ],
    [
      'no threshold',
      bonus({ on: 'threshold', points: 5 }),
      'type the bill from which it is given, above zero',
    ],
    [
      'nothing to multiply',
      bonus({ on: 'sign_up', multiplier_bp: 20_000 }),
      'there is no bill to multiply; give a number of points',
    ],
    [
      'nothing to change',
      rule('redeem', {}),
      'it changes nothing; type a share, a least number of points or a step',
    ],
    [
      'days that never meet',
      gift(dates('2026-11-01', '2026-11-10'), dates('2026-11-11', '2026-11-20')),
      'its days and hours never meet; change one of them',
    ],
    [
      'a weekday outside its days',
      gift(dates('2026-11-21', '2026-11-22'), { field: 'weekdays', in: [1, 2, 3, 4, 5] }),
      'its days and hours never meet; change one of them',
    ],
    [
      'hours that never meet',
      gift(hours('22:00', '02:00'), hours('02:00', '22:00')),
      'its days and hours never meet; change one of them',
    ],
    [
      'lists with nothing in common',
      gift({ field: 'items', in: ['A', 'B'] }, { field: 'items', in: ['C'] }),
      'its lists of items have nothing in common; join them',
    ],
    [
      'a threshold above the largest bill',
      bonus({ on: 'threshold', points: 5, min_kobo: 500 }, { field: 'bill', min_kobo: 0, max_kobo: 499 }),
      'no bill is as large and as small as it asks; change one of the amounts',
    ],
    [
      'lines without a sale',
      bonus({ on: 'referral_by', points: 5 }, food),
      'it is given without a sale, so it cannot ask for a bill or its lines; take that away',
    ],
  ])('for %s', (_, one, why) => {
    expect(said({ rules: [one] })).toBe(`Rule "Test": ${why}.`)
  })

  it('where the program excludes all it is for, or gives for referrals alone, or is a standing', () => {
    const excludes = { categories: ['food'] }
    expect(said({ excludes, rules: [gift(food)] })).toContain('the program excludes all it is for')
    expect(said({ excludes, rules: [gift({ field: 'categories', in: ['food', 'home'] })] })).toBe('')
    expect(said({ type: 'referral', rules: [gift()] })).toContain('gives for referrals alone')
    expect(said({ type: 'referral', rules: [bonus({ on: 'referral_new', points: 5 })] })).toBe('')
    expect(said({ type: 'tier', rules: [rule('redeem', { min_points: 5 })] })).toContain('pay for nothing')
  })
})

describe('two earn rules', () => {
  const two = (a: object[], b: object[], more: object = {}) => {
    const gives = { per: 'amount', kobo_per_point: 5_000 }
    const rules = [
      { id: 'a', name: 'A', kind: 'earn', gives, when: a },
      { id: 'b', name: 'B', kind: 'earn', gives, when: b, ...more },
    ]
    return said({ rules })
  }
  const november = dates('2026-11-01', '2026-11-30')
  const december = dates('2026-12-01', '2026-12-31')
  const items = (...list: string[]) => ({ field: 'items', in: list })
  const online = { field: 'channel', in: ['online', 'phone'] }
  const clash = (word: string) =>
    `Rule "B": it and "A" both give points for ${word} at the same time; change one of them.`

  it.each<[string, object[], object[], string]>([
    ['for one item', [items('X', 'Y')], [items('Y')], clash('Y')],
    [
      'for one category in one month',
      [food, november],
      [food, dates('2026-11-30', '2027-01-01')],
      clash('food'),
    ],
    [
      'in the same channels, in another order',
      [food, online],
      [food, { field: 'channel', in: ['phone', 'online'] }],
      clash('food'),
    ],
    ['in different months', [food, november], [food, december], ''],
    ['in different channels', [food, online], [food], ''],
    ['for different items', [items('X')], [items('Y')], ''],
    ['for different items of one category', [food, items('X')], [food, items('Y')], ''],
    ['for an item and a category', [items('X')], [food], ''],
    ['for the whole bill', [], [], ''],
  ])('%s', (_, a, b, why) => {
    expect(two(a, b)).toBe(why)
  })

  it('of which one is switched off do not meet', () => {
    expect(two([food], [food], { active: false })).toBe('')
  })
})

describe('a program is refused', () => {
  const mug = { id: 'mug', name: 'Mug', points: 5, gives: { kind: 'amount', kobo: 5 } }
  const [bronze, silver] = DEFAULT_PROGRAM.tiers
  it.each<[string, object, string]>([
    [
      'tiers that do not rise',
      { tiers: [bronze, { ...silver, threshold: 0 }] },
      'Silver: its threshold must be above that of Bronze.',
    ],
    [
      'a vip program of nobody',
      { type: 'vip' },
      'Members: a vip program needs a segment whose customers earn; choose one.',
    ],
    [
      'unknown members',
      { type: 'vip', members: ['old'] },
      'Members: there is no segment "old"; choose one there is.',
    ],
    [
      'rules of one id',
      { rules: [gift(), { ...gift(), name: 'Other' }] },
      'Rules: two have the same id; make one of them anew.',
    ],
    [
      'rules of one name',
      { rules: [gift(), { ...gift(), id: 'o' }] },
      'Rules: two have the same name; rename one of them.',
    ],
    [
      'a nameless rule',
      { rules: [{ ...gift(), name: ' ' }] },
      'Rules: give each rule a name of at most 60 characters.',
    ],
    [
      'a rule called as the base',
      { rules: [{ ...gift(), id: 'base' }] },
      'Rules: "base" is the program\'s own id; use another.',
    ],
    [
      'a reward of 0 points',
      { rewards: [{ ...mug, points: 0 }] },
      'Reward "Mug": it must take from 1 to 1,000,000,000 points.',
    ],
    [
      'a stock below 0',
      { rewards: [{ ...mug, stock: -1 }] },
      'Reward "Mug": the stock is a whole number from 0, or left empty for any number.',
    ],
    [
      'a reward worth nothing',
      { rewards: [{ ...mug, gives: { kind: 'amount', kobo: 0 } }] },
      'Reward "Mug": say what it is worth, above zero.',
    ],
    [
      'a thing without a name',
      { rewards: [{ ...mug, gives: { kind: 'item', item: ' ', worth_kobo: 100 } }] },
      'Reward "Mug": say what thing it gives, in the word that stands on the bill.',
    ],
  ])('for %s', (_, program, why) => {
    expect(said(program)).toBe(why)
  })

  it('for more than a hundred rules', () => {
    const rules = Array.from({ length: 101 }, (_, n) => ({ ...gift(), id: `r${n}`, name: `r${n}` }))
    expect(said({ rules: rules.slice(1) })).toBe('')
    const whole = programWith({ rules: rules.slice(1) })
    const [one] = programWith({ rules: rules.slice(0, 1) }).rules
    if (!one) throw new Error('there is a rule')
    expect(programRefusal({ ...whole, rules: [...whole.rules, one] })?.sentence).toContain('have at most 100')
  })

  it('not for a segment where nobody can say which there are', () => {
    expect(programRefusal(programWith({ rules: [gift({ field: 'segment', in: ['old'] })] }))).toBeNull()
  })
})

describe('what tills cannot follow', () => {
  const spend = { field: 'spend', days: 30, min_kobo: 100 }
  const vip = { field: 'segment', in: ['vip'] }
  it.each<[string, object, string]>([
    ['a rule tills can follow', { rules: [gift(vip)] }, ''],
    [
      'what was spent in all stores',
      { rules: [gift(spend)] },
      'Rule "Test": what a customer spent in all stores is known at head office alone; use a segment, or make it a rule of head office alone.',
    ],
    [
      'a segment that tills do not have',
      { rules: [gift({ field: 'segment', in: ['vip', 'new'] })] },
      'Rule "Test": the segment "new" is not sent to tills; send it, or make it a rule of head office alone.',
    ],
    ['a rule of head office', { rules: [{ ...gift(spend), for_tills: false }] }, ''],
    ['a rule that is off', { rules: [{ ...gift(spend), active: false }] }, ''],
    [
      'members that tills do not have',
      { type: 'vip', members: ['new'] },
      'Members: the segment "new" is not sent to tills, so they would not know who earns; send it.',
    ],
  ])('%s', (_, program, why) => {
    const refused = offlineRefusal(programWith(program), ['vip'])
    expect(refused?.sentence.replace(' Nothing was changed.', '') ?? '').toBe(why)
  })
})
