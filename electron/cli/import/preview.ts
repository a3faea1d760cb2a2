import { businessDate } from '../../../shared/base/business-date.ts'
import { formatNaira, groupThousands } from '../../../shared/base/money.ts'
import { readContact } from '../../../shared/domain/identity.ts'
import { readPhone } from '../../../shared/domain/phone.ts'
import type { ImportCustomer, ImportSale } from '../../ledger/messages.ts'
import { rowKeys } from './keys.ts'
import type { Plan } from './plan.ts'
import { customerReader, type Reading, type Shop, saleReader } from './read-row.ts'
import type { Row } from './row.ts'

const SHOWN_ROWS = 5
const SHOWN_REASONS = 10

interface Preview {
  readonly rows: number
  readonly usable: number
  readonly rejected: number
  readonly amountKobo: number
  readonly shown: readonly string[]
  /** Reasons with their number and the first line they stand on, the most frequent first. */
  readonly reasons: readonly string[]
}

/** What an import would do, as far as the file alone can tell: nothing is booked. */
export async function previewImport(plan: Plan, shop: Shop): Promise<Preview> {
  const sale = saleReader(plan, shop)
  const customer = customerReader(plan, shop)
  const keyOf = rowKeys(plan.kind, plan.source)
  const shown: string[] = []
  const reasons = new Map<string, { times: number; line: number }>()
  let rows = 0
  let usable = 0
  let amountKobo = 0
  for await (const piece of plan.table.rows()) {
    for (const row of piece) {
      rows += 1
      const key = keyOf(row.cells)
      const reading: Reading<ImportSale | ImportCustomer> =
        plan.kind === 'sales' ? sale(row, key) : customer(row, key)
      const why = reading.ok ? whyContact(reading.value) : reading.why
      if (why !== null || !reading.ok) {
        const group = (why ?? '').replace(/^".*?"/, 'a cell')
        const known = reasons.get(group)
        if (known) known.times += 1
        else reasons.set(group, { times: 1, line: row.line })
        continue
      }
      usable += 1
      if ('amount_kobo' in reading.value) amountKobo += reading.value.amount_kobo
      if (shown.length < SHOWN_ROWS) shown.push(understood(row, reading.value, shop))
    }
  }
  const frequent = [...reasons].sort((a, b) => b[1].times - a[1].times).slice(0, SHOWN_REASONS)
  return {
    rows,
    usable,
    rejected: rows - usable,
    amountKobo,
    shown,
    reasons: frequent.map(
      ([why, { times, line }]) => `${groupThousands(times)} x ${why} (first on line ${line})`,
    ),
  }
}

/** The contacts as the ledger will read them. */
function whyContact(value: ImportSale | ImportCustomer): string | null {
  const read = readContact(value)
  return read.ok ? null : read.refusal.sentence
}

function understood(row: Row, value: ImportSale | ImportCustomer, shop: Shop): string {
  const phone = value.phone === '' ? null : readPhone(value.phone)
  const who = [phone?.ok ? phone.value.display : value.phone, value.card && `card ${value.card}`, value.email]
    .filter((text) => text !== '')
    .join(', ')
  const line = `line ${row.line}: ${who}`
  if ('amount_kobo' in value) {
    const receipt = value.receipt === '' ? '' : `, receipt ${value.receipt}`
    return `${line}, ${businessDate(value.occurred_ms, shop.timeZone)}, ${formatNaira(value.amount_kobo)}, ${value.channel}${receipt}`
  }
  const details = [value.name, value.birth && `born ${value.birth}`, `consent ${value.consent_marketing}`]
  return `${line}, ${details.filter((text) => text !== '').join(', ')}`
}
