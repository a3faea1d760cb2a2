import { LockKeyhole } from 'lucide-react'
import { LIMITS } from '../../../shared/base/limits.ts'
import { AppearanceButton } from '../../ui/appearance-button.tsx'
import { Badge } from '../../ui/badge.tsx'
import { momentText, timeText } from '../../ui/dates.ts'
import { pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { Words } from '../words.ts'
import { useWords } from '../words.ts'
import type { Session, Status } from './shell.ts'
import { lock, timeZoneOf } from './shell.ts'
import { useShopClock } from './use-shop-clock.ts'

/** Across the top: where, who, what waits, what time. */
export function Strip({ status, session }: { status: Status; session: Session }) {
  const words = useWords()
  const { t } = words
  const store = status.store
  const role = t(`common:role.${session.staff.role}`)
  return (
    <header className="flex h-13 items-center gap-3 border-b border-line bg-surface pr-1 pl-4">
      <Mark />
      <h1 className="one-line text-15 font-normal text-ink-soft">
        <bdi className="font-semibold text-ink">{store?.store_name}</bdi>
        {store?.till_name ? (
          <>
            {', '}
            <bdi>{store.till_name}</bdi>
          </>
        ) : null}
      </h1>
      {status.demo && <Badge>{t('strip.demo')}</Badge>}
      <span className="flex-1" />
      <Attention status={status} words={words} />
      <Waiting status={status} words={words} />
      <button
        type="button"
        onClick={lock}
        title={t('strip.lock')}
        className="inline-flex min-h-12 max-w-64 items-center gap-2 rounded-card px-3 text-15 text-ink-soft hover:bg-hover"
      >
        <bdi className="one-line font-medium text-ink">{session.staff.name}</bdi>
        <span>{role}</span>
        <span className="sr-only">{t('strip.lock')}</span>
        <Icon of={LockKeyhole} size={16} />
      </button>
      <ShopClock zone={timeZoneOf(status)} language={words.language} />
      <AppearanceButton />
    </header>
  )
}

/** What waits and what is being done about it. The whole sentence is a touch or a hover away. */
function Waiting({ status, words: { t, language } }: { status: Status; words: Words }) {
  const health = status.health
  if (!health) return null
  const { doing, sentence } = health.sync
  const { waiting_sales: sales } = health
  const waits =
    sales === 0 ? t('strip.waiting_changes') : t('strip.waiting', { count: sales, shown: pointsText(sales) })
  const text = !health.connected_to_hq
    ? t('strip.alone')
    : doing === 'stopped'
      ? t('strip.stopped')
      : health.waiting === 0
        ? t(doing === 'offline' ? 'strip.offline' : 'strip.all_sent')
        : waits
  const zone = timeZoneOf(status)
  const oldest = health.oldest_waiting_at
  const contact = health.last_contact_at
  const more = [
    // What a manager has to do is said in the room of head office.
    doing === 'stopped' ? t('strip.stopped_more') : sentence,
    health.connected_to_hq && oldest !== null
      ? t('strip.oldest', { moment: momentText(oldest, language, zone) })
      : '',
    contact === null ? '' : t('strip.last_contact', { moment: momentText(contact, language, zone) }),
  ].filter((part) => part !== '')
  return (
    <span title={more.join('\n')} className="inline-flex min-w-0 items-center gap-2 text-13 text-ink-soft">
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${DOTS[dotOf(health)]}`} />
      <span className="one-line">{text}</span>
      <span className="sr-only">{more.join(' ')}</span>
    </span>
  )
}

const DOTS = { calm: 'bg-brand', waits: 'bg-amber', stopped: 'bg-red' } as const

function dotOf(health: NonNullable<Status['health']>): keyof typeof DOTS {
  if (!health.connected_to_hq) return 'calm'
  if (health.sync.doing === 'stopped') return 'stopped'
  return health.waiting > 0 || health.sync.doing === 'offline' ? 'waits' : 'calm'
}

function Attention({ status, words: { t } }: { status: Status; words: Words }) {
  const health = status.health
  if (!health) return null
  if (health.disk_free_bytes !== null && health.disk_free_bytes < LIMITS.diskLowBytes) {
    return <Badge tone="amber">{t('strip.disk_low')}</Badge>
  }
  if (health.clock_confirmed_until === null || health.clock_confirmed_until < status.now.trusted) {
    return <Badge tone="amber">{t('strip.confirm_date')}</Badge>
  }
  if (Math.abs(health.clock_skew_ms) > LIMITS.clockSkewShownMs) {
    const minutes = pointsText(Math.round(Math.abs(health.clock_skew_ms) / 60_000))
    return <Badge tone="amber">{t('strip.clock_off', { minutes })}</Badge>
  }
  return null
}

function ShopClock({ zone, language }: { zone: string; language: string }) {
  const now = useShopClock()
  return (
    <time className="w-12 text-center text-15 font-medium text-ink">{timeText(now, language, zone)}</time>
  )
}
