import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import {
  applyKey,
  LATEST_VERSION,
  MIGRATIONS,
  NewerFile,
  openDatabase,
  readMigrations,
} from '../../electron/ledger/database.ts'

const root = mkdtempSync(path.join(tmpdir(), 'kasuwa-migrations-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const KEY = '5a'.repeat(32)
let files = 0

/** A file as the app of that version left it: its migrations, and a row in each table that later ones must carry. */
function fileOfVersion(version: number): string {
  files += 1
  const file = path.join(root, `v${version}-${files}.db`)
  const db = new Sqlite(file)
  applyKey(db, KEY)
  db.pragma('journal_mode = WAL')
  for (const { sql } of MIGRATIONS.slice(0, version)) db.exec(sql)
  db.pragma(`user_version = ${version}`)
  db.exec(`
    INSERT INTO till VALUES ('tenant', 'kept');
    INSERT INTO clock (one, floor_ms, floor_monotonic_ms, boot_id, confirmed_ms, hlc) VALUES (1, 1234, 5, 'b', NULL, 'h');
    INSERT INTO epoch VALUES (1, 'device', x'00', 1, NULL);
    INSERT INTO session VALUES ('t', 's', 7);
    INSERT INTO sign_in_throttle VALUES ('s', 3, 99);
    INSERT INTO setting VALUES ('place', '{}');`)
  db.close()
  return file
}

const schemaOf = (db: Sqlite.Database): string[] =>
  db
    .prepare<[], string>(
      `SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`,
    )
    .pluck()
    .all()
const columnsOf = (db: Sqlite.Database, table: string): string[] =>
  (db.pragma(`table_info(${table})`) as { name: string; type: string }[]).map((c) => `${c.name} ${c.type}`)

describe('migrations of the till', () => {
  it('are numbered from 1 without a gap, and every file of the folder is one', () => {
    expect(MIGRATIONS.map((m) => m.version)).toEqual(MIGRATIONS.map((_, i) => i + 1))
    expect(LATEST_VERSION).toBe(MIGRATIONS.length)
    const dir = path.join(import.meta.dirname, '../../migrations/till')
    expect(readdirSync(dir)).toHaveLength(MIGRATIONS.length)
  })

  it.each([
    ['a gap', ['0001_a.sql', '0003_b.sql']],
    ['a number twice', ['0001_a.sql', '0001_b.sql']],
    ['another beginning', ['0002_a.sql']],
    ['a name that is none', ['1_a.sql']],
  ])('refuse %s', (_, names) => {
    const dir = mkdtempSync(path.join(root, 'bad-'))
    for (const name of names) writeFileSync(path.join(dir, name), 'SELECT 1;')
    expect(() => readMigrations(dir)).toThrow(/migration/)
  })

  it.each(
    MIGRATIONS.map((m) => m.version),
  )('a file of version %d opens with all that was in it', (version) => {
    const file = fileOfVersion(version)
    const db = openDatabase({ file, key: KEY, mode: 'write' })
    expect(db.pragma('user_version', { simple: true })).toBe(LATEST_VERSION)
    expect(db.prepare(`SELECT value FROM till WHERE key = 'tenant'`).pluck().get()).toBe('kept')
    expect(db.prepare('SELECT floor_ms FROM clock').pluck().get()).toBe(1234)
    expect(db.prepare('SELECT failures FROM sign_in_throttle').pluck().get()).toBe(3)
    const fresh = openDatabase({ file: path.join(root, `fresh-${version}.db`), key: KEY, mode: 'create' })
    expect(schemaOf(db)).toEqual(schemaOf(fresh))
    for (const table of ['event', 'clock', 'customer', 'line', 'sale']) {
      expect(columnsOf(db, table), table).toEqual(columnsOf(fresh, table))
    }
    db.close()
    fresh.close()
  })

  it('an older file is not opened for reading alone: it must be brought up first', () => {
    const file = fileOfVersion(1)
    if (LATEST_VERSION === 1) return
    expect(() => openDatabase({ file, key: KEY, mode: 'read' })).toThrow(/opened once for writing/)
  })

  it('a newer file is refused and stays as it is, byte for byte', () => {
    const file = fileOfVersion(LATEST_VERSION)
    const db = new Sqlite(file)
    applyKey(db, KEY)
    db.pragma(`user_version = ${LATEST_VERSION + 7}`)
    db.close()
    const before = readFileSync(file)
    for (const mode of ['write', 'read'] as const) {
      expect(() => openDatabase({ file, key: KEY, mode })).toThrow(NewerFile)
    }
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('every table is STRICT', () => {
    const db = openDatabase({ file: path.join(root, 'strict.db'), key: KEY, mode: 'create' })
    const tables = db.pragma('table_list') as { name: string; type: string; strict: number }[]
    const own = tables.filter((t) => t.type === 'table' && !t.name.startsWith('sqlite_'))
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter((t) => t.strict === 0).map((t) => t.name)).toEqual([])
    db.close()
  })

  it('a migration that fails leaves the file at the version before', () => {
    const file = fileOfVersion(1)
    const db = new Sqlite(file)
    applyKey(db, KEY)
    // What the second migration adds is there already: it cannot be carried out.
    db.exec('ALTER TABLE clock ADD COLUMN wall_skew_ms INTEGER')
    db.close()
    expect(() => openDatabase({ file, key: KEY, mode: 'write' })).toThrow(/duplicate column/)
    const again = new Sqlite(file)
    applyKey(again, KEY)
    expect(again.pragma('user_version', { simple: true })).toBe(1)
    again.close()
  })
})
