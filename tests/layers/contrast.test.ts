import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

/** Holds the tokens of `renderer/ui/theme.css` to WCAG 2.2: text 4.5:1 (AA), balance and amount 7:1 (AAA), edges 3:1. */

type Oklch = readonly [lightness: number, chroma: number, hue: number]
type Mode = 'light' | 'dark'

const CSS = readFileSync(path.join(import.meta.dirname, '../../renderer/ui/theme.css'), 'utf8')

function tokens(mode: Mode): ReadonlyMap<string, Oklch> {
  const found = new Map<string, Oklch>()
  for (const [, name = '', light = '', dark = ''] of CSS.matchAll(
    /--([a-z-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\);/g,
  )) {
    const [lightness = 0, chroma = 0, hue = 0] = (mode === 'light' ? light : dark).split(/[\s/]+/).map(Number)
    found.set(name, [lightness, chroma, hue])
  }
  return found
}

/** Relative luminance; the matrices are Ottosson's (OKLab, 2020), colours outside sRGB are clipped as screens do. */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (value: number): number => Math.min(1, Math.max(0, value))
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Oklch, other: Oklch): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['paper', 'surface', 'sunken', 'hover', 'brand-soft'] as const
const PAIRS: readonly (readonly [ink: string, ground: string, least: number])[] = [
  ...GROUNDS.flatMap((ground) => [['ink', ground, 7] as const, ['ink-soft', ground, 4.5] as const]),
  ...(['paper', 'surface', 'sunken'] as const).map((ground) => ['ink-faint', ground, 4.5] as const),
  ...(['surface', 'sunken', 'hover', 'brand-soft', 'paper'] as const).map(
    (ground) => ['brand-ink', ground, 4.5] as const,
  ),
  ['on-brand', 'brand', 4.5],
  ['on-brand', 'brand-hover', 4.5],
  ['on-red', 'red', 4.5],
  ['on-red', 'red-hover', 4.5],
  ['amber-ink', 'amber-soft', 4.5],
  ['amber-ink', 'surface', 4.5],
  ['red-ink', 'red-soft', 4.5],
  ['red-ink', 'surface', 4.5],
  ['red-ink', 'paper', 4.5],
  ...(['bronze', 'silver', 'gold', 'platinum'] as const).flatMap((metal) => [
    [`${metal}-ink`, `${metal}-soft`, 4.5] as const,
    [`${metal}-ink`, 'surface', 4.5] as const,
    [`${metal}-ink`, 'brand-soft', 4.5] as const,
  ]),
  ['line-strong', 'surface', 3],
  ['focus', 'surface', 3],
  ['focus', 'paper', 3],
  ['red', 'surface', 3],
]

describe.each(['light', 'dark'] as const)('the %s colours', (mode) => {
  const all = tokens(mode)
  it.each(PAIRS)('%s on %s is at least %s to 1', (ink, ground, least) => {
    const [above, below] = [all.get(ink), all.get(ground)]
    if (!above || !below) throw new Error(`theme.css has no --${above ? ground : ink}`)
    expect(contrast(above, below)).toBeGreaterThanOrEqual(least)
  })
})

it('measures what is known: black on white is 21 to 1', () => {
  expect(contrast([1, 0, 0], [0, 0, 0])).toBeCloseTo(21, 1)
})
