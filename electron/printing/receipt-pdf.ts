import type { Receipt, ReceiptRow } from '../../shared/domain/receipt.ts'
import { MM, Page, type TextLook } from './page.ts'

/** A paper roll of 80 mm, as long as it needs to be. */
const WIDTH = 80 * MM
const MARGIN = 6 * MM
const INNER = WIDTH - 2 * MARGIN
const QR_SIDE = 40 * MM

const STORE: TextLook = { size: 13, weight: 700 }
const SMALL: TextLook = { size: 8, weight: 400, ink: 0.75 }
const LOOKS: Readonly<Record<ReceiptRow['look'], TextLook>> = {
  plain: { size: 9.5, weight: 400 },
  strong: { size: 10.5, weight: 700 },
  note: SMALL,
}
const leading = (look: TextLook): number => look.size * 1.4

/** A receipt as a file, for a customer who wants it sent or a printer of the office. */
export function receiptPdf(receipt: Receipt): Promise<Uint8Array> {
  const page = new Page(`Receipt, ${receipt.store}, ${receipt.at}`)
  // Once without drawing, to know how long the paper must be.
  page.add(WIDTH, setReceipt(page, receipt, false) + MARGIN)
  setReceipt(page, receipt, true)
  return page.finish()
}

/** Sets everything from the top; gives where it ends. */
function setReceipt(page: Page, receipt: Receipt, draws: boolean): number {
  let y = MARGIN
  const line = (text: string, x: number, look: TextLook): void => {
    if (draws) page.text(text, x, y, look)
  }
  const centred = (text: string, look: TextLook): void => {
    for (const one of page.wrap(text, look, INNER)) {
      line(one, (WIDTH - page.width(one, look)) / 2, look)
      y += leading(look)
    }
  }
  const row = ({ label, value, look: named }: ReceiptRow): void => {
    const look = LOOKS[named]
    const room = value === '' ? INNER : INNER - page.width(value, look) - 6
    page.wrap(label, look, room).forEach((one, n) => {
      if (n > 0) y += leading(look)
      line(one, MARGIN, look)
    })
    if (value !== '') line(value, WIDTH - MARGIN - page.width(value, look), look)
    y += leading(look)
  }
  const rule = (): void => {
    y += 3
    if (draws) page.rule(MARGIN, y, INNER)
    y += 5
  }

  centred(receipt.store, STORE)
  centred(receipt.till, SMALL)
  centred(receipt.at, SMALL)
  for (const rows of receipt.groups) {
    rule()
    for (const one of rows) row(one)
  }
  rule()
  if (receipt.code !== null) centred(receipt.code, LOOKS.strong)
  if (receipt.qr !== '') {
    if (draws) page.qr(receipt.qr, (WIDTH - QR_SIDE) / 2, y, QR_SIDE)
    y += QR_SIDE + 4
  }
  centred(receipt.qr_hint, SMALL)
  return y
}
