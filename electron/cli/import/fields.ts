import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'

export type ImportKind = 'sales' | 'customers'

export type Field =
  | 'phone'
  | 'email'
  | 'card'
  | 'name'
  | 'birth'
  | 'consent'
  | 'date'
  | 'time'
  | 'amount'
  | 'receipt'
  | 'channel'

/** Which column (from 0) holds which field. */
export type Mapping = Readonly<Partial<Record<Field, number>>>

export const FIELDS: Readonly<Record<ImportKind, readonly Field[]>> = {
  sales: ['phone', 'email', 'card', 'date', 'time', 'amount', 'receipt', 'channel'],
  customers: ['phone', 'email', 'card', 'name', 'birth', 'consent'],
}

/**
 * Headings as shops write them, after `plainHeading`. The second list counts only where the first finds nothing:
 * those words are used for other things too.
 */
const HEADINGS: Readonly<Record<Field, readonly [sure: readonly string[], perhaps: readonly string[]]>> = {
  phone: [
    [
      'phone',
      'phone number',
      'phone no',
      'telephone',
      'telephone number',
      'tel',
      'tel no',
      'mobile',
      'mobile number',
      'mobile no',
      'mobile phone',
      'cell',
      'cellphone',
      'gsm',
      'gsm number',
      'msisdn',
      'whatsapp',
      'customer phone',
    ],
    ['number', 'contact', 'contact number'],
  ],
  email: [['email', 'e mail', 'email address', 'mail', 'customer email'], []],
  card: [
    [
      'card',
      'card number',
      'card no',
      'card id',
      'loyalty card',
      'loyalty number',
      'loyalty id',
      'member',
      'member number',
      'member no',
      'member id',
      'membership',
      'membership number',
      'membership no',
      'customer id',
      'customer number',
      'customer no',
      'customer code',
      'client id',
      'cust id',
    ],
    ['customer', 'id', 'code'],
  ],
  name: [
    ['name', 'full name', 'customer name', 'names', 'client name', 'member name'],
    ['customer', 'client', 'contact name'],
  ],
  birth: [['birth', 'birthday', 'birth date', 'birthdate', 'date of birth', 'dob', 'born'], []],
  consent: [
    ['consent', 'marketing consent', 'marketing', 'opt in', 'optin', 'sms consent', 'accepts marketing'],
    [],
  ],
  date: [
    [
      'date',
      'sale date',
      'purchase date',
      'transaction date',
      'order date',
      'invoice date',
      'receipt date',
      'date time',
      'datetime',
      'timestamp',
      'sold at',
      'sold on',
    ],
    ['created', 'created at', 'day', 'when'],
  ],
  time: [['time', 'sale time', 'transaction time'], []],
  amount: [
    [
      'amount',
      'total',
      'total amount',
      'amount paid',
      'total paid',
      'net amount',
      'net total',
      'grand total',
      'sale amount',
      'order total',
      'value',
      'spend',
      'paid',
      'naira',
      'amount ngn',
      'total ngn',
    ],
    ['sum', 'price', 'sales', 'net', 'gross'],
  ],
  receipt: [
    [
      'receipt',
      'receipt number',
      'receipt no',
      'receipt id',
      'invoice',
      'invoice number',
      'invoice no',
      'transaction',
      'transaction id',
      'transaction no',
      'order',
      'order number',
      'order no',
      'order id',
    ],
    ['reference', 'ref'],
  ],
  channel: [['channel', 'sales channel', 'source'], []],
}

/** "  Téléphone_No. (GSM)" -> "telephone no gsm". */
export function plainHeading(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/₦/g, ' ngn ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** True when at least one cell is a heading this import knows. */
export function looksLikeHeader(cells: readonly string[], kind: ImportKind): boolean {
  const plain = cells.map(plainHeading)
  return FIELDS[kind].some((field) => HEADINGS[field].flat().some((heading) => plain.includes(heading)))
}

const EXAMPLE: Readonly<Record<ImportKind, string>> = {
  sales: '--columns phone=1,date=2,amount=3',
  customers: '--columns phone=1,name=2',
}

const wrongColumns = (why: string): { readonly ok: false; readonly refusal: Refusal } =>
  refuse(refusal('setting_invalid', { field: '--columns', why }))

/**
 * Reads `--columns card=2,date=3,amount=Total paid`: a field, then a position (from 1) or a heading of the file.
 * Refuses an unknown field, a position that is not there, a heading that is not there or stands twice.
 */
export function readMapping(
  option: string,
  kind: ImportKind,
  header: readonly string[] | null,
  width: number,
): Result<Mapping, Refusal> {
  const mapping: Partial<Record<Field, number>> = {}
  for (const part of option.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0)).trim().toLowerCase()
    const where = part.slice(at + 1).trim()
    const field = FIELDS[kind].find((one) => one === name)
    if (at < 0 || where === '') {
      return wrongColumns(`"${part.trim()}" is not a field and its column; write it like ${EXAMPLE[kind]}`)
    }
    if (!field) return wrongColumns(`there is no field "${name}"; the fields are ${FIELDS[kind].join(', ')}`)
    if (mapping[field] !== undefined) return wrongColumns(`${field} is given twice`)
    if (/^\d+$/.test(where)) {
      const position = Number(where)
      if (position < 1 || position > width) {
        return wrongColumns(`the file has ${width} columns, so ${field}=${where} is none of them`)
      }
      mapping[field] = position - 1
      continue
    }
    if (!header)
      return wrongColumns(`the file has no header line, so give the position of ${field}, like ${field}=1`)
    const places = header.flatMap((heading, i) => (plainHeading(heading) === plainHeading(where) ? [i] : []))
    const place = places[0]
    if (place === undefined) return wrongColumns(`no column is called "${where}"; ${columnsOf(header)}`)
    if (places.length > 1) {
      return wrongColumns(`two columns are called "${where}"; give the position, like ${field}=${place + 1}`)
    }
    mapping[field] = place
  }
  return complete(mapping, kind, header)
}

/** Finds the fields by the words of the header. Refuses headings that stand twice or could both be one field. */
export function mappingFromHeader(header: readonly string[], kind: ImportKind): Result<Mapping, Refusal> {
  const plain = header.map(plainHeading)
  const twice = header.filter((_, i) => plain[i] !== '' && plain.indexOf(plain[i] ?? '') !== i)
  if (twice.length > 0) {
    const names = [...new Set(twice)].map((name) => `"${name.trim()}"`).join(', ')
    return wrongColumns(
      `the header names ${names} more than once; say which column is meant by position, like ${EXAMPLE[kind]}`,
    )
  }
  const mapping: Partial<Record<Field, number>> = {}
  for (const certainty of [0, 1] as const) {
    for (const field of FIELDS[kind]) {
      if (mapping[field] !== undefined) continue
      const places = plain.flatMap((heading, i) => (HEADINGS[field][certainty].includes(heading) ? [i] : []))
      const free = places.filter((place) => !Object.values(mapping).includes(place))
      const place = free[0]
      if (place === undefined) continue
      if (free.length > 1) {
        const names = free.map((one) => `"${(header[one] ?? '').trim()}"`).join(' and ')
        return wrongColumns(
          `both ${names} could be the ${field}; say which with --columns, like ${suggestion(mapping, field, place)}`,
        )
      }
      mapping[field] = place
    }
  }
  return complete(mapping, kind, header)
}

function suggestion(known: Mapping, field: Field, place: number): string {
  const all = { ...known, [field]: place }
  return describeMapping(all)
}

/** "card=2,date=3,amount=5": what to type to get this mapping again. */
export function describeMapping(mapping: Mapping): string {
  return Object.entries(mapping)
    .sort((a, b) => a[1] - b[1])
    .map(([field, place]) => `${field}=${place + 1}`)
    .join(',')
}

function complete(
  mapping: Mapping,
  kind: ImportKind,
  header: readonly string[] | null,
): Result<Mapping, Refusal> {
  const missing: string[] = []
  if (kind === 'sales' && mapping.date === undefined) missing.push('the date')
  if (kind === 'sales' && mapping.amount === undefined) missing.push('the amount')
  if (mapping.phone === undefined && mapping.card === undefined && mapping.email === undefined) {
    missing.push('who the customer is (phone, card or email)')
  }
  if (missing.length === 0) return ok(mapping)
  const seen = header ? ` ${columnsOf(header)};` : ''
  return wrongColumns(
    `the file does not show ${missing.join(' and ')};${seen} name the columns like ${EXAMPLE[kind]}`,
  )
}

function columnsOf(header: readonly string[]): string {
  const shown = header.slice(0, 20).map((heading, i) => `${i + 1} "${heading.trim().slice(0, 40)}"`)
  return `the columns are ${shown.join(', ')}`
}
