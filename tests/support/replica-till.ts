import { createReplica } from '../../electron/ledger/replica/create-replica.ts'
import type { Replica } from '../../electron/ledger/replica/replica.ts'
import type { ReferenceHq } from './reference-hq.ts'
import type { TestTill } from './till.ts'

type Shape = 'account' | 'customer'

/** What comes from head office into a till of the tests; again after every restart. */
export const replicaOf = (till: TestTill): Replica => createReplica(till.till.ledger)

/** Hands over the next changes of a list, and answers whether that was all of them. */
export async function deliver(
  replica: Replica,
  hq: ReferenceHq,
  shape: Shape,
  changes: number,
): Promise<boolean> {
  const cursor = replica.shapes().find((one) => one.shape === shape)
  if (!cursor) throw new Error(`no list ${shape}`)
  const chunk = hq.chunk(cursor, changes)
  const after = await replica.shapeChunk(chunk)
  return after.offset === `${hq.log[shape].length}_0`
}

/** Everything head office has to say. */
export async function deliverAll(replica: Replica, hq: ReferenceHq): Promise<void> {
  for (const shape of ['account', 'customer'] as const) {
    let done = false
    while (!done) done = await deliver(replica, hq, shape, 1_000)
  }
}

/** This till was enrolled by this business. */
export function belongsTo(till: TestTill, tenant: string): void {
  till.db
    .prepare(
      `INSERT INTO connection (one, url, tenant, tenant_name, store, store_name, till_name, device, epoch, enrolled_at,
         hq_public_key, hq_epoch, hq_time) VALUES (1, 'https://hq', ?, 'T', 's', 'Shop', 'Till', 'd', 1, 1, '', 1, 1)`,
    )
    .run(tenant)
}
