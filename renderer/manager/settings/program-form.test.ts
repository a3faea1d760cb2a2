import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseProgramRefusal } from '../../../shared/domain/program/check-base.ts'
import { type BaseProgram, DEFAULT_PROGRAM } from '../../../shared/domain/program/program.ts'
import {
  byThreshold,
  draftOf,
  exampleOf,
  type ProgramDraft,
  type ProgramInput,
  readProgram,
} from './program-form.ts'

const DRAFT = draftOf(DEFAULT_PROGRAM)

function accepted(draft: ProgramDraft): ProgramInput {
  const reading = readProgram(draft, 1)
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems))
  return reading.program
}

function problemsOf(change: Partial<ProgramDraft>): Readonly<Record<string, string>> {
  const reading = readProgram({ ...DRAFT, ...change }, 1)
  return reading.ok ? {} : reading.problems
}

const tier = (
  name: string,
  threshold: string,
  multiplier = '1',
  id = name,
): ProgramDraft['tiers'][number] => ({
  id,
  name,
  threshold,
  multiplier,
})

describe('the program as a form', () => {
  it('saves what it loaded when nothing is touched', () => {
    const { id: _, ...rest } = DEFAULT_PROGRAM
    expect(accepted(DRAFT)).toEqual(rest)
  })

  it('reads numbers as people type them', () => {
    const program = accepted({
      ...DRAFT,
      nairaPerPoint: ' ₦1,000.50 ',
      worth: '0.5',
      minimum: '1,000',
      share: '12.5 %',
      tiers: [tier('Base', '0', '1x'), tier('Top', '10 000', '×1.25')],
    })
    expect(program).toMatchObject({
      kobo_per_point: 100_050,
      point_worth_kobo: 50,
      redeem_min_points: 1000,
      redeem_max_share_bp: 1250,
    })
    expect(program.tiers.map((t) => [t.threshold, t.multiplier_bp])).toEqual([
      [0, 10_000],
      [10_000, 12_500],
    ])
  })

  it.each([
    [{ name: '  ' }, { name: 'name_missing' }],
    [{ name: 'x'.repeat(61) }, { name: 'name_long' }],
    [{ nairaPerPoint: '0' }, { nairaPerPoint: 'naira_above_zero' }],
    [{ nairaPerPoint: '-5' }, { nairaPerPoint: 'naira_above_zero' }],
    [{ nairaPerPoint: '1e9' }, { nairaPerPoint: 'naira_above_zero' }],
    [{ nairaPerPoint: '99.999' }, { nairaPerPoint: 'naira_above_zero' }],
    [{ nairaPerPoint: '99999999999999999999' }, { nairaPerPoint: 'naira_above_zero' }],
    [{ worth: '' }, { worth: 'worth_range' }],
    [{ worth: '10,000.01' }, { worth: 'worth_range' }],
    [{ minimum: '1.5' }, { minimum: 'whole_from_0' }],
    [{ step: '0' }, { step: 'step_range' }],
    [{ share: '101' }, { share: 'percent_range' }],
    [{ share: '1; DROP TABLE event; --' }, { share: 'percent_range' }],
    [{ months: '0' }, { months: 'months_range' }],
    [{ months: '121' }, { months: 'months_range' }],
    [{ tiers: [tier('A', '100')] }, { 'tiers.0.threshold': 'first_tier_zero' }],
    [{ tiers: [tier('A', '0'), tier('a ', '5', '1', 'b')] }, { 'tiers.1.name': 'name_twice' }],
    [{ tiers: [tier('A', '0'), tier('B', '0')] }, { 'tiers.1.threshold': 'threshold_twice' }],
    [{ tiers: [tier('A', '0', '0.05')] }, { 'tiers.0.multiplier': 'multiplier_range' }],
    [{ tiers: [tier('A', '0', '11')] }, { 'tiers.0.multiplier': 'multiplier_range' }],
    [{ tiers: [tier('A', '0', '1.00001')] }, { 'tiers.0.multiplier': 'multiplier_range' }],
    [
      { tiers: [tier('', 'x', '')] },
      {
        'tiers.0.name': 'name_missing',
        'tiers.0.threshold': 'points_from_0',
        'tiers.0.multiplier': 'multiplier_range',
      },
    ],
  ])('names what is wrong with %j', (change, problems) => {
    expect(problemsOf(change)).toEqual(problems)
  })

  it('names every wrong field at once', () => {
    expect(Object.keys(problemsOf({ name: '', worth: 'a', months: '-1' })).sort()).toEqual([
      'months',
      'name',
      'worth',
    ])
  })

  it('saves tiers by rising threshold, in whatever order they were typed', () => {
    const program = accepted({
      ...DRAFT,
      tiers: [tier('Gold', '5000'), tier('Base', '0'), tier('Silver', '1000')],
    })
    expect(program.tiers.map((t) => t.name)).toEqual(['Base', 'Silver', 'Gold'])
  })

  it('agrees with the till about what a sound program is', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '1',
        '100',
        '1.25',
        '10',
        '10.5',
        '50',
        '120',
        '121',
        '-1',
        'x',
        '1e6',
        '0.1',
        '99',
      ),
      fc.integer({ min: -5, max: 2_000_000 }).map(String),
    )
    const tierDrafts = fc.array(
      fc.record({ name: fc.constantFrom('A', 'B', 'C', ' ', 'a'), threshold: text, multiplier: text }),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(fc.tuple(text, text, text, text, text, text, tierDrafts), ([a, b, c, d, e, f, tiers]) => {
        const reading = readProgram(
          {
            name: 'Points',
            nairaPerPoint: a,
            worth: b,
            minimum: c,
            step: d,
            share: e,
            months: f,
            tiers: tiers.map((t, index) => ({ ...t, id: String(index) })),
          },
          1,
        )
        if (reading.ok) expect(baseProgramRefusal({ ...reading.program, id: 'p' } as BaseProgram)).toBeNull()
        else expect(Object.keys(reading.problems).length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('tier rows while typing', () => {
  it('go by threshold, the unfinished one last', () => {
    const rows = [tier('New', ''), tier('Gold', '5,000'), tier('Base', '0'), tier('Also new', 'abc')]
    expect(byThreshold(rows).map((t) => t.name)).toEqual(['Base', 'Gold', 'New', 'Also new'])
  })
})

describe('the live example', () => {
  it('is what the till would give', () => {
    const example = exampleOf(accepted(DRAFT), 1_250_000)
    expect(example.tiers.map((t) => [t.tier, t.points, t.worth, t.backPercent])).toEqual([
      ['Bronze', 125, '₦125', '1.00'],
      ['Silver', 156, '₦156', '1.25'],
      ['Gold', 187, '₦187', '1.50'],
      ['Platinum', 250, '₦250', '2.00'],
    ])
    expect([example.mostPoints, example.mostPays]).toEqual([6250, '₦6,250'])
    expect(example.generous).toBe(false)
  })

  it('says from which bill on points can be used', () => {
    expect(exampleOf(accepted(DRAFT), 100).leastBillKobo).toBe(20_000)
    expect(exampleOf(accepted({ ...DRAFT, share: '0' }), 100).leastBillKobo).toBeNull()
    const stepped = exampleOf(accepted({ ...DRAFT, minimum: '101', step: '50' }), 100)
    expect(stepped.leastBillKobo).toBe(30_000)
  })

  it('never names a bill that is too small for itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (minimum, step, share, worth) => {
          const program: ProgramInput = {
            ...accepted(DRAFT),
            redeem_min_points: minimum,
            redeem_step_points: step,
            redeem_max_share_bp: share,
            point_worth_kobo: worth,
          }
          const least = exampleOf(program, 100).leastBillKobo
          if (least === null) return
          expect(exampleOf(program, least).mostPoints).toBeGreaterThan(0)
          expect(exampleOf(program, least - 1).mostPoints).toBe(0)
        },
      ),
    )
  })

  it('warns when a fifth of each sale is given back', () => {
    expect(exampleOf(accepted({ ...DRAFT, worth: '10' }), 100).generous).toBe(true)
    expect(exampleOf(accepted({ ...DRAFT, worth: '9.99' }), 100).generous).toBe(false)
  })
})
