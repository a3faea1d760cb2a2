import { isDate } from '../base/business-date.ts'
import { type Refusal, refusal } from '../base/refusal.ts'
import { ok, type Result, refuse } from '../base/result.ts'

/** Days until the next birthday of "mm-dd" or "yyyy-mm-dd"; 29 February is kept on 28 in other years. */
export function birthdayInDays(birth: string, today: string): number | null {
  const day = birth.slice(-5)
  if (!/^\d{2}-\d{2}$/.test(day)) return null
  for (const year of [Number(today.slice(0, 4)), Number(today.slice(0, 4)) + 1]) {
    const leap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29
    const date = `${year}-${day === '02-29' && !leap ? '02-28' : day}`
    const days = Math.round((Date.parse(date) - Date.parse(today)) / 86_400_000)
    if (days >= 0) return days
  }
  return null
}

/** yyyy-mm-dd in the past, or mm-dd of any year, or empty. */
export function readBirth(typed: string, today: string): Result<string, Refusal> {
  const text = typed.trim()
  if (text === '') return ok('')
  const full = /^\d{2}-\d{2}$/.test(text) ? `2000-${text}` : text
  const bad = refuse(refusal('birth_date_invalid'))
  if (full < '1880-01-01' || full > today) return bad
  return isDate(full) ? ok(text) : bad
}
