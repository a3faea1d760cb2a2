import { groupThousands, parseMajor } from '../../../shared/base/money.ts'

/** Digits behind the point: naira are kept as kobo, percent and multipliers as basis points. */
const DIGITS = { naira: 2, percent: 2, times: 4, whole: 0 } as const
export type Unit = keyof typeof DIGITS

/** "1,250.50" -> 125050; undefined for what is no number of this kind, or less than nothing. */
export function readNumber(text: string, unit: Unit): number | undefined {
  const plain = unit === 'percent' ? text.replace(/\s*%\s*$/, '') : text
  const value = parseMajor(plain, DIGITS[unit])
  return value !== undefined && value >= 0 ? value : undefined
}

/** 125050 -> "1,250.50" as one would type it; empty for null and for what was never a number. */
export function numberText(value: number | null, unit: Unit): string {
  if (value === null || !Number.isFinite(value)) return ''
  const digits = DIGITS[unit]
  const size = 10 ** digits
  const rest = String(value % size)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  const shown = unit === 'naira' && rest !== '' ? rest.padEnd(2, '0') : rest
  return `${groupThousands(Math.trunc(value / size))}${digits === 0 || shown === '' ? '' : `.${shown}`}`
}

/** "rice, Beans,, rice" -> ["rice", "Beans"]. */
export const readList = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  ),
]
