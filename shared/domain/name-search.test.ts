import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../base/limits.ts'
import { cleanName, foldName, nameIndexText, nameQuery } from './name-search.ts'

describe('foldName', () => {
  test.each([
    ['Ẹniọlá Ṣógbẹ́sàn', 'eniola sogbesan'],
    ['ỌLÁWÁLÉ', 'olawale'],
    ['Ńwáńkwọ̀ Ụchẹ Chiṅasa', 'nwankwo uche chinasa'],
    ['Ɓala Ɗanladi Ƙasimu Ƴarima', 'bala danladi kasimu yarima'],
    ["Sa'adatu Sa’adatu Saʼadatu Saadatu", 'saadatu saadatu saadatu saadatu'],
    ["Ma'aruf 'Yar'adua", 'maaruf yaradua'],
    ['Ada-Obi, Mrs. (Lekki)', 'ada obi mrs lekki'],
    ['ＡＤＡ ﬁeld Straße Ærø Łukasz', 'ada field strasse aero lukasz'],
    ['İbrahim ISTANBUL', 'ibrahim istanbul'],
    ['محمد بُخاري', 'محمد بخاري'],
    ['Ada 😀 Obi 🇳🇬', 'ada obi'],
    ['', ''],
    ['—', ''],
  ])('%s -> %s', (name, folded) => expect(nameIndexText(name)).toBe(folded))

  test('folds any text once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const words = foldName(text)
        expect(foldName(words.join(' '))).toEqual(words)
      }),
      { numRuns: 1000 },
    )
  })

  test('does not depend on how accents are encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(foldName(text.normalize('NFD'))).toEqual(foldName(text.normalize('NFC')))
      }),
    )
  })
})

describe('nameQuery', () => {
  const names = [
    'Ẹniọlá Ṣógbẹ́sàn',
    'Ada Obi',
    'Adaobi Nwosu',
    "Sa'adatu Ɗanladi",
    'محمد بخاري',
    'OR NOT',
    'Near Ada',
  ]
  const database = new Database(':memory:')
  database.exec(`CREATE VIRTUAL TABLE names USING fts5(name, tokenize = 'unicode61')`)
  const insert = database.prepare('INSERT INTO names VALUES (?)')
  for (const name of names) insert.run(nameIndexText(name))
  const select = database.prepare<[string], { rowid: number }>(
    'SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid',
  )
  const find = (text: string): string[] => {
    const query = nameQuery(text)
    return query === null ? [] : select.all(query).map((row) => names[row.rowid - 1] ?? '')
  }

  test('finds words in any order, with and without diacritics, by their beginnings', () => {
    expect(find('eniola')).toEqual(['Ẹniọlá Ṣógbẹ́sàn'])
    expect(find('ṣógb ẹni')).toEqual(['Ẹniọlá Ṣógbẹ́sàn'])
    expect(find('sogb eni')).toEqual(['Ẹniọlá Ṣógbẹ́sàn'])
    expect(find('ada')).toEqual(['Ada Obi', 'Adaobi Nwosu', 'Near Ada'])
    expect(find('obi ada')).toEqual(['Ada Obi'])
    expect(find('saadatu d')).toEqual(["Sa'adatu Ɗanladi"])
    expect(find('محمد')).toEqual(['محمد بخاري'])
    expect(find('ada obi nwosu')).toEqual([])
  })

  test('takes operators as words', () => {
    expect(find('or')).toEqual(['OR NOT'])
    expect(find('NEAR')).toEqual(['Near Ada'])
    expect(find('NOT')).toEqual(['OR NOT'])
    expect(find('ada NOT obi')).toEqual([])
    expect(find('name:ada')).toEqual([])
    expect(find('"ada"')).toEqual(['Ada Obi', 'Adaobi Nwosu', 'Near Ada'])
  })

  test('is null when no word is left', () => {
    for (const text of ['', ' ', '"', "'", '*', '😀', '()', '-']) expect(nameQuery(text)).toBeNull()
  })

  test('runs whatever is typed, and finds each name by its own words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(Array.isArray(find(text))).toBe(true)
      }),
      { numRuns: 1000 },
    )
    for (const name of names) expect(find(name)).toContain(name)
  })

  test('is bounded', () => {
    expect(nameQuery('a '.repeat(5_000_000))?.split(' AND ')).toHaveLength(8)
    expect(nameQuery('a'.repeat(10_000_000))?.length).toBeLessThan(100)
  })
})

describe('cleanName', () => {
  const kept = (text: string): string | undefined => {
    const read = cleanName(text)
    return read.ok ? read.value : undefined
  }

  test.each([
    ['  Ada \t\n Obi  ', 'Ada Obi'],
    ['Ada\u00a0\u2003Obi', 'Ada Obi'],
    ['E\u0323niola', '\u1eb8niola'],
    ['Ada\u0000\u0007 Obi\u001b[31m', 'Ada Obi[31m'],
    ['\u202eibO adA\u202c', 'ibO adA'],
    ['Ada\u2066 Obi\u2069\ufeff', 'Ada Obi'],
    ['محمد بخاري', 'محمد بخاري'],
    ['نی\u200cما', 'نی\u200cما'],
    ['Ada 👩🏽\u200d🌾 🇳🇬', 'Ada 👩🏽\u200d🌾 🇳🇬'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ["Robert'); DROP TABLE customers;--", "Robert'); DROP TABLE customers;--"],
    ['a\ud800b', 'ab'],
    ['\u200d\u200e ', ''],
    ['', ''],
  ])('%j -> %j', (typed, name) => expect(kept(typed)).toBe(name))

  test('refuses more than the limit, counted in characters as kept', () => {
    expect(kept('👩'.repeat(LIMITS.nameCharsMax))).toBe('👩'.repeat(LIMITS.nameCharsMax))
    expect(kept(`${'a'.repeat(LIMITS.nameCharsMax)}  `)).toBe('a'.repeat(LIMITS.nameCharsMax))
    for (const long of ['a'.repeat(LIMITS.nameCharsMax + 1), 'a'.repeat(10_000_000)]) {
      const read = cleanName(long)
      expect(!read.ok && read.refusal).toMatchObject({
        code: 'name_too_long',
        params: { max: LIMITS.nameCharsMax },
      })
    }
  })

  test('keeps what it gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
        const name = kept(text)
        if (name !== undefined) expect(kept(name)).toBe(name)
      }),
      { numRuns: 1000 },
    )
  })
})
