import { LIMITS } from '../../../shared/base/limits.ts'
import { momentText } from '../../ui/dates.ts'
import { pointsText } from '../../ui/figures.tsx'
import type { Words } from '../words.ts'
import type { Status } from './shell.ts'

export type Health = NonNullable<Status['health']>

/** That the clock of this computer is wrong; null: it is right. */
export function clockOff(health: Health, t: Words['t']): string | null {
  const skewMs = Math.abs(health.clock_skew_ms)
  if (skewMs <= LIMITS.clockSkewShownMs) return null
  return t('strip.clock_off', { minutes: pointsText(Math.round(skewMs / 60_000)) })
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
  const clock = clockOff(health, t)
  const office = [
    nowDone(health, t),
    health.waiting > 0 ? `${waits(health, t)}.` : '',
    oldest === null ? '' : t('strip.oldest', { moment: moment(oldest) }),
    contact === null ? t('strip.no_contact') : t('strip.last_contact', { moment: moment(contact) }),
    quarantined === 0 ? '' : t('strip.held', { count: quarantined, shown: pointsText(quarantined) }),
  ]
  return [
    ...(health.connected_to_hq ? office : [t('strip.alone_more')]),
    clock === null ? t('strip.clock_right') : `${clock}. ${t('strip.clock_off_more')}`,
  ].filter((sentence) => sentence !== '')
}
