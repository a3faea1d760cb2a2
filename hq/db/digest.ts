import { DIGEST_BUCKETS, type DigestBucket } from '../../shared/sync/digest.ts'
import type { DigestAt } from '../shapes/feed.ts'
import type { Tx } from './database.ts'
import { filterSql, filterValues, quoted } from './row-filter.ts'

/** So many changes are taken back at most to see a list as it was. */
const TAKEN_BACK_MAX = 50_000

/**
 * Counts the rows of a list as they were behind change `at`, in one statement: those of now that have not changed since,
 * and the first image of each that has. Null: too much has changed.
 */
export async function countRows(tx: Tx, schema: string, ask: DigestAt): Promise<DigestBucket[] | null> {
  const [log] = await tx.query<{ changes: number }>(
    `SELECT count(*)::int AS changes FROM (SELECT 1 FROM hq.sync_log
       WHERE tenant_id = $1 AND name = $2 AND seq > $3 LIMIT ${TAKEN_BACK_MAX + 1}) l`,
    [ask.tenant, ask.table, ask.at],
  )
  if ((log?.changes ?? 0) > TAKEN_BACK_MAX) return null
  const values = [ask.tenant, ask.table, ...filterValues(ask.where), ask.at]
  return inOrder(await tx.query<Row>(digestSql(schema, ask), values))
}

interface Row {
  readonly bucket: number
  readonly rows: number
  readonly first: number
  readonly second: number
}

function inOrder(rows: readonly Row[]): DigestBucket[] {
  const buckets = Array.from({ length: DIGEST_BUCKETS }, (): DigestBucket => [0, 0, 0])
  for (const { bucket, rows: count, first, second } of rows) buckets[bucket] = [count, first, second]
  return buckets
}

const number = (at: number): string =>
  `sum((get_byte(h, ${at}) << 16) | (get_byte(h, ${at + 1}) << 8) | get_byte(h, ${at + 2}))::bigint`

/** $1 tenant, $2 table, then the values of the filter, then the place. */
function digestSql(schema: string, { table, keys, marks, where }: DigestAt): string {
  const name = `${quoted(schema)}.${quoted(table)}`
  const place = `$${Object.keys(where).length + 3}`
  const image = (column: string): string => `coalesce(l.before, l.after) ->> '${column}'`
  const same = keys.map((key) => `c.key_${key} = t.${quoted(key)}`).join(' AND ')
  const changed = keys.map((key) => `${image(key)} AS key_${key}`).join(', ')
  const order = keys.map(image).join(', ')
  const columns = [...marks, 'hq_epoch', 'version']
  const mark = (from: string): string =>
    columns.map((column) => `${from}.${quoted(column)}::text`).join(` || E'\\n' || `)
  return `WITH changed AS MATERIALIZED (
      SELECT DISTINCT ON (${order}) ${changed}, l.before FROM hq.sync_log l
      WHERE l.tenant_id = $1 AND l.name = $2 AND l.seq > ${place} ORDER BY ${order}, l.seq
    ), marks AS (
      SELECT ${mark('t')} AS mark FROM ${name} t WHERE NOT EXISTS (SELECT 1 FROM changed c WHERE ${same})
        ${filterSql(where)}
      UNION ALL
      SELECT ${mark('t')} FROM changed c, jsonb_populate_record(NULL::${name}, c.before) t
      WHERE c.before IS NOT NULL ${filterSql(where)}
    ), hashes AS (SELECT sha256(convert_to(mark, 'UTF8')) AS h FROM marks)
    SELECT get_byte(h, 0) % ${DIGEST_BUCKETS} AS bucket, count(*)::int AS rows,
      ${number(1)} AS first, ${number(4)} AS second FROM hashes GROUP BY 1`
}
