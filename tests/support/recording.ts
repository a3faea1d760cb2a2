import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ShapeColumn, ShapeDefinition } from '../../hq/shapes/definitions.ts'

/** Exchanges with the real Electric service (tests/fixtures/electric), and the tables they were made on. */
interface Recording {
  readonly name: string
  readonly exchanges: readonly Exchange[]
}
type Exchange =
  | { readonly kind: 'sql'; readonly at_ms: number; readonly sql: string }
  | ({ readonly kind: 'http' } & Answered)
export interface Answered {
  readonly note: string
  readonly at_ms: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string
}

export function readRecording(name: string): Recording {
  const file = path.join(import.meta.dirname, '..', 'fixtures', 'electric', `${name}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Recording
}

export const RECORDED_TENANT = 'recorded'

/** As they were when the recording began, with what a table of head office has besides. */
export const RECORDED_TABLES = `
create type mood as enum ('sad','ok','happy');
create table items(id int primary key, title text not null, done boolean not null default false, prio int8,
  price numeric, tags text[], meta jsonb, at timestamptz, ratio float8);
create table pairs(a int, b text, v text, primary key (a,b));
create table kinds(id uuid primary key, m mood, d date, t time, tstz timestamptz, ts timestamp, iv interval, by bytea,
  vc varchar(10), ch char(4), n numeric(10,2), f4 float4, i2 int2, mm mood[], ii int[][], b boolean, j json);
DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY ARRAY['items', 'pairs', 'kinds'] LOOP
    EXECUTE format('ALTER TABLE %I ADD tenant_id text NOT NULL DEFAULT ''${RECORDED_TENANT}'',
      ADD rid bigint GENERATED ALWAYS AS IDENTITY', name);
    EXECUTE format('CREATE CONSTRAINT TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON %I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hq.log_change()', name);
    EXECUTE format('GRANT SELECT ON %I TO kasuwa_app', name);
  END LOOP;
END $$;
-- The filter of recording 08, in the form that head office knows: a column that has a value.
alter table items add wanted text generated always as
  (case when prio > 100 and title <> 'hidden' then 'yes' else 'no' end) stored;
insert into items values
 (1,'one',false,10,1.50,'{a,b}','{"k":1}','2024-01-02T03:04:05.678Z',0.5),
 (2,'two',true,9007199254740993,null,null,null,null,null),
 (3,'three "q" é ☃',false,null,12345678901234567890.123,'{}','[1,null]','2000-02-29 00:00:00+02',1e300);
insert into pairs values (1,'x','p'),(2,'y/"z"',null);
insert into kinds values ('6f9619ff-8b86-d011-b42d-00c04fc964ff','ok','2024-02-29','12:34:56.789',
 '2024-01-02T03:04:05.678901Z','2024-01-02T03:04:05','1 day 02:03:04','\\xdeadbeef','vc','ch',12.3,1.25,7,'{sad,happy}',
 '{{1,2},{3,4}}',true,'{"a": [1, 2.50]}');
`

const column = (name: string, type: string, more: Partial<ShapeColumn> = {}): ShapeColumn => ({
  name,
  type,
  notNull: false,
  key: null,
  ...more,
})
const COLUMNS: Readonly<Record<string, readonly ShapeColumn[]>> = {
  items: [
    column('id', 'int4', { notNull: true, key: 0 }),
    column('title', 'text', { notNull: true }),
    column('done', 'bool', { notNull: true }),
    column('prio', 'int8'),
    column('price', 'numeric'),
    column('tags', 'text', { dims: 1 }),
    column('meta', 'jsonb'),
    column('at', 'timestamptz'),
    column('ratio', 'float8'),
  ],
  pairs: [
    column('a', 'int4', { notNull: true, key: 0 }),
    column('b', 'text', { notNull: true, key: 1 }),
    column('v', 'text'),
  ],
  kinds: [
    column('id', 'uuid', { notNull: true, key: 0 }),
    ...Object.entries({
      m: 'mood',
      d: 'date',
      t: 'time',
      tstz: 'timestamptz',
      ts: 'timestamp',
      iv: 'interval',
      by: 'bytea',
      vc: 'varchar',
      n: 'numeric',
      f4: 'float4',
      i2: 'int2',
      b: 'bool',
      j: 'json',
    }).map(([name, type]) => column(name, type)),
    column('mm', 'mood', { dims: 1 }),
    column('ii', 'int4', { dims: 2 }),
  ],
}
/** `items` through the filter of recording 08. */
export const FILTERED = 'items_wanted'

export function recordedDefinition(name: string): ShapeDefinition | undefined {
  const plain = name.replace(/^public\./, '')
  const table = plain === FILTERED ? 'items' : plain
  const columns = COLUMNS[table]
  if (columns === undefined) return undefined
  const where: Record<string, readonly string[]> = plain === FILTERED ? { wanted: ['yes'] } : {}
  return { tenant: RECORDED_TENANT, schema: 'public', table, columns, where, replica: 'full' }
}
