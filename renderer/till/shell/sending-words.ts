import { LIMITS } from '../../../shared/base/limits.ts'
import { momentText } from '../../ui/dates.ts'
import { pointsText } from '../../ui/figures.tsx'
import { spanOf } from '../../ui/span.ts'
import type { Words } from '../words.ts'
import type { Status } from './shell.ts'

export type Health = NonNullable<Status['health']>

/** By how much the clock of this computer is wrong, and to which side; null: it is right. */
function clockSpan(
  health: Health,
  t: Words['t'],
): { readonly side: 'ahead' | 'behind'; span: string } | null {
  const skewMs = health.clock_skew_ms
  if (Math.abs(skewMs) <= LIMITS.clockSkewShownMs) return null
  const { unit, count } = spanOf(skewMs)
  const span = t(`strip.span_${unit}`, { count, shown: pointsText(count) })
  return { side: skewMs > 0 ? 'ahead' : 'behind', span }
}

/** The same in the few words that the strip has room for. */
export function clockOff(health: Health, t: Words['t']): string | null {
  const off = clockSpan(health, t)
  return off && t('strip.clock_off', { span: off.span })
}

/** What the strip itself says. */
export function inShort(health: Health, t: Words['t']): string {
  const { doing } = health.sync
  if (!health.connected_to_hq) return t('strip.alone')
  if (doing === 'stopped') return t('strip.stopped')
  if (health.waiting === 0) return t(doing === 'offline' ? 'strip.offline' : 'strip.all_sent')
  return waits(health, t)
}

const waits = ({ waiting_sales: sales }: Health, t: Words['t']): string =>
  sales === 0 ? t('strip.waiting_changes') : t('strip.waiting', { count: sales, shown: pointsText(sales) })

/**
 * What is being done. What a manager has to do is said in the room of head office; without a connection the till
 * counted when it tried last, so how many wait is said once, by the figures of now.
 */
function nowDone({ sync }: Health, t: Words['t']): string {
  if (sync.doing === 'stopped') return t('strip.stopped_more')
  return sync.doing === 'offline' ? t('strip.offline_more') : sync.sentence
}

/** What is being done, what waits and since when, the last contact, and whether the clock is right. */
export function sentences(health: Health, zone: string, { t, language }: Words): readonly string[] {
  const { oldest_waiting_at: oldest, last_contact_at: contact, quarantined } = health
  const moment = (at: number): string => momentText(at, language, zone)
  const clock = clockSpan(health, t)
  const office = [
    nowDone(health, t),
    health.waiting > 0 ? `${waits(health, t)}.` : '',
    oldest === null ? '' : t('strip.oldest', { moment: moment(oldest) }),
    contact === null ? t('strip.no_contact') : t('strip.last_contact', { moment: moment(contact) }),
    quarantined === 0 ? '' : t('strip.held', { count: quarantined, shown: pointsText(quarantined) }),
  ]
  return [
    ...(health.connected_to_hq ? office : [t('strip.alone_more')]),
    clock === null ? t('strip.clock_right') : t(`strip.clock_${clock.side}`, { span: clock.span }),
  ].filter((sentence) => sentence !== '')
}
