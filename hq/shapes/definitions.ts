import { createHash } from 'node:crypto'
import { SHAPE_TABLES, SHAPES, type ShapeName } from '../../shared/sync/rows.ts'
import type { RowFilter } from './feed.ts'

/** What a caller follows: decided by head office alone, from who asks. */
export interface ShapeDefinition {
  readonly tenant: string
  readonly schema: string
  readonly table: string
  readonly columns: readonly ShapeColumn[]
  readonly where: RowFilter
  readonly replica: Replica
}

/** `full`: an update carries the whole row and the old values, a delete the whole row. */
type Replica = 'default' | 'full'

export interface ShapeColumn {
  readonly name: string
  /** Postgres's short name: int8, text. */
  readonly type: string
  readonly dims?: number
  readonly notNull: boolean
  /** Its place in the primary key, from 0. */
  readonly key: number | null
}

/** Who asks, as the device token and the database say. */
export interface ShapeCaller {
  readonly tenant: string
  readonly store: string
  /** The till itself; of a package every till of the store. */
  readonly devices: readonly string[]
  /** A revoked till may still send what it has; it receives nothing. */
  readonly may: 'all' | 'push'
  /** Of the tenant: accounts go to all its tills, or to those of the stores where the customer was seen. */
  readonly accountScope: 'tenant' | 'store'
}

/** The schema of head office's tables, in Postgres and in the keys of the messages. */
const SCHEMA = 'hq'
/** Where a row is for every store. */
const EVERYWHERE = '*'

const KEYS: Record<ShapeName, readonly string[]> = {
  deny: ['tenant_id', 'customer'],
  policy: ['tenant_id', 'store', 'key'],
  grant: ['tenant_id', 'device', 'id'],
  program: ['tenant_id', 'id'],
  account: ['tenant_id', 'scope', 'customer', 'program'],
  customer: ['tenant_id', 'id'],
}

/** Columns that are not text; a test holds this against the database. */
const TYPES: Readonly<Record<string, string>> = {
  hq_epoch: 'int4',
  version: 'int8',
  since: 'int8',
  points: 'int8',
  fn: 'int4',
  generation: 'int4',
  consent_at: 'int8',
  joined: 'int8',
  sale_count: 'int4',
  spend_kobo: 'int8',
  last_sale: 'int8',
}
const NULLABLE: readonly string[] = ['merged_into', 'phone', 'email', 'card', 'consent_at', 'last_sale']

function columnsOf(shape: ShapeName): readonly ShapeColumn[] {
  return SHAPE_TABLES[shape].columns.map((name) => {
    const key = KEYS[shape].indexOf(name)
    return {
      name,
      type: TYPES[name] ?? 'text',
      notNull: !NULLABLE.includes(name),
      key: key < 0 ? null : key,
    }
  })
}

function filterOf(shape: ShapeName, caller: ShapeCaller): RowFilter {
  const mine = { tenant_id: [caller.tenant] }
  if (shape === 'account') {
    return { ...mine, scope: [caller.accountScope === 'store' ? caller.store : EVERYWHERE] }
  }
  if (shape === 'grant') return { ...mine, device: caller.devices }
  return shape === 'policy' ? { ...mine, store: [EVERYWHERE, caller.store] } : mine
}

/** The shape of that table for this caller; undefined: no table of ours. A name in quotes is the same name. */
export function definitionFor(caller: ShapeCaller, table: string): ShapeDefinition | undefined {
  const shape = SHAPES.find((one) =>
    [SHAPE_TABLES[one].table, `${SCHEMA}.${SHAPE_TABLES[one].table}`].includes(table),
  )
  if (shape === undefined) return undefined
  return {
    tenant: caller.tenant,
    schema: SCHEMA,
    table: SHAPE_TABLES[shape].table,
    columns: columnsOf(shape),
    where: filterOf(shape, caller),
    replica: 'full',
  }
}

const HASH_CHARS = 16

/** Another one when anything of the definition is another: whose rows, which, which columns of which types, which form. */
export function definitionHash(definition: ShapeDefinition): string {
  const { tenant, schema, table, columns, where, replica } = definition
  const filter = Object.entries(where).map(([column, values]) => [column, [...values].sort()])
  const text = JSON.stringify([tenant, schema, table, columns, filter.sort(), replica])
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS)
}

/** The header by which a client reads the values. */
export function schemaHeader(definition: ShapeDefinition): string {
  const entries = definition.columns.map(({ name, type, dims, notNull, key }) => [
    name,
    {
      type,
      ...(dims === undefined ? {} : { dims }),
      ...(notNull ? { not_null: true } : {}),
      ...(key === null ? {} : { pk_index: key }),
    },
  ])
  return JSON.stringify(Object.fromEntries(entries))
}
