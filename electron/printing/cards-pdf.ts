import { MM, Page, type TextLook } from './page.ts'

/** A membership card: whose it is, and what a scanner reads from it. */
export interface MemberCard {
  readonly name: string
  /** Printed under the name; empty where there is no number. */
  readonly number: string
  readonly qr: string
}

/** A4, and cards of the size of a bank card: two across, four down. */
const SHEET = { width: 210 * MM, height: 297 * MM }
const CARD = { width: 85.6 * MM, height: 54 * MM }
const [ACROSS, DOWN] = [2, 4]
export const CARDS_A_SHEET = ACROSS * DOWN
const GAP = 6 * MM
const PADDING = 5 * MM
const QR_SIDE = 34 * MM

const STORE: TextLook = { size: 11, weight: 700 }
const NAME: TextLook = { size: 10, weight: 400 }
const NUMBER: TextLook = { size: 8, weight: 400, ink: 0.75 }

/** Cards to print and cut out, eight on a sheet. */
export function cardsPdf(store: string, cards: readonly MemberCard[]): Promise<Uint8Array> {
  const page = new Page(`Membership cards, ${store}`)
  const left = (SHEET.width - ACROSS * CARD.width - (ACROSS - 1) * GAP) / 2
  const top = (SHEET.height - DOWN * CARD.height - (DOWN - 1) * GAP) / 2
  cards.forEach((card, n) => {
    const place = n % CARDS_A_SHEET
    if (place === 0) page.add(SHEET.width, SHEET.height)
    const x = left + (place % ACROSS) * (CARD.width + GAP)
    const y = top + Math.floor(place / ACROSS) * (CARD.height + GAP)
    setCard(page, store, card, x, y)
  })
  return page.finish()
}

function setCard(page: Page, store: string, card: MemberCard, x: number, y: number): void {
  page.frame(x, y, CARD.width, CARD.height)
  const qrX = x + CARD.width - PADDING - QR_SIDE
  page.qr(card.qr, qrX, y + (CARD.height - QR_SIDE) / 2, QR_SIDE)
  const room = qrX - x - 2 * PADDING + 2 * MM
  let down = y + PADDING
  const set = (text: string, look: TextLook): void => {
    for (const one of page.wrap(text, look, room)) {
      page.text(one, x + PADDING, down, look)
      down += look.size * 1.35
    }
  }
  set(store, STORE)
  down = Math.max(down + 6, y + CARD.height / 2 - 6)
  set(card.name, NAME)
  if (card.number !== '') set(card.number, NUMBER)
}
