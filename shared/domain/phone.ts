import { type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { LIMITS } from '../base/limits.ts'
import { type Refusal, refusal } from '../base/refusal.ts'
import { ok, type Result, refuse } from '../base/result.ts'
import {
  beginnings,
  CANON_VERSION,
  canonicalDigits,
  type HomeRegion,
  PLANS,
  splitDigits,
  typedDigits,
} from './phone-canon.ts'
import { excerpt } from './typed-text.ts'

export type PhoneWarning = 'none' | 'unknown_prefix' | 'unusual_length'

interface Phone {
  /** "+2348031234567": the identity. */
  readonly e164: string
  /** Digits as dialled inside the number's own country: "08031234567"; without trunk prefix where we know none. */
  readonly national: string
  /** In groups for reading back: "0803 123 4567", "+44 20 7946 0958". */
  readonly display: string
  /** Country of the number as far as it is known ("NG"), else empty. */
  readonly region: string
  /** What the till says while it accepts the number: numbering plans drift, so nothing is refused for its prefix. */
  readonly warning: PhoneWarning
  /** Version of the canonical form that made `e164`. */
  readonly canon: number
}

/**
 * The one door through which a phone number enters: till, import, search. Takes it as people write it, with
 * separators, foreign digits or invisible marks. `region` is the till's own country.
 * Refuses with `phone_invalid` what holds letters, fewer than 7 national digits or more than 15 in all.
 */
export function readPhone(typed: string, region: HomeRegion = 'NG'): Result<Phone, Refusal> {
  const read = readE164(typed, region)
  if (!read.ok) return read
  const digits = read.value.slice(1)
  const parsed = parsePhoneNumberFromString(read.value)
  const home = regionOf(digits)
  return ok({
    e164: `+${digits}`,
    national: home ? `0${digits.slice(PLANS[home].code.length)}` : (parsed?.nationalNumber ?? digits),
    display: phoneGroups(`+${digits}`, region).join(' '),
    region: parsed?.country ?? home ?? '',
    warning: warningOf(digits, parsed),
    canon: CANON_VERSION,
  })
}

/** The identity alone ("+2348031234567"), without what a person is shown: a tenth of the time. Refuses alike. */
export function readE164(typed: string, region: HomeRegion = 'NG'): Result<string, Refusal> {
  const digits = typed.length > LIMITS.searchTextCharsMax ? undefined : canonicalDigits(typed, region)
  return digits === undefined ? refuse(refusal('phone_invalid', { typed: excerpt(typed) })) : ok(`+${digits}`)
}

/** A number that a customer of ours has: nobody has to be warned of it, so one at home needs no numbering plan. */
export function readKnown(e164: string, region: HomeRegion = 'NG'): Omit<Phone, 'national' | 'canon'> {
  const home = regionOf(e164.slice(1))
  const display = phoneGroups(e164, region).join(' ')
  return {
    e164,
    display,
    region: home ?? parsePhoneNumberFromString(e164)?.country ?? '',
    warning: 'none',
  }
}

/** What the till says about a canonical number while it accepts it. */
export const phoneWarning = (e164: string): PhoneWarning =>
  warningOf(e164.slice(1), parsePhoneNumberFromString(e164))

/** Only advice: it may change with the library, the identity does not. */
function warningOf(digits: string, parsed: PhoneNumber | undefined): PhoneWarning {
  if (parsed?.isValid()) return 'none'
  const home = regionOf(digits)
  const unusual = home
    ? digits.length - PLANS[home].code.length !== PLANS[home].nationalDigits
    : parsed !== undefined && !parsed.isPossible()
  return unusual ? 'unusual_length' : 'unknown_prefix'
}

function regionOf(digits: string): HomeRegion | undefined {
  return (Object.keys(PLANS) as HomeRegion[]).find((region) => digits.startsWith(PLANS[region].code))
}

/**
 * A canonical number in groups for reading aloud: ["0803", "123", "4567"] at home, ["+44", "20", "7946", "0958"]
 * abroad. Reading the joined groups gives the same number again.
 */
export function phoneGroups(e164: string, region: HomeRegion = 'NG'): readonly string[] {
  const { code } = PLANS[region]
  const digits = e164.replace(/^\+/, '')
  if (digits.startsWith(code)) return groupHome(`0${digits.slice(code.length)}`)
  const formatted = parsePhoneNumberFromString(`+${digits}`)?.formatInternational() ?? ''
  // The library may know a number otherwise than we keep it; what is read back must be what is kept.
  if (formatted.replace(/\D/g, '') === digits) return formatted.split(/[\s\-./]+/)
  return [`+${digits.slice(0, 3)}`, ...groupsOf(digits.slice(3), 3)]
}

/** 4-3-4 for the usual 11 digits; the middle stays three, and a long tail is cut in threes and fours. */
function groupHome(dialled: string): readonly string[] {
  const tail = dialled.slice(7)
  const groups = [
    dialled.slice(0, 4),
    dialled.slice(4, 7),
    ...(tail.length <= 4 ? [tail] : groupsOf(tail, 3)),
  ]
  return groups.filter((group) => group !== '')
}

function groupsOf(digits: string, size: number): string[] {
  return digits.match(new RegExp(`\\d{1,${size}}`, 'g')) ?? []
}

/**
 * Hides the middle of a displayed number: "0803 *** 4567", "+44 *** 0958". Short numbers keep only their last two
 * digits. Anything without digits (no phone) stays as it is.
 */
export function maskPhone(display: string): string {
  const digits = display.replace(/\D/g, '')
  if (digits === '') return display
  const first = display.split(' ')[0] ?? ''
  const hidden = digits.length - first.replace(/\D/g, '').length - 4
  return hidden >= 3 ? `${first} *** ${digits.slice(-4)}` : `*** ${digits.slice(-2)}`
}

export interface PhoneFragment {
  /** Beginnings of canonical digits (no plus) to look for, likeliest first. */
  readonly prefixes: readonly string[]
  /** Four to ten digits that may be the end of a number; else null. */
  readonly suffix: string | null
}

/** Fewer digits than this find half the shop. */
const SEARCH_DIGITS_MIN = 3
const SUFFIX_DIGITS_MIN = 4
const SUFFIX_DIGITS_MAX = 10

/**
 * Reads search text as a piece of a phone number, however far it is typed. Null when it is anything else, or has
 * fewer than three digits.
 */
export function searchDigits(text: string, region: HomeRegion = 'NG'): PhoneFragment | null {
  if (text.length > LIMITS.searchTextCharsMax) return null
  const compact = typedDigits(text)
  const bare = compact?.replace('+', '') ?? ''
  if (compact === undefined || bare.length < SEARCH_DIGITS_MIN) return null
  const prefixes = new Set<string>()
  const whole = canonicalDigits(text, region)
  if (whole !== undefined) prefixes.add(whole)
  for (const prefix of fragmentPrefixes(compact, region)) prefixes.add(prefix)
  const isEnd = bare.length >= SUFFIX_DIGITS_MIN && bare.length <= SUFFIX_DIGITS_MAX && compact === bare
  return { prefixes: [...prefixes], suffix: isEnd ? bare : null }
}

function fragmentPrefixes(compact: string, region: HomeRegion): readonly string[] {
  const { code, international } = PLANS[region]
  const { kind, digits } = splitDigits(compact, region)
  if (kind === 'international') {
    // "00923": the beginning of 009 234 as much as of Pakistan's 92.
    const dialled = compact.startsWith(international) ? compact.slice(international.length) : undefined
    const half = dialled !== undefined && code.startsWith(dialled) ? [dialled === '' ? code : dialled] : []
    return [...beginnings(digits), ...half]
  }
  const atHome = beginnings(code + digits)
  if (digits.startsWith(code)) return [...beginnings(digits), ...atHome]
  return /^[+0]/.test(compact) ? atHome : [...atHome, ...beginnings(digits)]
}
