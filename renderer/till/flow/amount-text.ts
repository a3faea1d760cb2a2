import { groupThousands, parseMajor } from '../../../shared/base/money.ts'

const DIGITS = /^(\d+)(\.\d*)?$/

function grouped(text: string): string | undefined {
  const match = DIGITS.exec(text)
  if (!match) return undefined
  const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '')
  return `${whole.length > 15 ? whole : groupThousands(Number(whole))}${match[2] ?? ''}`
}

/**
 * What an amount field shows after an edit: thousands are separated as one types. Separators are put in only
 * where they cannot change the meaning: plain digits, or one key pressed in what was separated by us before.
 * Anything else (a pasted "12,50") stays as it is, for `parseMajor` to accept or refuse.
 */
export function nextAmountText(before: string, typed: string): string {
  const plain = grouped(typed)
  if (plain !== undefined) return plain
  const wasOurs = grouped(before.replaceAll(',', '')) === before
  if (wasOurs && Math.abs(typed.length - before.length) === 1 && !addsComma(before, typed)) {
    return grouped(typed.replaceAll(',', '')) ?? typed
  }
  return typed
}

const commas = (text: string): number => text.split(',').length - 1
const addsComma = (before: string, typed: string): boolean =>
  typed.length > before.length && commas(typed) > commas(before)

/** Where the caret goes so that as many digits stand left of it as before `typed` became `shown`. */
export function caretAfter(typed: string, caret: number, shown: string): number {
  if (shown === typed) return caret
  const significant = typed
    .slice(0, caret)
    .replace(/[^\d.]/g, '')
    .replace(/^0+(?=\d)/, '').length
  let passed = 0
  for (let at = 0; at <= shown.length; at++) {
    if (passed === significant) return at
    if (/[\d.]/.test(shown[at] ?? '')) passed++
  }
  return shown.length
}

/** Kobo of a field's text; undefined when it is not an amount. An empty field is undefined too. */
export function koboOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : parseMajor(text)
}

/** A number as it should be typed, only with more digits than any amount has. */
export function isLongNumber(text: string): boolean {
  const [whole = '', decimals = ''] = text.trim().split('.')
  return koboOf(text) === undefined && koboOf(`1.${decimals}`) !== undefined && /^[\d,]{15,}$/.test(whole)
}

/** Whole points of a field's text; undefined when it is not a whole number. */
export function pointsOf(text: string): number | undefined {
  const kobo = parseMajor(text.trim())
  return kobo === undefined || kobo % 100 !== 0 ? undefined : kobo / 100
}
