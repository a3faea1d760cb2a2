import { isDate } from '../../../shared/base/business-date.ts'

const MONTHS: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
}

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * A birthday as people say it (14/3, 14-3-1990, 14 March) as "mm-dd" or "yyyy-mm-dd".
 * Empty for an empty text, undefined for what is no day. Day comes before month, as in Nigeria.
 */
export function readBirth(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase()
  if (plain === '') return ''
  const match = /^(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]{3,9})(?:[\s/.,-]+(\d{4}))?$/.exec(plain)
  const day = Number(match?.[1])
  const said = match?.[2] ?? ''
  const month = /^\d/.test(said) ? Number(said) : (MONTHS[said.slice(0, 3)] ?? 0)
  const year = match?.[3]
  if (!match || !isDate(`${year ?? '2024'}-${two(month)}-${two(day)}`)) return undefined
  return year ? `${year}-${two(month)}-${two(day)}` : `${two(month)}-${two(day)}`
}

/** "mm-dd" or "yyyy-mm-dd" as it is typed: 14/3 or 14/3/1990. */
export function birthAsTyped(birth: string): string {
  if (birth === '') return ''
  const [day, month, year] = birth.split('-').reverse()
  // Reading yyyy-mm-dd backwards gives dd, mm, yyyy; mm-dd gives dd, mm.
  return [Number(day), Number(month), ...(year ? [year] : [])].join('/')
}
