import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_PROGRAM, type Program } from '../../../shared/domain/program/program.ts'
import { readProgram } from '../../../shared/domain/program/schema.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { type ConsolePerson, somebody } from '../../support/console.ts'
import { openShopOffice, type ShopOffice } from '../../support/hq-app.ts'

/** Programs are written, published and kept at head office. */

let office: ShopOffice
let manager: ConsolePerson
let other: ConsolePerson
let viewer: ConsolePerson

beforeAll(async () => {
  office = await openShopOffice()
  const { tenant } = office.shop
  manager = await somebody(office.hq, tenant, 'manager', 'Musa Danladi')
  other = await somebody(office.hq, tenant, 'manager', 'Ngozi Eze')
  viewer = await somebody(office.hq, tenant, 'viewer')
})
afterAll(() => office.close())

const one = (id = 'default'): Promise<Answered<'programs.one'>> => viewer.get('programs.one', { id })

/** What stands there with something else in it, as the editor sends it. */
async function wanted(more: object, id = 'default') {
  const { mark, draft, published } = await one(id)
  return { id, mark, settings: { ...(draft ?? published), ...more } }
}

async function publish(more: object): Promise<number> {
  const { mark } = await manager.get('programs.save', await wanted(more))
  return (await manager.get('programs.publish', { id: 'default', mark })).version
}

async function told(): Promise<Program> {
  const [row] = await office.rows<{ settings: string }>(
    `SELECT settings FROM hq.sync_program_v1 WHERE id = 'default'`,
  )
  const read = readProgram(JSON.parse(row?.settings ?? ''))
  if (!read.ok) throw new Error(read.refusal.sentence)
  return read.value
}

const VISIT = { id: 'visit', name: 'Visit', kind: 'earn', gives: { per: 'visit', points: 5 } }

describe('a program', () => {
  test('is there from the beginning, with nothing to publish', async () => {
    expect((await viewer.get('programs.list', {})).programs).toEqual([
      {
        id: 'default',
        name: 'Points',
        type: 'points',
        version: 1,
        published_at: null,
        published_by: '',
        has_draft: false,
        accounts: 0,
      },
    ])
    const { mark, draft, published, versions } = await one()
    expect(published).toMatchObject({ ...DEFAULT_PROGRAM, rules: [] })
    expect([draft, mark, versions]).toEqual([null, 0, [{ version: 1, at: null, by: '' }]])
    expect(await manager.codeOf('programs.publish', { id: 'default', mark })).toBe('refused')
  })

  test('is followed by tills only once it is published, and the version before stays', async () => {
    const saved = await manager.get('programs.save', await wanted({ kobo_per_point: 5_000 }))
    expect((await told()).kobo_per_point).toBe(10_000)
    expect(await one()).toMatchObject({ draft: { kobo_per_point: 5_000 }, changed_by: 'Musa Danladi' })
    expect(await manager.get('programs.publish', { id: 'default', mark: saved.mark })).toEqual({ version: 2 })
    expect(await told()).toMatchObject({ version: 2, kobo_per_point: 5_000 })
    expect(await publish({ rules: [VISIT] })).toBe(3)
    const { versions, draft } = await one()
    expect(draft).toBeNull()
    expect(versions).toEqual([
      { version: 3, at: office.hq.now(), by: 'Musa Danladi' },
      { version: 2, at: office.hq.now(), by: 'Musa Danladi' },
      { version: 1, at: null, by: '' },
    ])
    const before = await viewer.get('programs.version', { id: 'default', version: 1 })
    expect(before.settings).toMatchObject({ version: 1, kobo_per_point: 10_000, rules: [] })
    const { rows } = await viewer.get('audit.list', { what: 'program', limit: 10 })
    expect(rows.map(({ what }) => what)).toEqual(['program.published', 'program.published'])
    expect(rows[1]).toMatchObject({
      who: 'Musa Danladi',
      about: 'default',
      detail: {
        version: 2,
        changes: [{ what: 'setting', setting: 'kobo_per_point', before: 10_000, after: 5_000 }],
        before: { version: 1, kobo_per_point: 10_000 },
        after: { version: 2, kobo_per_point: 5_000 },
      },
    })
  })

  test('tells a till of before there were other kinds of expiry how many months points last', async () => {
    await publish({ expiry: { kind: 'month_end', months: 6 } })
    expect(await told()).toMatchObject({ lot_months: 6, expiry: { kind: 'month_end', months: 6 } })
  })

  test('is changed by whoever saw it as it is: the second of two learns that they were late', async () => {
    const [mine, theirs] = [await wanted({ name: 'Mine' }), await wanted({ name: 'Theirs' })]
    const both = await Promise.all([
      manager.codeOf('programs.save', mine),
      other.codeOf('programs.save', theirs),
    ])
    expect(both.toSorted()).toEqual(['changed_meanwhile', 'done'])
    const { mark, draft } = await one()
    const late = { id: 'default', mark: mark - 1 }
    expect(await other.codeOf('programs.publish', late)).toBe('changed_meanwhile')
    expect(await other.codeOf('programs.discard', late)).toBe('changed_meanwhile')
    expect((await one()).draft).toEqual(draft)
    expect(await other.codeOf('programs.discard', { id: 'default', mark })).toBe('done')
    expect((await one()).draft).toBeNull()
  })

  test('of its own begins as a draft that nobody follows', async () => {
    const { id } = await manager.get('programs.create', { name: 'Gold club' })
    expect(await one(id)).toMatchObject({ published: null, draft: { name: 'Gold club', id }, versions: [] })
    expect(await office.rows('SELECT id FROM hq.sync_program_v1 WHERE id = $1', [id])).toEqual([])
    expect(await manager.codeOf('programs.discard', { id, mark: 1 })).toBe('refused')
    expect(await viewer.codeOf('programs.report', { id })).toBe('not_found')
    expect(await manager.get('programs.publish', { id, mark: 1 })).toEqual({ version: 1 })
    expect(
      (await viewer.get('programs.list', {})).programs.map(({ name, version }) => [name, version]),
    ).toEqual([
      ['Points', 4],
      ['Gold club', 1],
    ])
  })
})

describe('refused', () => {
  const SPEND = { field: 'spend', days: 30, min_kobo: 100_000 }
  test.each([
    ['no name', { name: ' ' }, 'Name: give it a name'],
    ['a point for nothing', { kobo_per_point: 0 }, 'Naira for one point: type an amount above zero'],
    [
      'tiers that do not rise',
      { tiers: [...DEFAULT_PROGRAM.tiers].reverse() },
      'Platinum: the first tier starts at 0 points',
    ],
    [
      'a rule that tills cannot follow',
      { rules: [{ ...VISIT, when: [SPEND] }] },
      'Rule "Visit": what a customer spent in all stores is known at head office alone',
    ],
    [
      'a segment that there is not',
      { rules: [{ ...VISIT, when: [{ field: 'segment', in: ['vip'] }] }] },
      'Rule "Visit": there is no segment "vip"',
    ],
    [
      'an empty list',
      { rules: [{ ...VISIT, when: [{ field: 'weekdays', in: [] }] }] },
      'Rule "Visit": its list of weekdays is empty',
    ],
    [
      'a reward for nothing',
      { rewards: [{ id: 'mug', name: 'Mug', points: 0, gives: { kind: 'amount', kobo: 5_000 } }] },
      'Reward "Mug": it must take from 1',
    ],
  ])('when it is published: %s', async (_, more, sentence) => {
    const before = await told()
    const { mark } = await manager.get('programs.save', await wanted(more))
    const said = await manager.ask('programs.publish', { id: 'default', mark })
    expect([said.status, said.body.code]).toEqual([409, 'refused'])
    expect(said.body.detail).toContain(sentence)
    expect(await told()).toEqual(before)
    await manager.get('programs.discard', { id: 'default', mark })
  })

  test.each([
    ['a field nobody knows', { coupons: true }],
    ['points that are no number', { kobo_per_point: null }],
    ['a rule of no kind', { rules: [{ ...VISIT, kind: 'give' }] }],
  ])('as a draft: %s', async (_, more) => {
    const said = await manager.ask('programs.save', await wanted(more))
    expect([said.status, said.body.code]).toEqual([409, 'refused'])
    expect((await one()).draft).toBeNull()
  })

  test('to who may only look, and for what is not here', async () => {
    const { mark } = await one()
    expect(await viewer.codeOf('programs.save', await wanted({ name: 'X' }))).toBe('not_allowed')
    expect(await viewer.codeOf('programs.publish', { id: 'default', mark })).toBe('not_allowed')
    expect(await viewer.codeOf('programs.discard', { id: 'default', mark })).toBe('not_allowed')
    expect(await viewer.codeOf('programs.create', { name: 'X' })).toBe('not_allowed')
    expect(await viewer.codeOf('programs.one', { id: 'nobody' })).toBe('not_found')
    expect(await viewer.codeOf('programs.version', { id: 'default', version: 99 })).toBe('not_found')
    expect(await manager.codeOf('programs.publish', { id: 'nobody', mark: 0 })).toBe('not_found')
  })
})
