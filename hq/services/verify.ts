import { genesisHash } from '../../shared/protocol/event.ts'
import { readEvent } from '../../shared/protocol/payload-schema.ts'
import type { Tx } from '../db/database.ts'
import { arrivalOf, hashesOf } from '../ledger/arrival.ts'
import type { Parts } from './parts.ts'
import { verifyAccounts } from './verify-accounts.ts'
import { verifyRows } from './verify-rows.ts'

/** Events read at a time: a ledger of any size is checked in the same memory. */
const PAGE = 500
/** A ledger with more wrong than this needs somebody to look at it, not a longer list. */
const FINDINGS_MAX = 1_000

interface Verified {
  readonly events: number
  readonly accounts: number
  /** One sentence for each thing that is not as it must be; empty: all is well. */
  readonly findings: readonly string[]
}

/** Collects sentences, at most so many. */
export interface Findings {
  add(sentence: string): void
}

/**
 * Checks the books of a tenant against what arrived: every chain hashed and its signatures checked anew, every account
 * posted anew by its numbers, and the rows that tills follow. Reads one snapshot; changes nothing.
 */
export function verifyTenant(parts: Parts, tenant: string): Promise<Verified> {
  return parts.db.tenant(
    tenant,
    async (tx) => {
      const found: string[] = []
      const findings: Findings = {
        add: (sentence) => {
          if (found.length < FINDINGS_MAX) found.push(sentence)
        },
      }
      const events = await verifyChains(parts, tx, findings)
      const accounts = await verifyAccounts(tx, findings)
      await verifyRows(tx, findings)
      return { events, accounts, findings: found }
    },
    { isolation: 'snapshot' },
  )
}

interface ChainRow {
  readonly device: string
  readonly epoch: number
  readonly name: string
  readonly chain_tenant: string
  readonly chain_device: string
  readonly public_key: string
  readonly cursor: number
  readonly head_hash: string
}

async function verifyChains(parts: Parts, tx: Tx, findings: Findings): Promise<number> {
  const chains = await tx.query<ChainRow>(
    `SELECT c.device, c.epoch, d.name, c.chain_tenant, c.chain_device, c.public_key, c.cursor, c.head_hash
     FROM hq.device_epoch c JOIN hq.device d ON d.tenant_id = c.tenant_id AND d.id = c.device ORDER BY c.device, c.epoch`,
  )
  let events = 0
  for (const chain of chains) events += await verifyChain(parts, tx, chain, findings)
  return events
}

interface EventRow {
  readonly seq: number
  readonly id: string | null
  readonly kind: string
  readonly customer: string | null
  readonly program: string | null
  readonly staff: string
  readonly trusted: number
  readonly content: string
  readonly points: number | null
  readonly outcome: string
  readonly bytes: Buffer
  readonly hash: string
  readonly signature: string
}

async function verifyChain(parts: Parts, tx: Tx, chain: ChainRow, findings: Findings): Promise<number> {
  const { digest } = parts
  const { device, epoch } = chain
  const ids = { device, epoch, chainTenant: chain.chain_tenant, chainDevice: chain.chain_device }
  const key = digest.fromHex(chain.public_key)
  const says = (seq: number, what: string): void =>
    findings.add(`Event ${seq} of ${chain.name} (${device}, epoch ${epoch}): ${what}.`)
  let hash = digest.hex(genesisHash(digest, chain.chain_tenant, chain.chain_device, epoch))
  let last = 0
  for (;;) {
    const page = await tx.query<EventRow>(
      `SELECT seq, id, kind, customer, program, staff, trusted, content, points, outcome, bytes, hash, signature
       FROM hq.event WHERE device = $1 AND epoch = $2 AND seq > $3 ORDER BY seq LIMIT ${PAGE}`,
      [device, epoch, last],
    )
    for (const row of page) {
      if (row.seq !== last + 1) says(last + 1, 'is missing')
      last = row.seq
      const bytes = new Uint8Array(row.bytes)
      const signature = new Uint8Array(Buffer.from(row.signature, 'base64'))
      const sent = { seq: row.seq, bytes, signature, personal: null }
      const expected = hashesOf(digest, hash, [sent])[0]
      if (expected !== row.hash) says(row.seq, 'was changed, or does not follow the one before it')
      else if (!parts.verify(key, digest.fromHex(row.hash), signature))
        says(row.seq, 'has a signature that does not fit')
      else if (!isAsWritten(parts, ids, sent, row))
        says(row.seq, 'is filed as something else than its bytes say')
      hash = row.hash
    }
    if (page.length < PAGE) break
  }
  if (last !== chain.cursor || (last > 0 && hash !== chain.head_hash)) {
    findings.add(
      `${chain.name} (${device}, epoch ${epoch}): the ledger ends at ${last}, not at ${chain.cursor}.`,
    )
  }
  return last
}

function isAsWritten(
  parts: Parts,
  ids: Parameters<typeof arrivalOf>[2],
  sent: Parameters<typeof arrivalOf>[3],
  row: EventRow,
): boolean {
  const said = arrivalOf(parts.digest, parts.reads ?? readEvent, ids, sent, row.hash)
  const { id, kind, customer, program, staff, trusted, content } = said
  const same =
    row.id === id &&
    row.kind === kind &&
    row.customer === customer &&
    row.program === program &&
    row.staff === staff
  // What cannot be read is quarantined, and nothing that can be read stays so after a start.
  const counted = said.quarantine === null || row.outcome === 'quarantined'
  // One that a person has dismissed stays as it was filed when nobody could read it.
  const points = row.outcome === 'quarantined' ? null : said.points
  return same && row.trusted === trusted && row.content === content && row.points === points && counted
}
