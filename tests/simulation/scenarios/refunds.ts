import { expect } from 'vitest'
import { encodeReceiptCode } from '../../../shared/domain/receipt-code.ts'
import type { Input, Output } from '../../../shared/ipc/contract.ts'
import { scenarioList } from '../scenario.ts'
import type { SimulatedTill } from '../simulated-till.ts'
import { ADA, BOLA, type Story } from '../story.ts'
import { apart, newCustomer, pointsAt, together } from './steps.ts'

export const REFUNDS = scenarioList()
const { scenario } = REFUNDS

type Sold = Output<'sale.record'>

/** What stands on the receipt that this till printed. */
function receiptOf(till: SimulatedTill, { sale_id: sale, customer_id: customer, net_kobo }: Sold): string {
  const lines = till.open.ledger.projector.accounts.linesOfSale(customer ?? '', sale).flatMap(({ line }) => {
    const { kind, event, points } = line
    return kind === 'earn' || kind === 'redeem' ? [{ kind, event, points }] : []
  })
  return encodeReceiptCode({ sale, customer, program: 'default', net_kobo, lines, code: null })
}

/** Gives so many naira of a sale back at this till; null: refused (`till.refused`). */
function giveBack(
  s: Story,
  till: SimulatedTill,
  sale: Input<'sale.refund'>['sale'],
  naira: number | 'all',
): Promise<Output<'sale.refund'> | null> {
  const { workload, model } = s.run.world
  const command_id = workload.newCommand()
  const kobo = naira === 'all' ? naira : naira * 100
  const said = (done: Output<'sale.refund'>): void => {
    const { sale_id, taken_back: takenBack, given_back } = done
    const part = { sale: sale_id, kobo: done.kobo, takenBack, givenBack: given_back }
    model.said(
      command_id,
      till.name,
      done.whole ? { what: 'void', sale: sale_id } : { what: 'part', ...part },
    )
  }
  return till.command('sale.refund', { command_id, sale, kobo, reason: 'Came back', approver: null }, said)
}

const told = (s: Story): Promise<readonly { kind: string; facts: Record<string, unknown> }[]> =>
  s.hq.query(`SELECT kind, facts FROM hq.inbox WHERE kind IN ('refunded_twice', 'tier_refunded') ORDER BY at`)

scenario(
  'case 20: parts of one purchase are given back at two tills that know of each other, and come to the whole exactly',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 50_000)
    await s.followed()
    const sold = await s.sell(one, ADA, 10_000, 101)
    const code = receiptOf(one, sold)
    await s.followed()
    expect(await giveBack(s, one, { by: 'sale', sale_id: sold.sale_id }, 3_333)).toMatchObject({
      taken_back: 32,
      given_back: 34,
    })
    await s.followed()
    // The other till knows of the part by the lines of the account.
    expect(await giveBack(s, other, { by: 'receipt', code }, 6_600)).toBeNull()
    expect(other.refused).toBe('refund_too_much')
    expect(await giveBack(s, other, { by: 'receipt', code }, 3_333)).toMatchObject({ waiting: false })
    await s.followed()
    const paper = {
      by: 'paper',
      sale_id: sold.sale_id,
      customer_id: sold.customer_id ?? '',
      net_kobo: sold.net_kobo,
    }
    expect(await giveBack(s, other, { ...paper, by: 'paper' }, 'all')).toMatchObject({ whole: true })
    await s.followed()
    expect(await giveBack(s, one, { by: 'sale', sale_id: sold.sale_id }, 'all')).toBeNull()
    expect(one.refused).toBe('already_void')
    expect(await pointsAt(s, ADA, one, other)).toEqual([500, 500])
    expect(await told(s)).toEqual([])
  },
)

scenario(
  'case 20e: two tills give the same goods back before they know of each other: points go back once, and a person is told of the cash',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 50_000)
    const sold = await s.sell(one, ADA, 10_000)
    const code = receiptOf(one, sold)
    const second = await s.sell(one, ADA, 20_000)
    const secondCode = receiptOf(one, second)
    await s.followed()
    apart(s, one, other)
    expect(await giveBack(s, one, { by: 'sale', sale_id: sold.sale_id }, 7_000)).not.toBeNull()
    expect(await giveBack(s, other, { by: 'receipt', code }, 6_000)).not.toBeNull()
    expect(await giveBack(s, one, { by: 'sale', sale_id: second.sale_id }, 'all')).not.toBeNull()
    expect(await giveBack(s, other, { by: 'receipt', code: secondCode }, 'all')).not.toBeNull()
    together(s, one, other)
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([500, 500])
    expect((await told(s)).map(({ kind, facts }) => [kind, facts['kobo']]).toSorted()).toEqual([
      ['refunded_twice', 2_000_000],
      ['refunded_twice', 300_000],
    ])
  },
)

scenario(
  'case 20c: goods come back at a till that has no data of the purchase, by its receipt; the points wait for it',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    await newCustomer(s, one, ADA, 30_000)
    await s.followed()
    s.offline(one)
    const sold = await s.sell(one, ADA, 10_000, 100)
    const nobody = await s.sell(one, null, 5_000)
    const code = receiptOf(one, sold)
    expect(await giveBack(s, other, { by: 'receipt', code }, 4_950)).toMatchObject({ waiting: true })
    const bare = encodeReceiptCode({
      sale: nobody.sale_id,
      customer: null,
      program: 'default',
      net_kobo: nobody.net_kobo,
      lines: [],
      code: null,
    })
    expect(await giveBack(s, other, { by: 'receipt', code: bare }, 'all')).toMatchObject({ whole: true })
    await s.sent(other)
    expect(await s.points(other, ADA)).toBe(300)
    s.online(one)
    await s.followed()
    // Half of what was earned and half of what was used.
    expect(await pointsAt(s, ADA, one, other)).toEqual([300 - 100 + 99 + 50 - 49, 300])
    expect(await told(s)).toEqual([])
  },
)

scenario(
  'case 11d: a tier is reached by a purchase that is given back: what came later stays, and a person is told once',
  2,
  async (s) => {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const first = await newCustomer(s, one, ADA, 1_000_000)
    await s.followed()
    expect((await s.sell(other, ADA, 100_000)).earned).toBe(2_000)
    const plain = await newCustomer(s, one, BOLA, 1_000_000)
    await s.followed()
    await giveBack(s, one, { by: 'sale', sale_id: plain.sale_id }, 'all')
    await giveBack(s, one, { by: 'sale', sale_id: first.sale_id }, 900_000)
    await s.followed()
    await giveBack(s, one, { by: 'sale', sale_id: first.sale_id }, 'all')
    await s.followed()
    expect(await pointsAt(s, ADA, one, other)).toEqual([2_000, 2_000])
    expect(await told(s)).toEqual([{ kind: 'tier_refunded', facts: { tier: 'Platinum' } }])
  },
)
