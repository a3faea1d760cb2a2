/** One measured figure beside the raw limit of the same machine in the same run. */
export interface Figure {
  /** Stable name for programs: "look-up.exact.p99". */
  readonly id: string
  readonly what: string
  readonly unit: 'us' | 'ms' | 's' | 'rows/s' | 'MB' | 'bytes'
  readonly value: number
  /** The raw limit in the same unit; null where there is nothing to hold it against. */
  readonly raw: number | null
  readonly rawIs: string
  readonly target: Target | null
  /** Said when the target is missed: what ours does that the raw limit does not. */
  readonly because?: string
}

type Target =
  /** At most (for rates: at least one part in) so many times the raw limit. */
  { readonly times: number } | { readonly atMost: number } | { readonly atLeast: number }

interface Judged extends Figure {
  /** How many times worse than the raw limit; below 1 is better. */
  readonly ratio: number | null
  readonly met: boolean | null
}

export function judge(figure: Figure): Judged {
  const { value, raw, target, unit } = figure
  const ratio = raw === null ? null : unit === 'rows/s' ? raw / value : value / raw
  if (target === null) return { ...figure, ratio, met: null }
  if ('times' in target) return { ...figure, ratio, met: ratio !== null && ratio <= target.times }
  return { ...figure, ratio, met: 'atMost' in target ? value <= target.atMost : value >= target.atLeast }
}

/** "missed by 1.3x, because ..."; "met"; or nothing where there is no target. */
export function verdict(one: Judged): string {
  if (one.met === null || one.target === null) return ''
  if (one.met) return 'met'
  const { target, value, ratio } = one
  const by =
    'times' in target
      ? (ratio ?? Number.NaN) / target.times
      : 'atMost' in target
        ? value / target.atMost
        : target.atLeast / value
  return `missed by ${by.toFixed(2)}x${one.because ? `, because ${one.because}` : ''}`
}

function targetText(target: Target | null, unit: Figure['unit']): string {
  if (target === null) return ''
  if ('times' in target) return `<= ${target.times}x raw`
  return 'atMost' in target ? `<= ${shown(target.atMost, unit)}` : `>= ${shown(target.atLeast, unit)}`
}

function shown(value: number, unit: Figure['unit']): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit === 'us' ? 'µs' : unit}`
}

/** The table for a person. */
export function table(figures: readonly Judged[]): string {
  const head = ['what', 'ours', 'raw', 'ratio', 'target', '', 'raw is']
  const rows = figures.map((one) => [
    one.what,
    shown(one.value, one.unit),
    one.raw === null ? '' : shown(one.raw, one.unit),
    one.ratio === null ? '' : `${one.ratio.toFixed(2)}x`,
    targetText(one.target, one.unit),
    verdict(one),
    one.rawIs,
  ])
  return columns(head, rows, (i) => i === 0 || i > 3)
}

export interface PeerFigure {
  readonly store: string
  readonly what: string
  /** Microseconds. */
  readonly p50: number
  readonly p99: number
  readonly times: number
  readonly note: string
}

export function peerTable(peers: readonly PeerFigure[]): string {
  const rows = peers.map((one) => [
    one.what,
    one.store,
    shown(one.p50, 'us'),
    shown(one.p99, 'us'),
    `${one.times.toFixed(2)}x`,
    one.note,
  ])
  return columns(['what', 'store', 'p50', 'p99', 'p50 to ours', ''], rows, (i) => i < 2 || i === 5)
}

function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isText: (column: number) => boolean,
): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
