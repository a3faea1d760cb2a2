import Sqlite from 'better-sqlite3'
import { argon2id, argon2Verify } from 'hash-wasm'
import { LIMITS } from '../../shared/base/limits.ts'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { may, PERMISSIONS, type Permission, pinDigitsMin, type Role } from '../../shared/base/roles.ts'
import type { Ledger } from './ledger.ts'

/** argon2id as OWASP's second choice: 19 MiB, 2 passes, 1 lane. About 40 ms on a till. */
const ARGON2 = { parallelism: 1, iterations: 2, memorySize: 19_456, hashLength: 32 } as const
/** A session that nobody touched for so long is forgotten for good. Ms. */
const SESSION_KEPT_MS = 24 * 3_600_000
/** A session's last touch is written at most this often; in between it is remembered. Ms. */
const TOUCH_WRITE_MS = 30_000

export interface Staff {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
}

interface StaffRow {
  id: string
  name: string
  role: Role
  active: number
  pin_hash: string
}

/** Memory-hard hash of a PIN, with its salt and parameters in PHC form. */
export function hashPin(ledger: Pick<Ledger, 'platform'>, pin: string): Promise<string> {
  return argon2id({ ...ARGON2, password: pin, salt: ledger.platform.random.bytes(16), outputType: 'encoded' })
}

/** Refuses pin_weak: too short for the role, not digits, one digit repeated, or a row such as 1234 or 4321. */
export function pinRefusal(pin: string, role: Role): Refusal | null {
  const min = pinDigitsMin(role)
  const weak = refusal('pin_weak', { min })
  if (!/^\d+$/.test(pin) || pin.length < min || pin.length > LIMITS.pinDigitsMax) return weak
  const steps = new Set([...pin].slice(1).map((digit, i) => (10 + Number(digit) - Number(pin[i])) % 10))
  const [step] = steps
  return steps.size === 1 && (step === 0 || step === 1 || step === 9) ? weak : null
}

export interface People {
  all(): Staff[]
  find(id: string): Staff | null
  /** Checks a PIN under the throttle. Refuses sign_in_locked, sign_in_failed. */
  checkPin(staffId: string, pin: string): Promise<Result<Staff, Refusal>>
  open(staff: Staff): { token: string; permissions: Permission[] }
  /** Who a token belongs to, if not idle for too long. Refuses signed_out. `touch` starts the idle time anew. */
  session(token: string, touch: boolean): Result<Staff, Refusal>
  close(token: string): void
  /** Ends every session of a person whose PIN, role or standing changed. */
  closeAll(staffId: string, exceptToken: string): void
  /** A confirmed date moved the clock by so many ms: what was measured on the old one moves along. */
  moveTimes(byMs: number): void
  /** A new PIN ends the pause that wrong ones brought. */
  forgive(staffId: string): void
}

/** Staff, sessions and the sign-in throttle. All of it survives a restart. */
export function createPeople(ledger: Ledger): People {
  const { db, platform } = ledger
  const byId = db.prepare<[string], StaffRow>('SELECT * FROM staff WHERE id = ?')
  const list = db.prepare<[], StaffRow>('SELECT * FROM staff ORDER BY active DESC, name')
  const throttle = db.prepare<[string], { failures: number; locked_until_ms: number }>(
    'SELECT failures, locked_until_ms FROM sign_in_throttle WHERE staff = ?',
  )
  const setThrottle = db.prepare(
    `INSERT INTO sign_in_throttle (staff, failures, locked_until_ms) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET failures = excluded.failures, locked_until_ms = excluded.locked_until_ms`,
  )
  const clearThrottle = db.prepare('DELETE FROM sign_in_throttle WHERE staff = ?')
  const addSession = db.prepare('INSERT INTO session (token_hash, staff, touched_ms) VALUES (?, ?, ?)')
  const findSession = db
    .prepare<[string], readonly [touchedMs: number, id: string, name: string, role: Role, active: number]>(
      `SELECT e.touched_ms, s.id, s.name, s.role, s.active FROM session e JOIN staff s ON s.id = e.staff
       WHERE e.token_hash = ?`,
    )
    .raw()
  const touchSession = db.prepare('UPDATE session SET touched_ms = ? WHERE token_hash = ?')
  const keepTouch = (at: number, hash: string): void => {
    try {
      touchSession.run(at, hash)
    } catch (error) {
      // On a full disk it is remembered until the process ends; what only looks at things must go on.
      if (!(error instanceof Sqlite.SqliteError && error.code === 'SQLITE_FULL')) throw error
    }
  }
  const dropSession = db.prepare('DELETE FROM session WHERE token_hash = ?')
  const dropIdle = db.prepare('DELETE FROM session WHERE touched_ms < ?')
  const dropOf = db.prepare('DELETE FROM session WHERE staff = ? AND token_hash <> ?')
  const moveSessions = db.prepare('UPDATE session SET touched_ms = touched_ms + ?')
  const moveThrottle = db.prepare(
    'UPDATE sign_in_throttle SET locked_until_ms = locked_until_ms + ? WHERE locked_until_ms > 0',
  )
  const touched = new Map<string, number>()
  /** When a pause ends by the clock that nobody can set. It is forgotten with the process; the other end is kept. */
  const pausedUntil = new Map<string, number>()
  const monotonic = (): number => platform.clock.read().monotonicMs
  /**
   * What is left of a person's pause, ms. It lasts until both clocks have seen it pass: setting the computer's clock on
   * does not end it. Setting it back does not make it longer than it was: then it begins anew.
   */
  const pauseOf = (staffId: string, at: number): number => {
    const { failures = 0, locked_until_ms = 0 } = throttle.get(staffId) ?? {}
    const whole = lockFor(failures)
    if (locked_until_ms - at > whole) setThrottle.run(staffId, failures, at + whole)
    const kept = Math.min(locked_until_ms - at, whole)
    return Math.max(0, kept, (pausedUntil.get(staffId) ?? 0) - monotonic())
  }
  const now = (): number => ledger.writer.now().trusted
  const hashOf = (token: string): string =>
    platform.digest.hex(platform.digest.sha256(platform.digest.utf8(token)))
  const find = (id: string): Staff | null => {
    const row = byId.get(id)
    return row ? staffOf(row) : null
  }

  const forgive = (staffId: string): void => {
    clearThrottle.run(staffId)
    pausedUntil.delete(staffId)
  }

  return {
    all: () => list.all().map(staffOf),
    find,
    async checkPin(staffId, pin) {
      const row = byId.get(staffId)
      const at = now()
      const pauseMs = pauseOf(staffId, at)
      if (pauseMs > 0) return refuse(refusal('sign_in_locked', { seconds: Math.ceil(pauseMs / 1000) }))
      if (!row || row.active === 0) return refuse(refusal('sign_in_failed', { left: 0 }))
      // The failure is counted before the slow check, so that tries side by side gain nothing.
      const failures = (throttle.get(staffId)?.failures ?? 0) + 1
      const lockMs = lockFor(failures)
      setThrottle.run(staffId, failures, lockMs === 0 ? 0 : at + lockMs)
      if (lockMs > 0) pausedUntil.set(staffId, monotonic() + lockMs)
      if (
        pin.length <= LIMITS.pinDigitsMax &&
        // Values that were blanked leave a person without a PIN: nothing is the right one.
        row.pin_hash !== '' &&
        (await argon2Verify({ password: pin || ' ', hash: row.pin_hash }))
      ) {
        forgive(staffId)
        return ok(staffOf(row))
      }
      if (lockMs > 0) return refuse(refusal('sign_in_locked', { seconds: Math.ceil(lockMs / 1000) }))
      return refuse(refusal('sign_in_failed', { left: LIMITS.signInFailuresMax - failures }))
    },
    open(staff) {
      const token = platform.digest.hex(platform.random.bytes(32))
      const at = now()
      dropIdle.run(at - SESSION_KEPT_MS)
      addSession.run(hashOf(token), staff.id, at)
      touched.set(hashOf(token), at)
      return { token, permissions: permissionsOf(staff.role) }
    },
    session(token, touch) {
      if (token === '') return refuse(refusal('signed_out'))
      const hash = hashOf(token)
      const row = findSession.get(hash)
      const at = now()
      const [written = 0, id = '', name = '', role = 'cashier', active = 0] = row ?? []
      const last = Math.max(written, touched.get(hash) ?? 0)
      // Before its last touch by as much: the clock was set back, and nobody can say how long it was idle.
      if (active !== 1 || Math.abs(at - last) > LIMITS.idleLockMs) {
        dropSession.run(hash)
        touched.delete(hash)
        return refuse(refusal('signed_out'))
      }
      if (touch) {
        touched.set(hash, at)
        if (at - written > TOUCH_WRITE_MS) keepTouch(at, hash)
      }
      return ok({ id, name, role, active: true })
    },
    close(token) {
      dropSession.run(hashOf(token))
      touched.delete(hashOf(token))
    },
    closeAll: (staffId, exceptToken) => {
      dropOf.run(staffId, hashOf(exceptToken))
    },
    moveTimes(byMs) {
      moveSessions.run(byMs)
      moveThrottle.run(byMs)
      for (const [hash, at] of touched) touched.set(hash, at + byMs)
    },
    forgive,
  }
}

/** How long a person is locked after so many failures in a row: 30 s at the fifth, doubling to an hour. Ms. */
function lockFor(failures: number): number {
  if (failures < LIMITS.signInFailuresMax) return 0
  const doubled = LIMITS.signInLockFirstMs * 2 ** Math.min(20, failures - LIMITS.signInFailuresMax)
  return Math.min(LIMITS.signInLockMaxMs, doubled)
}

const permissionsOf = (role: Role): Permission[] =>
  (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => may(role, permission))

const staffOf = (row: StaffRow): Staff => ({
  id: row.id,
  name: row.name,
  role: row.role,
  active: row.active === 1,
})
