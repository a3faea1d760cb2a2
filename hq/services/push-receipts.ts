import { type Problem, Receipt } from '../../shared/sync/wire.ts'
import { inboxId } from '../ledger/inbox.ts'
import { writeAudit } from './audit.ts'
import { saveInbox, settleInbox } from './inbox.ts'
import type { TenantRow } from './load-books.ts'
import type { Push } from './push.ts'
import { signatureFits } from './signed.ts'

/** What a till holds of an earlier life of head office: after a restore from a backup it knows more than head office. */

/** An event whose place and hash are checked. */
interface Placed {
  readonly seq: number
  readonly hash: string
}

export interface Receipts {
  /** By place among the new events: the effective time that was fixed before, ms. */
  readonly times: ReadonlyMap<number, number>
  /** How many receipts say nothing about this chain, or were not signed here. */
  readonly ignored: number
}

/**
 * Effective times that head office has fixed before: after a restore they hold as they were said. A receipt counts
 * when it was signed here, for this chain, and ends with the hash that the chain has there. `known`: every event of
 * the batch, the new ones too; `fresh`: the new ones.
 */
export function receiptsOf(
  { parts, batch }: Push,
  tenant: TenantRow,
  known: readonly Placed[],
  fresh: readonly Placed[],
): Receipts {
  const hashes = new Map(known.map(({ seq, hash }) => [seq, hash]))
  const places = new Map(fresh.map(({ seq }, i) => [seq, i]))
  const times = new Map<number, number>()
  let ignored = 0
  for (const { body, signature } of fresh.length === 0 ? [] : batch.receipts) {
    const receipt = readReceipt(body)
    const genuine =
      receipt?.tenant === tenant.tenant_id &&
      receipt.device === batch.device &&
      receipt.epoch === batch.epoch &&
      receipt.effective.length === receipt.to_seq - receipt.from_seq + 1 &&
      // One that ends behind this batch cannot be held against its hash yet.
      (hashes.get(receipt.to_seq) ?? receipt.head_hash) === receipt.head_hash &&
      signatureFits(parts, tenant.public_key, body, signature)
    if (!genuine) {
      ignored += 1
      continue
    }
    for (const [i, effective] of receipt.effective.entries()) {
      const place = places.get(receipt.from_seq + i)
      if (place !== undefined) times.set(place, effective)
    }
  }
  return { times, ignored }
}

function readReceipt(body: string): Receipt | null {
  try {
    const read = Receipt.safeParse(JSON.parse(body))
    return read.success ? read.data : null
  } catch {
    // Not JSON: no receipt of ours.
    return null
  }
}

/**
 * One entry of the inbox for each till that goes on behind what head office has of it since it was put back. `gap`: the
 * refusal; `hqEpoch`: the present incarnation. A till that never knew another one only left something out.
 */
export async function noteGap(push: Push, tenant: string, hqEpoch: number, gap: Problem): Promise<void> {
  const { batch } = push
  if (batch.hq_epoch === 0 || batch.hq_epoch === hqEpoch || !gap.expected) return
  await saveAhead(push, tenant, gap.expected.epoch, gap.expected.seq)
}

/** What the receipts of a batch that was taken mean: see `noteGap`. The entry closes when nothing waits any more. */
export async function noteReceipts(
  push: Push,
  tenant: string,
  receipts: Receipts,
  lastSeq: number,
): Promise<void> {
  const { tx, batch, now } = push
  if (receipts.ignored > 0) {
    const detail = { epoch: batch.epoch, from: batch.from_seq, receipts: receipts.ignored }
    const what = 'receipts.ignored'
    await writeAudit(tx, { tenant, at: now, who: 'head office', what, about: batch.device, detail })
  }
  if (batch.waiting === 0) {
    await settleInbox(tx, aheadId(push), now, 'the till has sent everything again')
    await tx.query('UPDATE hq.device SET awaited = false WHERE id = $1 AND awaited', [batch.device])
  } else if (receipts.times.size > 0) await saveAhead(push, tenant, batch.epoch, lastSeq + 1)
}

const aheadId = ({ parts, batch }: Push): string => inboxId(parts.digest, 'receipt_ahead', batch.device)

async function saveAhead(push: Push, tenant: string, epoch: number, seq: number): Promise<void> {
  const entry = {
    id: aheadId(push),
    kind: 'receipt_ahead' as const,
    device: push.batch.device,
    customer: null,
    event: null,
    facts: { epoch, seq },
  }
  await saveInbox(push.tx, tenant, [entry], push.now)
}
