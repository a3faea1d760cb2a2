import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { PROTOCOL_VERSION, type RotateBody, type RotateRequest } from '../../../shared/sync/wire.ts'
import { loadLedger } from '../ledger.ts'
import type { Connection, ConnectionStore } from './connection.ts'
import type { JoiningParts } from './joining.ts'

/** A key older than this is replaced by itself. Ms. */
export const KEY_LIFE_MS = 365 * 86_400_000

/** How a till that is enrolled gets a new signing key: the next epoch under the next key, registered before it opens. */
export interface Rotation {
  /** A person wants a new key. It is carried out when head office is reached. Refuses not_enrolled. */
  askRotation(): Result<Record<string, never>, Refusal>
  /** The key of the present epoch is to be replaced. */
  rotationDue(): boolean
  /** The request, made of the same key and epoch until it is answered. Null: none is due. */
  rotation(): Promise<RotateRequest | null>
  /** Head office knows the next key: it signs from here on. Said twice it changes nothing. */
  rotated(epoch: number): void
}

type RotationParts = Pick<JoiningParts, 'ledger' | 'nextKey' | 'waitingKey' | 'reload' | 'signal'>

export function createRotation(parts: RotationParts, connections: ConnectionStore): Rotation {
  const { ledger } = parts
  const { db, writer, platform } = ledger
  const { digest } = platform
  const wanted = db.prepare<[], string>(`SELECT value FROM till WHERE key = 'rotate_epoch'`).pluck()
  const want = db.prepare(
    `INSERT INTO till (key, value) VALUES ('rotate_epoch', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  const openedAt = db
    .prepare<[number], number>(
      'SELECT e.trusted FROM epoch p JOIN event e ON e.place = p.first_place WHERE p.epoch = ?',
    )
    .pluck()

  /** The connection, when its key is to go. A till that was restored or asks with a code gets its new key that way. */
  const due = (): Connection | null => {
    const connection = connections.get()
    if (!connection || connection.epoch !== writer.head().epoch || connections.pending()) return null
    // The wish names the epoch: one that is over is no wish any more.
    if (wanted.get() === String(connection.epoch)) return connection
    const age = writer.now().trusted - (openedAt.get(connection.epoch) ?? Number.MAX_SAFE_INTEGER)
    return age > KEY_LIFE_MS ? connection : null
  }

  return {
    askRotation() {
      const connection = connections.get()
      if (!connection) return refuse(refusal('not_enrolled'))
      want.run(String(connection.epoch))
      parts.signal('sync')
      return ok({})
    },
    rotationDue: () => due() !== null,
    async rotation() {
      if (!due()) return null
      const key = await parts.nextKey()
      // The till may have been enrolled anew while its key was being kept.
      const connection = due()
      if (!connection) return null
      const signer = platform.signer(key)
      const head = writer.head()
      const body: RotateBody = {
        protocol: PROTOCOL_VERSION,
        device: connection.device,
        epoch: connection.epoch,
        next_epoch: connection.epoch + 1,
        public_key: digest.hex(signer.publicKey),
        last_seq: head.seq,
        head_hash: digest.hex(head.hash),
      }
      const signed = writer.signed(JSON.stringify(body))
      const proof = signer.sign(digest.sha256(digest.utf8(signed.body)))
      return { ...signed, proof: Buffer.from(proof).toString('base64') }
    },
    rotated(epoch) {
      const connection = due()
      const key = parts.waitingKey()
      if (!connection || key === null || epoch !== connection.epoch + 1) return
      const { currency, time_zone } = ledger.settings().place
      const command = digest.hex(platform.random.bytes(16))
      db.transaction(() => {
        loadLedger(db, platform, key).writer.openEpoch(
          { staff: 'head_office' },
          command,
          { because: 'rotated', currency, time_zone },
          { epoch },
        )
        db.prepare('UPDATE connection SET epoch = ?').run(epoch)
      }).immediate()
      parts.reload(0)
      parts.signal('sync')
    },
  }
}
