/** What a person types, pastes or scans, made plain enough to be read. Every function is bounded by its caller. */

/** Soft hyphen, zero-width characters, bidi marks and overrides, word joiner, byte-order mark. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

/**
 * The zero of each decimal script a Nigerian counter may meet and NFKC leaves alone: Arabic-Indic, extended
 * Arabic-Indic, N'Ko, Devanagari, Bengali, Adlam (Fulfulde). Our own table: the reading must not change with
 * the Unicode version of the machine.
 */
const ZEROS = [0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x1e950]

/** Without characters that nobody sees and that no number or address may hold. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '')

/** Full-width and script digits as 0-9; invisible characters gone; everything else as it was, in form NFKC. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/\P{ASCII}/gu, (character) => {
      const code = character.codePointAt(0) ?? 0
      const zero = ZEROS.find((first) => code >= first && code < first + 10)
      return zero === undefined ? character : String(code - zero)
    })
}

/** The first characters of what was typed, safe to stand inside a sentence. */
export function excerpt(text: string, charsMax = 30): string {
  const plain = [...text.slice(0, charsMax * 4).replace(INVISIBLE, '')]
    .map((character) => (/[\p{Cc}\p{Cs}\s]/u.test(character) ? ' ' : character))
    .join('')
    .replace(/ +/g, ' ')
    .trim()
  const characters = [...plain]
  if (characters.length <= charsMax && text.length <= charsMax * 4) return plain
  return `${characters.slice(0, charsMax).join('')}…`
}
