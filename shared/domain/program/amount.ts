import { AMOUNT_KOBO_MAX } from '../../base/money.ts'
import { type Refusal, refusal } from '../../base/refusal.ts'

/** What is wrong with an amount as typed, or null. Kobo. */
export function amountRefusal(kobo: number): Refusal | null {
  if (!Number.isSafeInteger(kobo)) return refusal('amount_invalid')
  if (kobo < 0) return refusal('amount_negative')
  if (kobo === 0) return refusal('amount_zero')
  if (kobo > AMOUNT_KOBO_MAX) return refusal('amount_too_large', { max: AMOUNT_KOBO_MAX })
  return null
}
