import type { ShapeDefinition } from './definitions.ts'
import type { Change, TextValues } from './feed.ts'

/** What stands in the body of an answer: one JSON object each, values as Postgres text. */

type Row = Readonly<Record<string, string | null>>

export interface ChangeMessage {
  readonly key: string
  readonly value: Row
  readonly old_value?: Row
  readonly headers: ChangeHeaders
}

interface ChangeHeaders {
  readonly operation: Operation
  readonly relation: readonly [string, string]
  readonly lsn?: string
  readonly op_position?: number
  readonly txids?: readonly number[]
  readonly last?: true
  readonly key_change_to?: string
  readonly key_change_from?: string
}
type Operation = 'insert' | 'update' | 'delete'

export const MUST_REFETCH = '[{"headers":{"control":"must-refetch"}}]'

/** Always the last message. Numbers of the log are decimal: a client reads them as integers. */
export const upToDate = (head: number): object => ({
  headers: { control: 'up-to-date', global_last_seen_lsn: String(head) },
})

/** The names a change is read by: the columns of the shape, then those that only the filter looks at. */
export function columnsToRead(definition: ShapeDefinition): readonly string[] {
  const names = definition.columns.map(({ name }) => name)
  return [...names, ...Object.keys(definition.where).filter((name) => !names.includes(name))]
}

interface MessageMaker {
  /** JSON of a row of the snapshot: neither number nor transaction. */
  row(values: TextValues): string
  /**
   * What a change of the log is in this shape: nothing, one message, or two where the key changed. A row that comes to
   * satisfy the filter is an insert, one that ceases to is a delete.
   */
  change(change: Change): readonly ChangeMessage[]
}

/** `values` and images hold `columnsToRead(definition)`. */
export function messageMaker(definition: ShapeDefinition): MessageMaker {
  const { schema, table, columns, replica } = definition
  const relation = [schema, table] as const
  const names = columns.map(({ name }) => name)
  const read = columnsToRead(definition)
  const keyed = columns
    .flatMap(({ key }, i) => (key === null ? [] : [{ i, key }]))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)
  const prefix = `${quoted(schema)}.${quoted(table)}`
  const filter = Object.entries(definition.where).map(([name, values]) => ({ i: read.indexOf(name), values }))

  const keyOf = (values: TextValues): string => prefix + keyed.map((i) => keyPart(values[i] ?? null)).join('')
  const passes = (values: TextValues | null): values is TextValues =>
    values !== null &&
    filter.every(({ i, values: allowed }) => {
      const value = values[i]
      return typeof value === 'string' && allowed.includes(value)
    })
  const pick = (values: TextValues, wanted: (i: number) => boolean): Row => {
    const row: Record<string, string | null> = {}
    for (const [i, name] of names.entries()) if (wanted(i)) row[name] = values[i] ?? null
    return row
  }
  const all = (): boolean => true
  /** What stands before the value of each column, and behind the last one. */
  const before = names.map((name, i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`)
  const behind = `,"headers":${JSON.stringify({ operation: 'insert', relation })}}`
  const gone = (values: TextValues): Row => pick(values, replica === 'full' ? all : (i) => keyed.includes(i))

  return {
    row(values) {
      // Put together here and not by way of an object: a first load is a million of these.
      let value = ''
      for (let i = 0; i < before.length; i += 1) value += before[i] + JSON.stringify(values[i] ?? null)
      return `{"key":${JSON.stringify(keyOf(values))},"value":{${value}}${behind}`
    },
    change({ seq, txid, before: was, after }) {
      const old = passes(was) ? was : null
      const now = passes(after) ? after : null
      const headers = (operation: Operation, op_position = 0): ChangeHeaders => ({
        operation,
        relation,
        lsn: String(seq),
        op_position,
        txids: [Number(txid)],
      })
      if (old === null && now === null) return []
      if (now === null) {
        const values = old ?? []
        return [{ key: keyOf(values), value: gone(values), headers: headers('delete') }]
      }
      if (old === null) return [{ key: keyOf(now), value: pick(now, all), headers: headers('insert') }]
      const [from, to] = [keyOf(old), keyOf(now)]
      if (from !== to) {
        return [
          { key: from, value: gone(old), headers: { ...headers('delete'), key_change_to: to } },
          { key: to, value: pick(now, all), headers: { ...headers('insert', 1), key_change_from: from } },
        ]
      }
      const changed = (i: number): boolean => old[i] !== now[i]
      if (!names.some((_, i) => changed(i))) return []
      if (replica === 'full') {
        return [{ key: to, value: pick(now, all), old_value: pick(old, changed), headers: headers('update') }]
      }
      return [
        {
          key: to,
          value: pick(now, (i) => keyed.includes(i) || changed(i)),
          headers: headers('update'),
        },
      ]
    },
  }
}

/** The same message as the last one of its transaction in this shape. */
export const asLast = (message: ChangeMessage): ChangeMessage => ({
  ...message,
  headers: { ...message.headers, last: true },
})

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** A slash divides, so a slash inside is doubled; a null stands as an underscore without quotes. */
const keyPart = (value: string | null): string =>
  value === null ? '/_' : `/"${value.replaceAll('/', '//')}"`
