import { afterAll, expect, it } from 'vitest'
import { randomHex } from '../../../electron/platform/random.ts'
import {
  decodeReceiptCode,
  encodeReceiptCode,
  type ReceiptCode,
} from '../../../shared/domain/receipt-code.ts'
import { newTill, points, removeTempDirs } from '../../support/till.ts'

afterAll(removeTempDirs)

/** The whole of what a code names, as a supervisor gives it back. */
const allOf = (receipt: ReceiptCode) => ({
  sale: { by: 'receipt' as const, code: encodeReceiptCode(receipt) },
  kobo: 'all' as const,
  reason: 'came back',
  approver: null,
})

it('a code that somebody wrote gives back no points of another sale', async () => {
  const till = await newTill()
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  const gift = { customer_id: ada, points: 1_000, reason: 'gift', approver: null }
  await till.done('admin', 'points.adjust', gift)
  const sold = await till.sell(ada, 10_000, { redeem: points(500) })
  const { qr } = await till.done('cashier', 'receipt.preview', { sale_id: sold.sale_id })
  const printed = decodeReceiptCode(qr)
  if (!printed.ok) throw new Error('the receipt of this till is read')
  const [redeem] = printed.value.lines.filter(({ kind }) => kind === 'redeem')
  if (!redeem) throw new Error('points were taken')

  const cheap = { ...printed.value, sale: randomHex(16), net_kobo: 100 }
  const forged: readonly ReceiptCode[] = [
    { ...cheap, lines: [redeem] },
    { ...cheap, lines: [{ ...redeem, kind: 'earn' }] },
  ]
  for (const one of forged) {
    expect(await till.code('supervisor', 'sale.refund', allOf(one))).toBe('receipt_differs')
    const { sale, kobo } = allOf(one)
    expect(await till.code('cashier', 'sale.refund_quote', { sale, kobo })).toBe('receipt_differs')
  }
  expect(await till.balance(ada)).toBe(595)
  expect((await till.verify()).ok).toBe(true)
})
