import type { Tx } from '../db/database.ts'

/** In which life head office is: raised by every restore from a backup, so that nothing of a lost one is said twice. */
export async function hqEpochOf(tx: Tx): Promise<number> {
  const rows = await tx.query<{ hq_epoch: number }>('SELECT hq_epoch FROM hq.incarnation')
  return rows[0]?.hq_epoch ?? 0
}
