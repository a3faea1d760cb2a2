import { describe, expect, it } from 'vitest'
import { DEFAULT_PROGRAM } from '../../../shared/domain/program/program.ts'
import {
  draftOfSettings,
  isChanged,
  readSettings,
  type SettingsDraft,
  type SettingsView,
  unfinishedLeftOut,
} from './settings-form.ts'

const BASE: SettingsView = {
  store_name: 'Balogun Market',
  till_name: 'till 2',
  mask_phones: true,
  consent_wording: 'May we send you offers?',
  from_head_office: { program: false, mask_phones: false },
  adjust_daily_limit: { cashier: 0, supervisor: 500, manager: 5000, admin: 20_000 },
  program: { ...DEFAULT_PROGRAM, version: 7, tiers: DEFAULT_PROGRAM.tiers.map((tier) => ({ ...tier })) },
  program_words: { rules: [], rewards: [] },
  unreadable_programs: [],
}
const DRAFT = draftOfSettings(BASE)

const read = (change: Partial<SettingsDraft>) => readSettings({ ...DRAFT, ...change }, BASE)

describe('the settings as a form', () => {
  it('sends nothing when nothing differs', () => {
    expect(read({})).toMatchObject({ problems: {}, change: null })
    expect(read({ storeName: ' Balogun Market ' }).change).toBeNull()
    expect(isChanged(DRAFT, BASE)).toBe(false)
  })

  it('sends only what differs, the program with the version that was read', () => {
    expect(read({ mask: false }).change).toEqual({ mask_phones: false })
    expect(read({ limits: { ...DRAFT.limits, supervisor: '1,000' } }).change).toEqual({
      adjust_daily_limit: { cashier: 0, supervisor: 1000, manager: 5000, admin: 20_000 },
    })
    const program = read({ program: { ...DRAFT.program, worth: '2' } }).change?.program
    expect(program).toMatchObject({ version: 7, point_worth_kobo: 200, kobo_per_point: 10_000 })
  })

  it('does not call a number written another way a change to save', () => {
    const written = { ...DRAFT, program: { ...DRAFT.program, nairaPerPoint: '100.00' } }
    expect(isChanged(written, BASE)).toBe(true)
    expect(readSettings(written, BASE).change).toBeNull()
  })

  it('names every wrong field and sends nothing', () => {
    const reading = read({
      storeName: ' ',
      tillName: 'x'.repeat(61),
      consent: '',
      limits: { ...DRAFT.limits, manager: '-1' },
      program: { ...DRAFT.program, worth: 'free' },
    })
    expect(reading.change).toBeNull()
    expect(reading.problems).toEqual({
      storeName: 'name_missing',
      tillName: 'name_long',
      consent: 'text_missing',
      'limits.manager': 'whole_from_0',
      'program.worth': 'worth_range',
    })
  })

  it('still has a program for the example while another field is wrong', () => {
    expect(read({ storeName: '' }).program).not.toBeNull()
    expect(read({ program: { ...DRAFT.program, months: '0' } }).program).toBeNull()
  })

  it('does not mark a tier row that was only just added', () => {
    const tiers = [...DRAFT.program.tiers, { id: 'new', name: '', threshold: '', multiplier: '0' }]
    const draft = { ...DRAFT, program: { ...DRAFT.program, tiers } }
    const { problems, change } = readSettings(draft, BASE)
    expect(Object.keys(problems)).toHaveLength(3)
    expect(change).toBeNull()
    expect(unfinishedLeftOut(problems, draft)).toEqual({ 'program.tiers.4.multiplier': 'multiplier_range' })
  })
})
