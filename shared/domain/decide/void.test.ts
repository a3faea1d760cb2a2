import { describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../base/roles.ts'
import { emptyAccount } from '../post.ts'
import { DEFAULT_PROGRAM } from '../program/program.ts'
import { decideAdjust, type People } from './adjust.ts'
import { type BookedSale, decideVoid } from './void.ts'

const person = (id: string, role: Role) => ({ id, role })
const alone = (role: Role, id = 'me'): People => ({ staff: person(id, role), approver: null })
const withSecond = (role: Role, second: Role, id = 'other'): People => ({
  staff: person('me', role),
  approver: person(id, second),
})

const sale: BookedSale = {
  id: 's',
  staff: 'me',
  customer: 'c',
  program: 'default',
  today: true,
  imported: false,
  void: false,
  lines: ['r', 'e'].map((event) => ({ event, customer: 'c', program: 'default' })),
  restKobo: null,
}

describe('who may undo a sale', () => {
  const answer = (of: Partial<BookedSale>, people: People, reason = 'mistake'): string => {
    const decided = decideVoid({ ...sale, ...of }, reason, people)
    return decided.ok ? 'done' : decided.refusal.code
  }

  it.each<[string, Partial<BookedSale>, Record<Role, string>]>([
    ['the own one of today', {}, { cashier: 'done', supervisor: 'done', manager: 'done', admin: 'done' }],
    [
      'the own one of another day',
      { today: false },
      { cashier: 'void_too_late', supervisor: 'done', manager: 'done', admin: 'done' },
    ],
    [
      'that of a colleague',
      { staff: 'you' },
      { cashier: 'void_too_late', supervisor: 'done', manager: 'done', admin: 'done' },
    ],
    [
      'one from a file',
      { imported: true },
      { cashier: 'void_too_late', supervisor: 'done', manager: 'done', admin: 'done' },
    ],
    [
      'one undone before',
      { void: true },
      { cashier: 'already_void', supervisor: 'already_void', manager: 'already_void', admin: 'already_void' },
    ],
  ])('%s', (_, of, expected) => {
    expect(Object.fromEntries(ROLES.map((role) => [role, answer(of, alone(role))]))).toEqual(expected)
  })

  it('a second person may stand in, if it is one and may', () => {
    expect(answer({ today: false }, withSecond('cashier', 'supervisor'))).toBe('done')
    expect(answer({ today: false }, withSecond('cashier', 'cashier'))).toBe('approver_not_allowed')
    expect(answer({ today: false }, withSecond('cashier', 'admin', 'me'))).toBe('approver_same')
    expect(answer({ today: false }, alone('cashier'), '')).toBe('reason_missing')
    expect(answer({}, alone('admin'), 'x'.repeat(201))).toBe('reason_too_long')
  })

  it('reverses every line of the sale, whole', () => {
    const decided = decideVoid(sale, ' mistake ', alone('cashier'))
    expect(decided.ok && decided.value).toEqual([
      {
        kind: 'points.reversed',
        n: 0,
        customer: 'c',
        program: 'default',
        payload: {
          sale: 's',
          targets: [
            { event: 'r', points: 'all' },
            { event: 'e', points: 'all' },
          ],
        },
        personal: { reason: 'mistake' },
      },
    ])
  })

  it('reverses in every account that the sale moved points of, and names the money once', () => {
    const lines = [
      ...sale.lines,
      { event: 'v', customer: 'c', program: 'visits' },
      { event: 'f', customer: 'friend', program: 'default' },
    ]
    const decided = decideVoid({ ...sale, lines, restKobo: 700 }, 'mistake', alone('cashier'))
    expect(decided.ok && decided.value).toMatchObject([
      { n: 0, customer: 'c', program: 'default', payload: { rest: { kobo: 700 } } },
      { n: 1, customer: 'c', program: 'visits', payload: { targets: [{ event: 'v' }], rest: { kobo: 0 } } },
      { n: 2, customer: 'friend', payload: { targets: [{ event: 'f' }], rest: { kobo: 0 } } },
    ])
  })
})

describe('who may adjust how much', () => {
  const context = {
    trusted: Date.parse('2026-12-01T09:00:00Z'),
    timeZone: 'Africa/Lagos',
    currency: 'NGN',
    program: DEFAULT_PROGRAM,
    right: { kind: 'own' },
  } as const
  const customer = { id: 'c', name: 'Ada', account: emptyAccount() }
  const answer = (points: number, people: People, aloneToday = 0, reason = 'kind'): string => {
    const decided = decideAdjust(
      { points, reason },
      customer,
      people,
      { dailyLimit: 500, aloneToday },
      context,
    )
    return decided.ok ? 'done' : decided.refusal.code
  }

  it.each<[number, number, string]>([
    [500, 0, 'done'],
    [501, 0, 'approval_needed'],
    [1, 499, 'done'],
    [1, 500, 'approval_needed'],
  ])('%d points after %d of the day alone: %s', (points, before, code) => {
    expect(answer(points, alone('supervisor'), before)).toBe(code)
  })

  it('a manager as the second person lifts the limit; what is wrong is said before they are called', () => {
    expect(answer(100_000, withSecond('cashier', 'manager'), 500)).toBe('done')
    expect(answer(100_000, withSecond('cashier', 'supervisor'))).toBe('approver_not_allowed')
    expect(answer(100_000, withSecond('manager', 'admin', 'me'))).toBe('approver_same')
    expect(answer(100_000, alone('cashier'), 0, '')).toBe('reason_missing')
    expect(answer(-1, alone('cashier'))).toBe('balance_below_zero')
    expect(answer(1.5, alone('cashier'))).toBe('points_invalid')
    expect(answer(0, alone('cashier'))).toBe('points_zero')
    expect(answer(1e9 + 1, alone('cashier'))).toBe('points_too_many')
  })
})
