import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import { encode } from 'uqr'

/** A page with the app's own typeface: sets text and QR codes, and gives the file. Lengths in points. */

type Weight = 400 | 700
export interface TextLook {
  readonly size: number
  readonly weight: Weight
  /** 0 to 1. */
  readonly ink?: number
}

/** Each part of the typeface has letters of its own: naira and Hausa in the second, dotted letters in the third. */
const SUBSETS = ['latin', 'latin-ext', 'vietnamese'] as const
type Subset = (typeof SUBSETS)[number]

const fromHere = createRequire(import.meta.url)
const fontFile = (subset: Subset, weight: Weight): Buffer =>
  readFileSync(fromHere.resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`))

/** Code points of each part, as its style sheet names them. */
function subsetOf(letter: string): Subset {
  const code = letter.codePointAt(0) ?? 0
  if (code >= 0x1ea0 && code <= 0x1ef9) return 'vietnamese'
  if (code === 0x20ab || code === 0x0300 || code === 0x0301) return 'vietnamese'
  const isLatin =
    code <= 0xff || code === 0x131 || code === 0x152 || code === 0x153 || (code >= 0x2000 && code <= 0x206f)
  if (isLatin || code === 0x20ac || code === 0x2122 || code === 0x2212) return 'latin'
  return 'latin-ext'
}

interface Run {
  readonly subset: Subset
  readonly text: string
}

function runsOf(text: string): readonly Run[] {
  const runs: Run[] = []
  for (const letter of text.normalize('NFC')) {
    const subset = subsetOf(letter)
    const last = runs.at(-1)
    if (last?.subset === subset) runs[runs.length - 1] = { subset, text: last.text + letter }
    else runs.push({ subset, text: letter })
  }
  return runs
}

export class Page {
  readonly #doc: PDFKit.PDFDocument
  readonly #bytes: Promise<Uint8Array>

  constructor(title: string) {
    // Without a first font: else it reads the figures of a standard one from beside its own code.
    this.#doc = new PDFDocument({ autoFirstPage: false, font: '', margin: 0, info: { Title: title } })
    const parts: Buffer[] = []
    this.#bytes = new Promise((resolve, reject) => {
      this.#doc.on('data', (part: Buffer) => parts.push(part))
      this.#doc.on('end', () => resolve(Uint8Array.from(Buffer.concat(parts))))
      this.#doc.on('error', reject)
    })
    for (const subset of SUBSETS) {
      for (const weight of [400, 700] as const) {
        this.#doc.registerFont(`${subset} ${weight}`, fontFile(subset, weight))
      }
    }
  }

  add(width: number, height: number): void {
    this.#doc.addPage({ size: [width, height], margin: 0 })
  }

  width(text: string, look: TextLook): number {
    return runsOf(text).reduce((sum, run) => sum + this.#runWidth(run, look), 0)
  }

  /** Words on as many lines as they need; a word that is too long stands alone. */
  wrap(text: string, look: TextLook, width: number): readonly string[] {
    const lines: string[] = []
    let line = ''
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`
      if (line !== '' && this.width(longer, look) > width) {
        lines.push(line)
        line = word
      } else line = longer
    }
    return [...lines, line]
  }

  /** One line; `x`, `y`: its upper left corner. */
  text(text: string, x: number, y: number, look: TextLook): void {
    const grey = Math.round(255 * (1 - (look.ink ?? 1)))
    this.#doc.fillColor([grey, grey, grey])
    let at = x
    for (const run of runsOf(text)) {
      this.#doc.font(`${run.subset} ${look.weight}`).fontSize(look.size)
      this.#doc.text(run.text, at, y, { lineBreak: false })
      at += this.#runWidth(run, look)
    }
  }

  rule(x: number, y: number, width: number): void {
    this.#doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(0.5)
      .dash(2, { space: 2 })
      .stroke('#888888')
      .undash()
  }

  frame(x: number, y: number, width: number, height: number): void {
    this.#doc.roundedRect(x, y, width, height, 8).lineWidth(0.5).stroke('#aaaaaa')
  }

  /** A QR code with the quiet zone around it that scanners need. */
  qr(text: string, x: number, y: number, side: number): void {
    const { data, size } = encode(text, { ecc: 'M', border: 2 })
    const module = side / size
    data.forEach((row, down) => {
      row.forEach((isDark, across) => {
        // A hair wider: else thin white lines show between the modules.
        if (isDark) this.#doc.rect(x + across * module, y + down * module, module + 0.05, module + 0.05)
      })
    })
    this.#doc.fill('#000000')
  }

  finish(): Promise<Uint8Array> {
    this.#doc.end()
    return this.#bytes
  }

  #runWidth({ subset, text }: Run, { size, weight }: TextLook): number {
    return this.#doc.font(`${subset} ${weight}`).fontSize(size).widthOfString(text)
  }
}

/** Points in a millimetre. */
export const MM = 72 / 25.4
