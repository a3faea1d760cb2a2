/** Everything a page holds beyond its last row is behind this text. */
export const writeCursor = (values: readonly (string | number)[]): string =>
  encodeURIComponent(JSON.stringify(values))

/** The values of a cursor of `count` parts; null when it is none of ours, which then means the beginning. */
export function readCursor(
  cursor: string | undefined,
  kinds: readonly ('text' | 'number')[],
): readonly (string | number)[] | null {
  if (!cursor) return null
  let values: unknown
  try {
    values = JSON.parse(decodeURIComponent(cursor))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return null
    throw error
  }
  if (!Array.isArray(values) || values.length !== kinds.length) return null
  const good = kinds.every((kind, at) => {
    const value: unknown = values[at]
    return kind === 'number'
      ? Number.isSafeInteger(value)
      : typeof value === 'string' && !value.includes('\u0000')
  })
  return good ? (values as readonly (string | number)[]) : null
}
