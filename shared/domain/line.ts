import type { Line, LineChange, Posting } from './account.ts'

/** The id of the line that books what lapsed of a lot. */
export const expireLineId = (lot: string): string => `x:${lot}`

/** The expire line of a lot that lapsed again, after points had come back to it: one line, one sum. */
export function joinLine(standing: Line | undefined, added: Line): Line {
  if (!standing) return added
  return { ...standing, points: standing.points + added.points, reversed: standing.reversed + added.reversed }
}

/** A standing line after a later posting changed it. */
export function changeLine(line: Line, change: LineChange): Line {
  return {
    ...line,
    points: line.points + (change.pointsBy ?? 0),
    reversed: line.reversed + change.reversedBy,
    slices: change.slices ?? [...line.slices, ...change.slicesAdded],
  }
}

/** Two changes of one line as one. */
export function joinChanges(first: LineChange, second: LineChange): LineChange {
  const slices = second.slices ?? (first.slices ? [...first.slices, ...second.slicesAdded] : undefined)
  const pointsBy = (first.pointsBy ?? 0) + (second.pointsBy ?? 0)
  return {
    event: first.event,
    reversedBy: first.reversedBy + second.reversedBy,
    slicesAdded: slices ? [] : [...first.slicesAdded, ...second.slicesAdded],
    ...(pointsBy === 0 ? {} : { pointsBy }),
    ...(slices ? { slices } : {}),
  }
}

/** The lines `post` must be given for a posting; `find` knows the lines of this account by event. */
export function linesFor(posting: Posting, find: (event: string) => Line | undefined): readonly Line[] {
  if (posting.kind !== 'reverse') return []
  const found = new Map<string, Line>()
  for (const target of posting.targets) {
    const line = find(target.event)
    if (!line) continue
    found.set(line.event, line)
    const lapsed = line.lot === null ? undefined : find(expireLineId(line.lot))
    if (lapsed) found.set(lapsed.event, lapsed)
  }
  return [...found.values()]
}
