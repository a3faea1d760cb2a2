import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase, type Tx } from '../../../hq/db/database.ts'
import { migrate, NewerDatabase } from '../../../hq/db/migrate.ts'
import { EXCEPTION_KINDS } from '../../../shared/hq/exceptions.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

let fresh: FreshDatabase
let database: Database
let owner: pg.Client

beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase({ url: fresh.url })
  owner = new pg.Client({ connectionString: fresh.url })
  await owner.connect()
  for (const tenant of ['t1', 't2']) {
    await database.tenant(tenant, async (tx) => {
      await tx.query(
        `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, created_at)
         VALUES ($1, 'Shop', 'i', 's', 'p', 1)`,
        [tenant],
      )
      await tx.query(`INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ($1, 'm', 'Main', 1)`, [
        tenant,
      ])
      await tx.query(
        `INSERT INTO hq.device (tenant_id, id, kind, name, enrolled_at) VALUES ($1, $1 || 'd', 'till', 'Till', 1)`,
        [tenant],
      )
    })
  }
})
afterAll(async () => {
  await owner.end()
  await database.close()
  await fresh.drop()
})

describe('row-level security', () => {
  it('is forced on every table that has a tenant', async () => {
    const { rows } = await owner.query(
      `SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced,
              EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'of_tenant') AS policy,
              (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = c.oid AND i.indisprimary) AS first_key
       FROM pg_class c WHERE c.relnamespace = 'hq'::regnamespace AND c.relkind IN ('r', 'p')
         AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')`,
    )
    expect(rows.length).toBeGreaterThan(25)
    const open = rows.filter((row) => !row.forced || !row.policy)
    expect(open).toEqual([])
    const keys = rows.filter((row) => row.first_key !== 'tenant_id' && row.relname !== 'sync_log')
    expect(keys).toEqual([])
  })

  it('shows and changes nothing of another tenant, whatever is asked', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'hq'::regnamespace AND c.relkind = 'r'
         AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')`,
    )
    for (const { name } of rows) {
      const seen = await database.tenant('t1', (tx) =>
        tx.query<{ tenant: string }>(
          `SELECT DISTINCT tenant_id AS tenant FROM hq.${name} WHERE true OR tenant_id = 't2'`,
        ),
      )
      expect(seen.filter((row) => row.tenant !== 't1')).toEqual([])
    }
    const changed = await database.tenant('t1', (tx) =>
      tx.query(`UPDATE hq.store SET name = 'taken' WHERE tenant_id = 't2' RETURNING id`),
    )
    expect(changed).toEqual([])
    await expect(
      database.tenant('t1', (tx) =>
        tx.query(`INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ('t2', 'x', 'Foreign', 1)`),
      ),
    ).rejects.toThrow(/row-level security/)
    await expect(
      database.tenant('t1', (tx) => tx.query(`UPDATE hq.store SET tenant_id = 't2'`)),
    ).rejects.toThrow()
  })

  it.each([
    'SET LOCAL row_security = off; SELECT * FROM hq.store',
    'ALTER TABLE hq.store DISABLE ROW LEVEL SECURITY',
    'DROP POLICY of_tenant ON hq.store',
    'TRUNCATE hq.sync_deny_v1',
    'DELETE FROM hq.event',
    `UPDATE hq.event SET bytes = ''`,
    'DELETE FROM hq.posting',
    `INSERT INTO hq.sync_log (seq, tenant_id, name, txid, at) VALUES (1, 't1', 'x', 1, now())`,
    'SELECT token_key FROM hq.incarnation',
    "SELECT nextval('hq.sync_log_seq')",
    'CREATE TABLE hq.mine (a int)',
    'SET LOCAL ROLE kasuwa_log; SELECT * FROM hq.store',
  ])('refuses kasuwa_app: %s', async (sql) => {
    await expect(database.tenant('t1', (tx) => tx.query(sql))).rejects.toThrow()
  })

  it('shows a transaction of no tenant nothing but the look-ups', async () => {
    const seen = await database.global(async (tx) => ({
      tenants: await tx.query('SELECT * FROM hq.tenant'),
      ids: await tx.query<{ id: string }>('SELECT id FROM hq.tenants() AS id'),
      of: await tx.query<{ tenant: string }>(`SELECT hq.tenant_of_device('t2d') AS tenant`),
    }))
    expect(seen.tenants).toEqual([])
    expect(seen.ids.map((row) => row.id)).toEqual(['t1', 't2'])
    expect(seen.of).toEqual([{ tenant: 't2' }])
  })
})

describe('the keys by which a customer is found', () => {
  it('follow the name, and are of one tenant', async () => {
    const keys = (tenant: string) =>
      database.tenant(tenant, async (tx) =>
        (await tx.query<{ key: string }>('SELECT key FROM hq.customer_key ORDER BY key')).map(
          ({ key }) => key,
        ),
      )
    const write = (sql: string) => database.tenant('t1', (tx) => tx.query(sql))
    await write(
      `INSERT INTO hq.customer (tenant_id, id, public_id, name, phone, card, joined)
       VALUES ('t1', 'k', 'k', 'Amina  Bello', '+234803', 'K-7', 1)`,
    )
    expect(await keys('t1')).toEqual(['ck-7', 'namina  bello', 'nbello', 'p+234803', 'r308432+'])
    await write(`UPDATE hq.customer SET name = 'Musa', phone = NULL, sale_count = 3 WHERE id = 'k'`)
    expect(await keys('t1')).toEqual(['ck-7', 'nmusa'])
    await write(`UPDATE hq.customer SET name = 'ÉLODIE Ọkafor', card = 'Ñ-7' WHERE id = 'k'`)
    expect(await keys('t1')).toEqual(['cñ-7', 'nélodie ọkafor', 'nọkafor'])
    await write(`UPDATE hq.customer SET name = 'Musa', card = 'K-7' WHERE id = 'k'`)
    expect(await keys('t2')).toEqual([])
  })

  it('are read by the index, under row-level security', async () => {
    const plan = await database.tenant('t1', async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off')
      return tx.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT customer FROM hq.customer_key WHERE tenant_id = 't1' AND key >= 'n' || hq.fold('MU') AND key < 'nmv'`,
      )
    })
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: .*key >= 'nmu'/)
  })

  it('are made anew by the migration where an older one folded them by the locale', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-migrations-'))
    const other = await freshDatabase()
    const client = new pg.Client({ connectionString: other.url })
    await client.connect()
    try {
      const all = readdirSync('migrations/hq').sort()
      const older = all.slice(
        0,
        all.findIndex((file) => file.endsWith('_fold_case.sql')),
      )
      for (const file of older) cpSync(path.join('migrations/hq', file), path.join(dir, file))
      await client.query('DROP SCHEMA hq CASCADE')
      await migrate(other.url, dir)
      await client.query(
        `INSERT INTO hq.tenant (tenant_id, name, identity_key, signing_key, public_key, created_at)
           SELECT id, id, '', '', '', 1 FROM unnest(ARRAY['t1', 't2']) AS id;
         INSERT INTO hq.customer (tenant_id, id, public_id, name, phone, joined)
           VALUES ('t1', 'a', 'a', 'Élodie', '+234803', 1), ('t2', 'b', 'b', 'Musa', NULL, 1)`,
      )
      const keys = async () =>
        (await client.query(`SELECT key FROM hq.customer_key ORDER BY key`)).rows.map(({ key }) => key)
      expect(await keys()).toEqual(['nmusa', 'nÉlodie', 'p+234803', 'r308432+'])
      await migrate(other.url)
      expect(await keys()).toEqual(['nmusa', 'nélodie', 'p+234803', 'r308432+'])
    } finally {
      await client.end()
      await other.drop()
      rmSync(dir, { recursive: true })
    }
  })
})

describe('the change log', () => {
  it('has each change once, and none that changes nothing', async () => {
    const write = (sql: string) => database.tenant('t1', (tx) => tx.query(sql))
    const head = async () =>
      (await database.global((tx) => tx.query<{ head: number }>('SELECT hq.sync_head() AS head')))[0]?.head ??
      0
    const start = await head()
    await write(`INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ('t1', 'c', 'r', 1)`)
    await write(`UPDATE hq.sync_deny_v1 SET reason = 'r'`)
    expect(await head()).toBe(start + 1)
    await write(`UPDATE hq.sync_deny_v1 SET reason = 's'`)
    await write(`DELETE FROM hq.sync_deny_v1`)
    const log = await database.tenant('t1', (tx) =>
      tx.query<{ before: { version: number } | null; after: { version: number } | null }>(
        'SELECT before, after FROM hq.sync_log WHERE seq > $1 ORDER BY seq',
        [start],
      ),
    )
    expect(log.map((row) => [row.before === null, row.after === null])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ])
    expect(log[1]?.after?.version).toBeGreaterThan(log[0]?.after?.version ?? 0)
    expect(await database.tenant('t2', (tx) => tx.query('SELECT * FROM hq.sync_log'))).toEqual([])
  })
})

describe('a transaction', () => {
  it('is done again after a deadlock', async () => {
    const lock = async (first: string, second: string, gate: { arrived: number }) =>
      database.tenant('t1', async (tx) => {
        await tx.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [first])
        gate.arrived += 1
        while (gate.arrived < 2) await new Promise((resolve) => setImmediate(resolve))
        await tx.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [second])
        return first
      })
    const gate = { arrived: 0 }
    expect(await Promise.all([lock('a', 'b', gate), lock('b', 'a', gate)])).toEqual(['a', 'b'])
  })

  it('whose statement is cut leaves nothing, and the pool goes on', async () => {
    let left = 0
    const cut = openDatabase({
      url: fresh.url,
      onStatement: () => {
        left -= 1
        if (left === 0) throw new Error('cut')
      },
    })
    for (left = 2; ; ) {
      const at = left
      const done = await cut
        .tenant('t2', (tx) =>
          tx.query(
            `INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ('t2', 'k', 'r', 1)`,
          ),
        )
        .then(
          () => true,
          () => false,
        )
      const rows = await database.tenant('t2', (tx) => tx.query('SELECT 1 FROM hq.sync_deny_v1'))
      expect(rows.length).toBe(done ? 1 : 0)
      if (done) break
      left = at + 1
    }
    await cut.close()
  })

  it('hears of commits through a listener', async () => {
    let heard = 0
    const stop = await database.listen('kasuwa_sync', () => {
      heard += 1
    })
    await database.tenant('t1', (tx) =>
      tx.query(`INSERT INTO hq.sync_deny_v1 (tenant_id, customer, reason, since) VALUES ('t1', 'n', 'r', 1)`),
    )
    await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThan(0)
    await stop()
  })
})

describe('statements asked for together', () => {
  const named = (tx: Tx, name: string) =>
    tx.query(`INSERT INTO hq.store (tenant_id, id, name, created_at) VALUES ('t1', $1, $1, 1)`, [name])
  const names = async (): Promise<string[]> => {
    const rows = await database.tenant('t1', (tx) =>
      tx.query<{ id: string }>('SELECT id FROM hq.store ORDER BY id'),
    )
    return rows.map(({ id }) => id)
  }

  it('run one after the other in their order', async () => {
    const seen = await database.tenant('t2', (tx) =>
      Promise.all([
        tx.query(`UPDATE hq.store SET name = name || 'a' WHERE id = 'm'`),
        tx.query<{ name: string }>(`SELECT name FROM hq.store WHERE id = 'm'`),
        tx.query(`UPDATE hq.store SET name = name || 'b' WHERE id = 'm'`),
        tx.query<{ name: string }>(`SELECT name FROM hq.store WHERE id = 'm'`),
      ]),
    )
    expect(seen).toEqual([[], [{ name: 'Maina' }], [], [{ name: 'Mainab' }]])
  })

  it('are tried again for the reason of the first that failed, though one behind it is heard of before', async () => {
    let tries = 0
    const deep = async (tx: Tx, floors: number): Promise<unknown> =>
      floors === 0 ? tx.query('SELECT 1 / 0') : deep(tx, floors - 1)
    const answer = await database.tenant(
      't1',
      async (tx) => {
        tries += 1
        if (tries === 2) return 'the second time'
        return Promise.all([deep(tx, 9), tx.query('SELECT 1'), tx.query('SELECT 2')])
      },
      { retry: ['22012'] },
    )
    expect(answer).toBe('the second time')
  })

  it('are all taken back when one fails, by its own error, and none comes behind the end', async () => {
    const before = await names()
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    let late = Promise.resolve('')
    const work = (tx: Tx): Promise<unknown> =>
      Promise.all([named(tx, 'x'), tx.query('SELECT 1 / 0'), named(tx, 'y')]).finally(() => {
        late = turn()
          .then(() => named(tx, 'late'))
          .then(() => 'it ran', String)
      })
    await expect(database.tenant('t1', work)).rejects.toThrow(/division by zero/)
    expect(await late).toMatch(/transaction that is not over/)
    expect(await names()).toEqual(before)
  })
})

describe('the structure', () => {
  it('is made once, by however many start at the same time', async () => {
    await Promise.all([migrate(fresh.url), migrate(fresh.url), migrate(fresh.url)])
    const { rows } = await owner.query('SELECT version FROM hq.migration ORDER BY version')
    expect(rows[0]).toEqual({ version: 1 })
  })

  it('grows by a protected table, and by an index that is built while everybody works, whoever starts', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-hq-migrations-'))
    const other = await freshDatabase()
    const client = new pg.Client({ connectionString: other.url })
    await client.connect()
    try {
      cpSync('migrations/hq', dir, { recursive: true })
      const { rows } = await client.query<{ last: number }>('SELECT max(version) AS last FROM hq.migration')
      const next = (more: number, words: string): string =>
        path.join(dir, `${String((rows[0]?.last ?? 0) + more).padStart(4, '0')}_${words}.sql`)
      writeFileSync(
        next(1, 'shelf'),
        `CREATE TABLE hq.shelf (tenant_id text NOT NULL, id text NOT NULL, PRIMARY KEY (tenant_id, id));
         CALL hq.protect('shelf', 'insert');`,
      )
      writeFileSync(
        next(2, 'shelf_index'),
        `-- outside a transaction
DROP INDEX CONCURRENTLY IF EXISTS hq.shelf_id;
CREATE INDEX CONCURRENTLY shelf_id ON hq.shelf (id);
`,
      )
      await Promise.all([migrate(other.url, dir), migrate(other.url, dir), migrate(other.url, dir)])
      const valid = await client.query(
        `SELECT indisvalid FROM pg_index WHERE indexrelid = 'hq.shelf_id'::regclass`,
      )
      expect(valid.rows).toEqual([{ indisvalid: true }])
      const seen = async (tenant: string): Promise<number> => {
        await client.query('BEGIN; SET LOCAL ROLE kasuwa_app')
        await client.query("SELECT set_config('kasuwa.tenant', $1, true)", [tenant])
        if (tenant === 't1') await client.query("INSERT INTO hq.shelf VALUES ('t1', 'a')")
        const found = await client.query('SELECT * FROM hq.shelf')
        await client.query('COMMIT')
        return found.rows.length
      }
      expect([await seen('t1'), await seen('t2')]).toEqual([1, 0])
      await client.query('SET ROLE kasuwa_app')
      await expect(client.query(`DELETE FROM hq.shelf`)).rejects.toThrow(/permission denied/)
      await expect(client.query(`CALL hq.protect('store', 'delete')`)).rejects.toThrow(/permission denied/)
    } finally {
      await client.end()
      await other.drop()
      rmSync(dir, { recursive: true })
    }
  })

  it('keeps in the inbox exactly the kinds that the console knows', async () => {
    const { rows } = await owner.query<{ check: string }>(
      `SELECT pg_get_constraintdef(oid) AS check FROM pg_constraint WHERE conname = 'inbox_kind_check'`,
    )
    const kinds = [...(rows[0]?.check ?? '').matchAll(/'(\w+)'::text/g)].map(([, kind]) => kind)
    expect(kinds.toSorted()).toEqual([...EXCEPTION_KINDS].toSorted())
  })

  it('of a newer program is left alone, with a sentence', async () => {
    await owner.query(`INSERT INTO hq.migration (version, name) VALUES (9999, 'later')`)
    await expect(migrate(fresh.url)).rejects.toThrow(NewerDatabase)
    await expect(migrate(fresh.url)).rejects.toThrow(/newer head office.*Nothing was changed/)
    await owner.query('DELETE FROM hq.migration WHERE version = 9999')
  })
})
