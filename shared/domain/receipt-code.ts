import { KEEPABLE } from '../base/keepable.ts'
import { AMOUNT_KOBO_MAX, type Kobo, POINTS_MAX, type Points } from '../base/money.ts'
import { type Refusal, refusal } from '../base/refusal.ts'
import { BrokenInvariant, invariant, ok, type Result, refuse } from '../base/result.ts'
import { checksum, fromBase32, toBase32 } from './base32.ts'

/**
 * What the code on a receipt says: all that another till needs to give goods and points of this sale back without a
 * network. It is signed by nothing and proves nothing: what it names is checked against the books.
 */
export interface ReceiptCode {
  /** 32 hex characters. */
  readonly sale: string
  /** Null: a sale without a customer, which moved no points. */
  readonly customer: string | null
  readonly program: string
  readonly net_kobo: Kobo
  /** The events that moved points, `redeem` counted as what was taken. */
  readonly lines: readonly ReceiptCodeLine[]
  /** Proof for the next redemption; null while none is given. */
  readonly code: string | null
}

interface ReceiptCodeLine {
  readonly kind: 'earn' | 'redeem'
  /** 32 hex characters. */
  readonly event: string
  readonly points: Points
}

/** Before the first number: what it is and how it is written. A change of what follows is a new number. */
const RECEIPT = 'KSR'
const CARD = 'KSC'
const VERSION = '1'
const CHECK_BYTES = 2
const TEXT_CHARS_MAX = 64
/** So many lines a code has room for. */
export const RECEIPT_LINES_MAX = 63

/** As letters and digits for a QR code: some 150 for a sale with two lines. Throws on what no sale can be. */
export function encodeReceiptCode(receipt: ReceiptCode): string {
  const out = new Bytes()
  out.id(receipt.sale)
  out.byte(receipt.customer === null ? 0 : 1)
  if (receipt.customer !== null) out.id(receipt.customer)
  out.text(receipt.program)
  out.number(receipt.net_kobo)
  out.text(receipt.code ?? '')
  invariant(receipt.lines.length <= RECEIPT_LINES_MAX, 'a receipt has at most 63 lines of points')
  out.byte(receipt.lines.length)
  for (const { kind, event, points } of receipt.lines) {
    out.byte(kind === 'earn' ? 0 : 1)
    out.id(event)
    out.number(points)
  }
  return RECEIPT + VERSION + sealed(out.bytes)
}

/** Reads what a scanner typed. Refuses receipt_unreadable, receipt_newer. */
export function decodeReceiptCode(text: string): Result<ReceiptCode, Refusal> {
  const read = opened(text, RECEIPT)
  if (!read.ok) return read
  const receipt = readOrNull(() => readReceipt(new Reader(read.value)))
  return receipt ? ok(receipt) : refuse(refusal('receipt_unreadable'))
}

function readReceipt(from: Reader): ReceiptCode {
  const sale = from.id()
  const customer = from.flag() ? from.id() : null
  const program = from.text()
  const net_kobo = from.number(AMOUNT_KOBO_MAX)
  const code = from.text()
  const length = from.byte()
  invariant(length <= RECEIPT_LINES_MAX, 'a receipt has at most 63 lines of points')
  const lines = Array.from({ length }, () => {
    const kind = from.flag() ? 'redeem' : 'earn'
    return { kind, event: from.id(), points: from.number(POINTS_MAX) } as const
  })
  from.end()
  invariant(program !== '' && KEEPABLE.test(program), 'a program has a name that can be kept')
  invariant(new Set(lines.map(({ event }) => event)).size === length, 'an event stands on a receipt once')
  return { sale, customer, program, net_kobo, lines, code: code === '' ? null : code }
}

/** The code of a membership card of a customer who has no card number: names them, and no phone. */
export function encodeCardCode(customer: string): string {
  const out = new Bytes()
  out.id(customer)
  return CARD + VERSION + sealed(out.bytes)
}

/** What a scan is. `text`: a card number, or whatever else is to be searched for. */
type Scan =
  | { readonly kind: 'receipt'; readonly receipt: ReceiptCode }
  | { readonly kind: 'customer'; readonly customer: string }
  | { readonly kind: 'text'; readonly text: string }

/** Tells what a scanner typed. Refuses receipt_unreadable, receipt_newer for one of our codes that was read wrong. */
export function readScan(typed: string): Result<Scan, Refusal> {
  const text = typed.trim()
  const ours = text.toUpperCase()
  if (isOurs(ours, RECEIPT)) {
    const receipt = decodeReceiptCode(ours)
    return receipt.ok ? ok({ kind: 'receipt', receipt: receipt.value }) : receipt
  }
  if (isOurs(ours, CARD)) {
    const read = opened(ours, CARD)
    if (!read.ok) return read
    const customer = readOrNull(() => readCard(new Reader(read.value)))
    return customer === null ? refuse(refusal('receipt_unreadable')) : ok({ kind: 'customer', customer })
  }
  return ok({ kind: 'text', text })
}

function readCard(from: Reader): string {
  const customer = from.id()
  from.end()
  return customer
}

/** The shortest of our codes has this many characters: a shop's own card number may begin like one. */
const OURS_CHARS_MIN = 32
const isOurs = (text: string, what: string): boolean =>
  text.length >= OURS_CHARS_MIN && text.startsWith(what) && /^\d[A-Z2-7]+$/.test(text.slice(what.length))

function sealed(bytes: readonly number[]): string {
  const check = checksum(bytes)
  return toBase32([...bytes, check >> 8, check & 0xff])
}

function opened(text: string, what: string): Result<readonly number[], Refusal> {
  const [version, body] = [text.slice(what.length, what.length + 1), text.slice(what.length + 1)]
  if (!text.startsWith(what) || !/^\d$/.test(version)) return refuse(refusal('receipt_unreadable'))
  if (version !== VERSION) return refuse(refusal('receipt_newer'))
  const all = fromBase32(body)
  if (!all || all.length <= CHECK_BYTES) return refuse(refusal('receipt_unreadable'))
  const bytes = all.slice(0, -CHECK_BYTES)
  const [high = 0, low = 0] = all.slice(-CHECK_BYTES)
  return checksum(bytes) === high * 256 + low ? ok(bytes) : refuse(refusal('receipt_unreadable'))
}

/** Null where the bytes are not what they should be: they passed the checksum and are forged or from elsewhere. */
function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof BrokenInvariant) return null
    throw error
  }
}

/** Writes what `Reader` reads. */
class Bytes {
  readonly bytes: number[] = []

  byte(value: number): void {
    this.bytes.push(value)
  }
  id(hex: string): void {
    invariant(/^[0-9a-f]{32}$/.test(hex), 'an id has 32 hex characters')
    for (let at = 0; at < hex.length; at += 2) this.byte(Number.parseInt(hex.slice(at, at + 2), 16))
  }
  /** Seven bits a byte, the lowest first. */
  number(value: number): void {
    invariant(Number.isSafeInteger(value) && value >= 0, 'a number of a receipt is whole and not negative')
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128)
    this.byte(rest)
  }
  text(value: string): void {
    invariant(value.length <= TEXT_CHARS_MAX, 'a text of a receipt has at most 64 characters')
    this.byte(value.length)
    for (let at = 0; at < value.length; at += 1) this.number(value.charCodeAt(at))
  }
}

class Reader {
  readonly #bytes: readonly number[]
  #at = 0

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes
  }
  byte(): number {
    const byte = this.#bytes[this.#at]
    invariant(byte !== undefined, 'the code ends too early')
    this.#at += 1
    return byte
  }
  flag(): boolean {
    const byte = this.byte()
    invariant(byte <= 1, 'the code says neither yes nor no')
    return byte === 1
  }
  id(): string {
    return Array.from({ length: 16 }, () => this.byte().toString(16).padStart(2, '0')).join('')
  }
  number(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte % 128) * factor
      invariant(value <= most, 'a number of the code is too large')
      if (byte < 128) return value
    }
  }
  text(): string {
    const length = this.byte()
    invariant(length <= TEXT_CHARS_MAX, 'a text of the code is too long')
    return String.fromCharCode(...Array.from({ length }, () => this.number()))
  }
  end(): void {
    invariant(this.#at === this.#bytes.length, 'the code goes on behind its end')
  }
}
