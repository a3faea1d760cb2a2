import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ReceiptFacts, receiptOf } from '../../shared/domain/receipt.ts'
import { asciiText } from './ascii.ts'
import { pairLines, wrapText } from './columns.ts'
import { type PressJob, threadPress } from './press.ts'

const FACTS: ReceiptFacts = {
  sale: {
    sale_id: '1'.repeat(32),
    customer_id: '2'.repeat(32),
    gross_kobo: 1_250_050,
    net_kobo: 1_200_050,
    earned: 150,
    redeemed: 500,
    pays_kobo: 50_000,
    balance: 2_480,
    balance_worth_kobo: 248_000,
    tier: 'Silver',
    expiring: { points: 120, last_day: '2026-11-30' },
    at: Date.parse('2026-11-22T13:32:00Z'),
  },
  store: 'Ọjà Balógun',
  till: 'Till 2',
  timeZone: 'Africa/Lagos',
  number: 'A-1043',
  staff: 'Ɗanladi',
  customer: 'Adé Ọbí',
  reasons: ['120 base × 1.25 Silver'],
  isUndone: false,
  qr: `KSR1${'A'.repeat(150)}`,
  code: null,
}
const receipt = receiptOf(FACTS)
const print = async (paper: 58 | 80): Promise<Uint8Array> => threadPress({ job: 'escpos', receipt, paper })
const [ESC, GS] = ['\u001b', '\u001d']
/** Commands that stand between the words: start, letters, bold, code page, place, knife. */
const COMMANDS = new RegExp(`${ESC}@|${ESC}[!EMat][^]|${GS}[!V][^]`, 'g')
/** What stands on the paper, without the commands. */
const paperOf = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(COMMANDS, '').replace(/[^ -~]/g, ''))

describe('on a receipt printer', () => {
  it.each([
    [58, 32],
    [80, 48],
  ] as const)('%i mm of paper hold every line', async (paper, columns) => {
    const lines = paperOf(await print(paper))
    for (const line of lines.filter((one) => !one.includes('KSR1'))) {
      expect([line, line.length <= columns]).toEqual([line, true])
    }
    const amount = lines.find((line) => line.startsWith('Amount'))
    expect(amount).toBe(`Amount${'NGN 12,500.50'.padStart(columns - 'Amount'.length)}`)
  })

  it('naira are NGN, and letters that no printer has are their plain ones', async () => {
    const text = paperOf(await print(80)).join('\n')
    expect(text).toContain('Oja Balogun')
    expect(text).toContain('Danladi')
    expect(text).toContain('120 base x 1.25 Silver')
    expect(text).toMatch(/Paid with 500 points +-NGN 500/)
    expect(text).not.toContain('?')
  })

  it('the QR code is drawn by the printer, then the paper is cut', async () => {
    const bytes = Buffer.from(await print(58))
    const stored = bytes.indexOf(Buffer.concat([Buffer.from('1P0'), Buffer.from(FACTS.qr)]))
    const drawn = bytes.indexOf(Buffer.from(`${GS}(k\u0003\u00001Q0`, 'latin1'))
    const cut = bytes.indexOf(Buffer.from(`${GS}V`, 'latin1'))
    expect(stored).toBeGreaterThan(0)
    expect(drawn).toBeGreaterThan(stored)
    expect(cut).toBeGreaterThan(drawn)
  })

  it('a strong line is bold and the next one is not', async () => {
    const text = Buffer.from(await print(80)).toString('latin1')
    const strong = text.indexOf(`${ESC}E\u0001To pay`)
    expect(strong).toBeGreaterThan(0)
    expect(text.slice(strong, text.indexOf('---', strong))).toContain(`${ESC}E\u0000`)
  })
})

describe('text in columns', () => {
  it('puts a value under a label that leaves it no room', () => {
    expect(pairLines('Paid with 12,500 points', 'NGN 1,250,000', 32)).toEqual([
      'Paid with 12,500 points',
      'NGN 1,250,000'.padStart(32),
    ])
  })

  it('breaks between words, and a word that is longer than the paper', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
  })

  it('is ASCII whatever it was', () => {
    expect(asciiText('₦500 – Ọláṣẹ́ Ɓala 漢')).toBe('NGN 500 - Olase Bala ?')
  })
})

/** The parts of a file that draw, as text. */
function drawn(pdf: Uint8Array): string {
  const all = Buffer.from(pdf)
  const parts: string[] = []
  for (let at = all.indexOf('stream\n'); at >= 0; at = all.indexOf('stream\n', at + 1)) {
    const end = all.indexOf('\nendstream', at)
    const part = all.subarray(at + 'stream\n'.length, end)
    if (part[0] === 0x78) parts.push(inflateSync(part).toString('latin1'))
  }
  return parts.join('\n')
}
const pages = (pdf: Uint8Array): number =>
  Buffer.from(pdf)
    .toString('latin1')
    .match(/\/Type \/Page\n/g)?.length ?? 0

describe('as a file', () => {
  it('a receipt is one page with every letter in its own typeface, naira and dotted letters too', async () => {
    const pdf = await threadPress({ job: 'receipt_pdf', receipt })
    const head = Buffer.from(pdf).toString('latin1')
    expect(head.slice(0, 5)).toBe('%PDF-')
    expect(pages(pdf)).toBe(1)
    // Which glyph stands for which letter, for whoever copies the text.
    const letters = drawn(pdf).toLowerCase()
    for (const letter of ['20a6', '1ecc', '018a']) expect(letters).toContain(letter)
    expect(head).not.toContain('Helvetica')
  })

  it('a longer receipt is a longer page', async () => {
    const height = async (reasons: readonly string[]): Promise<number> => {
      const pdf = await threadPress({ job: 'receipt_pdf', receipt: receiptOf({ ...FACTS, reasons }) })
      return Number(/\/MediaBox \[0 0 [\d.]+ ([\d.]+)\]/.exec(Buffer.from(pdf).toString('latin1'))?.[1])
    }
    const reason = 'Harmattan double points on everything in the shop, until the end of the month'
    expect(await height(Array(5).fill(reason))).toBeGreaterThan((await height([])) + 60)
  })

  it('cards are eight on a sheet', async () => {
    const card = { name: 'Adé Ọbí', number: 'KS00012345', qr: 'KS00012345' }
    const job = (n: number): PressJob => ({
      job: 'cards_pdf',
      store: 'Balogun Market',
      cards: Array(n).fill(card),
    })
    expect(pages(await threadPress(job(8)))).toBe(1)
    expect(pages(await threadPress(job(9)))).toBe(2)
  })
})
