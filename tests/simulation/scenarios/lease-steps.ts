import { expect } from 'vitest'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, owed } from '../../../shared/domain/post.ts'
import { ownEvents } from '../own-chain.ts'
import { setPolicy } from '../shop-rules.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, type Story } from '../story.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Ada has been at every till, and each has a share of what was open then, at most 500 points. */
export async function setAside(s: Story): Promise<void> {
  await s.enrol()
  await setPolicy(s.hq, { lease_points: 500, floor_customer_points: 200 })
  const { tills } = s.run.world
  await s.join(s.till(1), ADA)
  await s.sell(s.till(1), ADA, 200_000)
  await s.followed()
  for (const till of tills.slice(1)) await s.sell(till, ADA, 1_000)
  await booked(s, ...tills)
  for (const till of tills) expect(await usable(s, till)).toBe(700)
  // The grant and the booking of its holder are one.
  expect(await potsOf(s)).toBe(500 * tills.length)
}

/** Each of these tills has something set aside, and head office knows that it does. */
export async function booked(s: Story, ...tills: readonly SimulatedTill[]): Promise<void> {
  const holds = (till: SimulatedTill): boolean => till.look('SELECT 1 FROM lease WHERE ended = 0') === 1
  await s.run.until(() => tills.every(holds), 'something is set aside')
  await s.sent(...tills)
}

const sumOf = async (s: Story, of: (state: Account) => number): Promise<number> => {
  const rows = await s.hq.query<{ state: Account }>('SELECT state FROM hq.account')
  return rows.reduce((sum, { state }) => sum + of(state), 0)
}
/** What all customers owe at head office. */
export const debtOf = (s: Story): Promise<number> => sumOf(s, owed)
/** What is set aside in all, in the accounts. */
export const potsOf = (s: Story): Promise<number> => sumOf(s, leased)

export const usable = async (s: Story, till: SimulatedTill): Promise<number | undefined> =>
  (await s.card(till, ADA))?.account.usable_here

interface Grant {
  readonly id: string
  readonly holder: string
  readonly points: number
  readonly why: string
  readonly closed_by: string | null
}
export const grants = (s: Story): Promise<readonly Grant[]> =>
  s.hq.query<Grant>('SELECT id, holder, points, why, closed_by FROM hq.lease ORDER BY granted_at, id')

/** Grants for customers who stood at a till. */
export const grantedWhileWaiting = async (s: Story): Promise<number> =>
  (await grants(s)).filter(({ why }) => why === 'sale').length

/** By what each part of a redemption was taken at this till, with its points. */
export const rightsOf = (till: SimulatedTill): readonly string[] =>
  ownEvents(till).flatMap(({ kind, payload }) =>
    kind === 'points.redeemed' ? [`${payload.right} ${payload.points}`] : [],
  )

/** Everybody goes home for so many days. */
export async function nights(s: Story, days: number): Promise<void> {
  const { tills, schedule } = s.run.world
  for (const till of tills) await till.shutDown()
  await s.run.pass(MINUTE)
  schedule.now += days * DAY
  for (const till of tills) {
    till.clock.reboot()
    await s.run.boot(till)
  }
  await s.run.pass(MINUTE)
}
