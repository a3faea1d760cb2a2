import type { Kobo, Points as PointsNumber } from '../../shared/base/money.ts'
import { formatNaira, groupThousands } from '../../shared/base/money.ts'

/** U+2212 for a minus, so that it is as wide as a digit and read out as one. */
const withSign = (text: string, value: number, signed: boolean): string => {
  const plain = text.replace('-', '\u2212')
  return signed && value > 0 ? `+${plain}` : plain
}

/** Kobo as "₦12,500". `signed`: a plus before what comes in. */
export function nairaText(kobo: Kobo, signed = false): string {
  return withSign(formatNaira(kobo), kobo, signed)
}

/** Points as "2,480" without the word. */
export function pointsText(points: PointsNumber, signed = false): string {
  return withSign(groupThousands(points), points, signed)
}

/** An amount of naira that never breaks over a line. */
export function Naira({ kobo, signed = false }: { kobo: Kobo; signed?: boolean }) {
  return <span className="whitespace-nowrap">{nairaText(kobo, signed)}</span>
}

/** A number of points that never breaks over a line; the word stands beside it, from the translations. */
export function Points({ value, signed = false }: { value: PointsNumber; signed?: boolean }) {
  return <span className="whitespace-nowrap">{pointsText(value, signed)}</span>
}
