import { LIMITS } from '../base/limits.ts'
import { type Refusal, refusal } from '../base/refusal.ts'
import { ok, type Result, refuse } from '../base/result.ts'

/** Letters that Unicode does not take apart: Hausa hooks first, then those of West African and European names. */
const PLAIN_LETTER: Readonly<Record<string, string>> = {
  ɓ: 'b',
  ɗ: 'd',
  ƙ: 'k',
  ƴ: 'y',
  ŋ: 'n',
  ɲ: 'n',
  ɔ: 'o',
  ɛ: 'e',
  ə: 'e',
  ɣ: 'g',
  ʋ: 'v',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
}
const TAKEN_APART = new RegExp(`[${Object.keys(PLAIN_LETTER).join('')}]`, 'gu')

/** Written or left out at will: Sa'adatu, Sa’adatu, Saʼadatu, Saadatu are one name. */
const APOSTROPHES = /['’‘ʼʻ`´ˈꞌ＇]/gu

/**
 * Letters and digits, but for those that were marks in the Unicode of the search index: it parts words there, and a
 * word that it takes for two would be no word to it.
 */
const WORD = /(?:(?![\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3])[\p{L}\p{N}])+/gu

/**
 * The words of a name as they are searched: without diacritics and case, apostrophes dropped. Letters and digits
 * of every script stay; everything else parts words. Folding folded words changes nothing.
 */
export function foldName(text: string): readonly string[] {
  const folded = text
    .replace(APOSTROPHES, '')
    .normalize('NFKD')
    .replace(APOSTROPHES, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(TAKEN_APART, (letter) => PLAIN_LETTER[letter] ?? letter)
  return folded.match(WORD) ?? []
}

/** What the name index holds for a name: its folded words, one blank between. */
export function nameIndexText(name: string): string {
  return foldName(name).join(' ')
}

const QUERY_WORDS_MAX = 8

/**
 * An FTS5 query over `nameIndexText` that finds names holding, in any order, a word that begins with each typed
 * word. Words are letters and digits inside quotes, so nothing typed can be an operator. Null when no word is left.
 */
export function nameQuery(text: string): string | null {
  const words = foldName(text.slice(0, LIMITS.searchTextCharsMax)).slice(0, QUERY_WORDS_MAX)
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' AND ')
}

/**
 * A name as it is kept: NFC, one blank between words, no control characters, bidi overrides or invisible blanks;
 * accents, emoji and right-to-left text stay. Empty when nothing visible is left.
 * Refuses with `name_too_long` (characters, counted as a person would tell Unicode code points).
 */
export function cleanName(text: string): Result<string, Refusal> {
  const max = LIMITS.nameCharsMax
  const tooLong = refuse(refusal('name_too_long', { max }))
  // Cheap before anything is done with it; blanks may still make a name twice as long as it is kept.
  if (text.length > max * 8) return tooLong
  const name = text
    .replace(/[\p{Z}\s]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff]/gu, '')
    .normalize('NFC')
    .replace(/ +/g, ' ')
    .trim()
  if ([...name].length > max) return tooLong
  return ok(/[^\p{Z}\p{Cf}\p{M}]/u.test(name) ? name : '')
}
