import type { Payloads } from '../../shared/protocol/payload.ts'
import type { Database } from './database.ts'
import type { ProjectedEvent } from './projector.ts'

/** Points set aside for this till, as its own events say: what head office's rows say changes nothing here. */
interface LeaseTable {
  book(event: ProjectedEvent): void
  end(event: ProjectedEvent): void
  use(event: ProjectedEvent): void
  /** Own undoings give back what they undo, as far as the grant has not ended. */
  giveBack(event: ProjectedEvent): void
}

export function leaseTable(db: Database): LeaseTable {
  const book = db.prepare(
    `INSERT INTO lease (id, customer, program, holder, points, expiry, booked_at, used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const end = db.prepare('UPDATE lease SET ended = 1 WHERE id = ?')
  const forgetUses = db.prepare('DELETE FROM lease_use WHERE lease = ?')
  const addUse = db.prepare(
    `INSERT INTO lease_use (event, lease, points)
     SELECT ?, id, ? FROM lease WHERE id = ? AND ended = 0 ON CONFLICT DO NOTHING`,
  )
  const use = db.prepare('UPDATE lease SET used = used + ?, used_at = max(used_at, ?) WHERE id = ?')
  const useOf = db.prepare<[string], { lease: string; points: number; returned: number }>(
    'SELECT lease, points, returned FROM lease_use WHERE event = ?',
  )
  const giveBack = db.prepare('UPDATE lease_use SET returned = returned + ? WHERE event = ?')
  const unuse = db.prepare('UPDATE lease SET used = used - ? WHERE id = ?')
  return {
    book({ payload, customer, program, trusted }) {
      const { grant, holder, points, expiry } = payload as Payloads['lease.granted']
      if (customer === null || program === null) return
      book.run(grant, customer, program, holder, points, expiry, trusted, trusted)
    },
    end({ payload }) {
      const { grant } = payload as Payloads['lease.returned']
      end.run(grant)
      forgetUses.run(grant)
    },
    use({ id, payload, trusted }) {
      const { grant, points } = payload as Payloads['points.redeemed']
      if (grant === undefined || addUse.run(id, points, grant).changes === 0) return
      use.run(points, trusted, grant)
    },
    giveBack({ payload }) {
      for (const target of (payload as Payloads['points.reversed']).targets) {
        const used = useOf.get(target.event)
        if (!used) continue
        const left = used.points - used.returned
        const points = target.points === 'all' ? left : Math.min(left, target.points)
        giveBack.run(points, target.event)
        unuse.run(points, used.lease)
      }
    },
  }
}
