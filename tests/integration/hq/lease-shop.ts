import { randomHex } from '../../../electron/platform/random.ts'
import type { Account } from '../../../shared/domain/account.ts'
import { leased, open, owed } from '../../../shared/domain/post.ts'
import type { TillPolicy } from '../../../shared/sync/rows.ts'
import { GrantBody, type LeaseAsk, LeaseReply } from '../../../shared/sync/wire.ts'
import { ForgingTill } from '../../support/forging-till.ts'
import { codeFor, type HqApp, post, type Shop } from '../../support/hq-app.ts'

/** Tills by hand that ask for points and spend them, and what head office makes of it. */

export const PROGRAM = 'default'

type Grant = ReturnType<(typeof GrantBody)['parse']>
type Signed = LeaseReply['grants'][number]

export async function newTill(hq: HqApp, shop: Shop): Promise<ForgingTill> {
  const till = new ForgingTill()
  await till.join(hq, await codeFor(hq, shop))
  return till
}

/** One customer with points, told of by this till. Answers the id. */
export async function customerWith(hq: HqApp, till: ForgingTill, points: number): Promise<string> {
  const customer = randomHex(16)
  await till.push(hq, [earned(till, customer, points)])
  return customer
}

export const earned = (till: ForgingTill, customer: string, points: number) => ({
  ...till.earned(customer, points),
  program: PROGRAM,
})

export const asking = (customer: string, points: number, more: Partial<LeaseAsk> = {}): LeaseAsk => ({
  grant: randomHex(16),
  customer,
  program: PROGRAM,
  points,
  why: 'sale',
  ...more,
})

/** The answer to asks; throws where all of them are refused at once. */
export async function ask(
  hq: Pick<HqApp, 'app'>,
  till: Pick<ForgingTill, 'token'>,
  ...asks: readonly LeaseAsk[]
): Promise<LeaseReply> {
  const answer = await post(hq, '/sync/v1/lease', { protocol: 1, asks }, till.token)
  if (answer.status !== 200) throw new Error(answer.text)
  return LeaseReply.parse(answer.body)
}

export const wordsOf = ({ body }: Signed): Grant => GrantBody.parse(JSON.parse(body))

/** The holder's booking of a grant; `more`: what it says otherwise than head office did. */
export const booking = (signed: Signed, more: Partial<Grant> = {}, proof: Signed | null = signed) => {
  const { grant, holder, points, expiry, customer, program } = { ...wordsOf(signed), ...more }
  const payload = { grant, holder, points, expiry, ...(proof ? { signed: proof } : {}) }
  return { kind: 'lease.granted' as const, customer, program, payload, personal: null }
}

export const returned = ({ customer, program, grant }: Grant) => ({
  kind: 'lease.returned' as const,
  customer,
  program,
  payload: { grant, how: 'returned' },
  personal: null,
})

/** Under a grant, or under none. */
export const redeemed = (customer: string, points: number, grant?: string) => ({
  kind: 'points.redeemed' as const,
  customer,
  program: PROGRAM,
  payload: {
    sale: null,
    points,
    pays: points * 100,
    right: grant === undefined ? 'unsecured' : 'lease',
    ...(grant === undefined ? {} : { grant }),
    program_version: 1,
  },
  personal: null,
})

/** Pushes the booking of a grant, which is of the second version where it carries head office's signature. */
export function book(hq: HqApp, till: ForgingTill, draft: ReturnType<typeof booking>) {
  const text = till.textOf(draft)
  return till.pushText(hq, 'signed' in draft.payload ? text.replace('"pv":1', '"pv":2') : text)
}

/** What head office holds of one business. */
export function officeOf(hq: HqApp, { tenant }: Shop) {
  const rows = <R extends object>(sql: string, values: readonly unknown[] = []): Promise<R[]> =>
    hq.db.tenant(tenant, (tx) => tx.query<R>(sql, values))
  return {
    rows,
    /** Open, set aside and owed, over all programs. */
    async figures(customer: string): Promise<readonly number[]> {
      const all = await rows<{ state: Account }>('SELECT state FROM hq.account WHERE customer = $1', [
        customer,
      ])
      const sum = (of: (state: Account) => number): number => all.reduce((so, { state }) => so + of(state), 0)
      return [sum((state) => open(state, hq.now())), sum(leased), sum(owed)]
    },
    /** What the till is told of a grant: its state, or null where no row stands. */
    async told(grant: string): Promise<string | null> {
      const [row] = await rows<{ state: string }>('SELECT state FROM hq.sync_grant_v1 WHERE id = $1', [grant])
      return row?.state ?? null
    },
    /** Of the last events of a till. */
    async outcomes(till: ForgingTill, last: number): Promise<readonly string[]> {
      const all = await rows<{ outcome: string; why: string }>(
        'SELECT outcome, why FROM hq.event WHERE device = $1 ORDER BY epoch, seq',
        [till.device],
      )
      return all.slice(-last).map(({ outcome, why }) => `${outcome} ${why}`.trim())
    },
    async tell(store: string, policy: Partial<TillPolicy>): Promise<void> {
      await rows(
        `INSERT INTO hq.sync_policy_v1 (tenant_id, store, key, value) VALUES ($1, $2, 'till', $3)
         ON CONFLICT (tenant_id, store, key) DO UPDATE SET value = excluded.value`,
        [tenant, store, JSON.stringify(policy)],
      )
    },
  }
}
