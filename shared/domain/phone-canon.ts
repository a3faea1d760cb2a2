import { plainText } from './typed-text.ts'

/**
 * The canonical form of a phone number. Customer ids derive from it, so two tills must agree for ever, whatever
 * library either carries: nothing here may look at anybody's validity data. Any change to what comes out of an
 * input that was accepted before is a new version, with aliases for the ids that move; `phone.corpus.json` pins it.
 */
export const CANON_VERSION = 1

/** E.164: digits after the plus. */
const E164_DIGITS_MAX = 15
/** Fewer digits than this, country code apart, are a slip of the finger. */
const NATIONAL_DIGITS_MIN = 7

interface NumberingPlan {
  readonly code: string
  /** Dialled before a country code. */
  readonly international: string
  /** Longest usual number without the trunk zero. */
  readonly nationalDigits: number
  /** So many digits after a country code typed without a plus make it a country code. */
  readonly afterCodeMin: number
}

/** Home countries a till can be set to. All of them dial a trunk zero inside the country. */
export const PLANS = {
  NG: { code: '234', international: '009', nationalDigits: 10, afterCodeMin: 7 },
  GH: { code: '233', international: '00', nationalDigits: 9, afterCodeMin: 8 },
  KE: { code: '254', international: '000', nationalDigits: 9, afterCodeMin: 8 },
  ZA: { code: '27', international: '00', nationalDigits: 9, afterCodeMin: 9 },
  GB: { code: '44', international: '00', nationalDigits: 10, afterCodeMin: 9 },
} as const satisfies Record<string, NumberingPlan>

export type HomeRegion = keyof typeof PLANS

const TRUNK_ZERO_CODES = Object.values(PLANS).map((plan) => plan.code)

/** First two digits of a Nigerian mobile number, or the `20` of the 2024 plan: never an old area code. */
const NOT_AN_OLD_AREA = /^(?:20|70|80|81|90|91)/

/** Between digits a person may put any of these. A plus only stands first. */
const SEPARATORS = /[\s.\-\u2010-\u2015\u2212\u00b7\u2022()[\]/\\]/g

/**
 * Digits as typed, with a leading plus if there was one. Undefined when there is anything but digits and
 * separators. A spreadsheet's "8031234567.0" and its leading apostrophe are forgiven.
 */
export function typedDigits(text: string): string | undefined {
  const plain = plainText(text)
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^'/, '')
    .replace(/^(\+?\d{7,15})\.0$/, '$1')
  const hasCode = /^[\s([]*(?:\+|00)/.test(plain)
  const compact = (hasCode ? plain.replace(/[([]\s*0\s*[)\]]/, '') : plain).replace(SEPARATORS, '')
  return /^\+?\d+$/.test(compact) ? compact : undefined
}

/** How typed digits begin: a country code, or a number inside the home country. */
type Split =
  | { readonly kind: 'international'; readonly digits: string }
  | { readonly kind: 'national'; readonly digits: string }

/**
 * `00` is read as the world's prefix for a country code and `009` as Nigeria's only before 234: "0091..." is
 * India. A plus before a zero is a slip and counts for nothing.
 */
export function splitDigits(compact: string, region: HomeRegion): Split {
  const plan: NumberingPlan = PLANS[region]
  const digits = compact.replace(/^\+(?=0)/, '')
  if (digits.startsWith('+')) return { kind: 'international', digits: digits.slice(1) }
  for (const prefix of [plan.international + plan.code, `00${plan.code}`]) {
    if (digits.startsWith(prefix))
      return { kind: 'international', digits: plan.code + digits.slice(prefix.length) }
  }
  if (/^00[1-9]/.test(digits)) return { kind: 'international', digits: digits.slice(2) }
  if (digits.startsWith('0')) return { kind: 'national', digits: digits.replace(/^0+/, '') }
  if (digits.startsWith(plan.code) && digits.length - plan.code.length >= plan.afterCodeMin) {
    return { kind: 'international', digits }
  }
  // Longer than any number at home: a country code without its plus. A Nigerian mobile with one digit too many
  // stays at home, where the till warns about its length.
  if (digits.length > plan.nationalDigits && !(region === 'NG' && /^[789][01]\d{9}$/.test(digits))) {
    return { kind: 'international', digits }
  }
  return { kind: 'national', digits }
}

/** The country's part of a number at home: no trunk zero, no country code typed twice, landlines in the plan of 2024. */
function homeNumber(typed: string, region: HomeRegion): string {
  const { code } = PLANS[region]
  let number = typed.replace(/^0+/, '')
  while (number.startsWith(code) && number.length >= code.length + PLANS[region].nationalDigits) {
    number = number.slice(code.length).replace(/^0+/, '')
  }
  return region === 'NG' ? nigerianLandline(number) : number
}

/**
 * Since 2024 a Nigerian landline is 20 + area code + number, and the old form (7 or 8 digits with the area code)
 * no longer rings. Both are one line: the new form is canonical.
 */
function nigerianLandline(number: string): string {
  const old = (number.length === 7 || number.length === 8) && !NOT_AN_OLD_AREA.test(number)
  return old ? `20${number}` : number
}

/** Could these be the first digits of an old landline? */
function mayBecomeLandline(digits: string): boolean {
  return digits.length > 0 && digits.length <= 8 && !NOT_AN_OLD_AREA.test(digits)
}

/** Benin put 01 before every number of eight digits on 30 November 2024. */
function foreignNumber(digits: string): string {
  if (digits.startsWith('229') && digits.length === 11) return `22901${digits.slice(3)}`
  return digits
}

/**
 * Typed text to canonical digits (E.164 without the plus); undefined when it is not a phone number. Text longer
 * than the caller's limit must be refused before it comes here.
 */
export function canonicalDigits(text: string, region: HomeRegion): string | undefined {
  const compact = typedDigits(text)
  if (compact === undefined) return undefined
  const split = splitDigits(compact, region)
  return split.kind === 'national' ? atHome(split.digits, region) : abroad(split.digits)
}

function atHome(digits: string, region: HomeRegion): string | undefined {
  const number = homeNumber(digits, region)
  if (number.length < NATIONAL_DIGITS_MIN) return undefined
  const whole = PLANS[region].code + number
  return whole.length <= E164_DIGITS_MAX ? whole : undefined
}

function abroad(digits: string): string | undefined {
  const home = (Object.keys(PLANS) as HomeRegion[]).find((region) => digits.startsWith(PLANS[region].code))
  if (home !== undefined) return atHome(digits.slice(PLANS[home].code.length), home)
  const whole = foreignNumber(digits)
  const fits = whole.length >= NATIONAL_DIGITS_MIN && whole.length <= E164_DIGITS_MAX
  return fits && !whole.startsWith('0') ? whole : undefined
}

/**
 * What canonical numbers may begin with when typed digits begin like this, a country code first. Without the
 * trunk zero after it, landlines and Benin's numbers also in their new form.
 */
export function beginnings(digits: string): readonly string[] {
  const code = TRUNK_ZERO_CODES.find((one) => digits.startsWith(one))
  if (code !== undefined) {
    const number = digits.slice(code.length).replace(/^0+/, '')
    const landline = code === PLANS.NG.code && mayBecomeLandline(number)
    return landline ? [code + number, `${code}20${number}`] : [code + number]
  }
  const oldBenin = digits.startsWith('229') && digits.length > 3 && digits.length <= 11
  return oldBenin ? [digits, `22901${digits.slice(3)}`] : [digits]
}
