import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder'
import type { Receipt } from '../../shared/domain/receipt.ts'
import { asciiText } from './ascii.ts'
import { pairLines, wrapText } from './columns.ts'

/** Width of the paper in mm, and the characters that fit on a line of it. */
export type PaperMm = 58 | 80
const COLUMNS: Readonly<Record<PaperMm, number>> = { 58: 32, 80: 48 }
/** Dots a module of the QR code is wide: a code of 160 letters has 45 modules, and 58 mm are 384 dots. */
const QR_DOTS: Readonly<Record<PaperMm, 4 | 6>> = { 58: 4, 80: 6 }
/** The knife is above the head by some lines. */
const FEED_BEFORE_CUT = 5

/** A receipt as the commands of ESC/POS. */
export function escposReceipt(receipt: Receipt, paper: PaperMm): Uint8Array {
  const columns = COLUMNS[paper]
  const printer = new ReceiptPrinterEncoder({
    language: 'esc-pos',
    columns,
    feedBeforeCut: FEED_BEFORE_CUT,
    newline: '\n',
  })
  const lines = (all: readonly string[]): void => {
    for (const line of all) printer.line(line)
  }
  printer.initialize().codepage('cp437').align('center').bold(true)
  lines(wrapText(asciiText(receipt.store), columns))
  printer.bold(false)
  lines(wrapText(asciiText(receipt.till), columns))
  lines(wrapText(asciiText(receipt.at), columns))
  printer.align('left')
  for (const rows of receipt.groups) {
    printer.line('-'.repeat(columns))
    for (const { label, value, look } of rows) {
      printer.bold(look === 'strong')
      lines(pairLines(asciiText(label), asciiText(value), columns))
    }
    printer.bold(false)
  }
  printer.line('-'.repeat(columns)).align('center')
  if (receipt.code !== null) printer.bold(true).line(asciiText(receipt.code)).bold(false)
  if (receipt.qr !== '') printer.qrcode(receipt.qr, { model: 2, size: QR_DOTS[paper], errorlevel: 'm' })
  lines(wrapText(asciiText(receipt.qr_hint), columns))
  return printer.align('left').cut('partial').encode()
}
