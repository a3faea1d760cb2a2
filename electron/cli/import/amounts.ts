import { AMOUNT_KOBO_MAX, formatNaira, type Kobo, parseMajor } from '../../../shared/base/money.ts'

export type DecimalMark = 'point' | 'comma'

/**
 * An amount of a purchase history, in major units, as kobo. Zero is a purchase too (paid by voucher, given away):
 * it is booked and earns nothing. A negative amount is a refund and is refused, since the sale it takes back is not
 * known; so is anything above one billion naira or with a third decimal.
 */
export function readAmount(
  text: string,
  decimal: DecimalMark,
): { readonly ok: true; readonly kobo: Kobo } | { readonly ok: false; readonly why: string } {
  const plain = text.normalize('NFKC').trim()
  const shown = `"${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}"`
  if (plain === '') return { ok: false, why: 'the amount is empty' }
  const bracketed = /^\((.+)\)$/.exec(plain)
  const trailing = /^(.+\d)\s*-$/.exec(plain)
  const body = (bracketed?.[1] ?? trailing?.[1] ?? plain).replace(/\u2212/g, '-').replace(/^\+/, '')
  const pointed = decimal === 'comma' ? fromComma(body) : body
  const kobo = pointed === undefined ? undefined : parseMajor(pointed)
  if (kobo === undefined) return { ok: false, why: whyNot(shown, body, decimal) }
  if (kobo < 0 || ((bracketed || trailing) && kobo !== 0)) {
    return { ok: false, why: `${shown} is a refund; undo the sale it belongs to on the till instead` }
  }
  if (kobo > AMOUNT_KOBO_MAX) {
    return { ok: false, why: `${shown} is more than one sale may be (${formatNaira(AMOUNT_KOBO_MAX)})` }
  }
  return { ok: true, kobo }
}

function fromComma(text: string): string | undefined {
  const bare = text.replace(/[\s\u00a0']/g, '')
  if (!/^[^\d]*(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?$/.test(bare)) return undefined
  return bare.replaceAll('.', '').replace(',', '.')
}

function whyNot(shown: string, body: string, decimal: DecimalMark): string {
  const bare = body.replace(/[^\d.,]/g, '')
  if (decimal === 'point' && /^(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}$/.test(bare)) {
    return `${shown} is written with a decimal comma; add --decimal comma`
  }
  if (/^[\d.,]+[.,]\d{3,}$/.test(bare)) return `${shown} has more than two decimals`
  if (/^\d{15,}/.test(bare)) return `${shown} is more than one sale may be (${formatNaira(AMOUNT_KOBO_MAX)})`
  return `${shown} is not an amount; write it like 12,500 or 29.33`
}
