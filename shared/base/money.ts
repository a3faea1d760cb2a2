import { invariant } from './result.ts'

/** Integer kobo (1 naira = 100 kobo). Never a float (K6). */
export type Kobo = number
/** Integer loyalty points (K6). */
export type Points = number
/** Integer basis points: 10,000 = 1x. */
export type BasisPoints = number

export const BASIS_POINTS_ONE: BasisPoints = 10_000
/** The largest bill a till accepts: one billion naira. */
export const AMOUNT_KOBO_MAX: Kobo = 100_000_000_000
/** The largest number of points one event may move. */
export const POINTS_MAX: Points = 1_000_000_000

/** `floor(a * b / divisor)` on integers without overflow. The one rounding rule of the program: down. */
export function mulDivFloor(a: number, b: number, divisor: number): number {
  invariant(
    Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(divisor),
    'mulDivFloor takes integers',
  )
  invariant(divisor > 0 && a >= 0 && b >= 0, 'mulDivFloor takes non-negative integers and a positive divisor')
  const product = a * b
  if (Number.isSafeInteger(product)) return Math.floor(product / divisor)
  const wide = (BigInt(a) * BigInt(b)) / BigInt(divisor)
  const result = Number(wide)
  invariant(Number.isSafeInteger(result), 'mulDivFloor result is out of range')
  return result
}

/**
 * Reads an amount in major units as a person or a file writes it ("12,500", "₦1 250.50", "29.33") into kobo.
 * Returns undefined for anything that is not a plain decimal number with at most `minorDigits` decimals.
 * A minus sign is kept, so that the caller can say why a negative amount is refused.
 */
export function parseMajor(text: string, minorDigits = 2): number | undefined {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s\u00a0_'’]/g, '')
    .replace(/^(-?)(?:₦|NGN|N|\$|USD)/i, '$1')
  const match = /^(-)?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/.exec(plain)
  if (!match) return undefined
  const decimals = match[3] ?? ''
  if (decimals.length > minorDigits && /[1-9]/.test(decimals.slice(minorDigits))) return undefined
  const digits = `${(match[2] ?? '').replaceAll(',', '')}${decimals.slice(0, minorDigits).padEnd(minorDigits, '0')}`
  const value = Number(digits)
  if (!Number.isSafeInteger(value)) return undefined
  return match[1] && value !== 0 ? -value : value
}

/** "₦12,500" or "₦12,500.50": kobo shown only when not zero. */
export function formatNaira(kobo: Kobo): string {
  const absolute = Math.abs(kobo)
  const rest = absolute % 100
  const whole = groupThousands(Math.trunc(absolute / 100))
  return `${kobo < 0 ? '-' : ''}₦${whole}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`
}

/** "1 point", "2,480 points". */
export function pointsInWords(points: Points): string {
  return `${groupThousands(points)} ${Math.abs(points) === 1 ? 'point' : 'points'}`
}

/** 12500 -> "12,500". */
export function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
