import { LockKeyhole } from 'lucide-react'
import { LIMITS } from '../../../shared/base/limits.ts'
import { AppearanceButton } from '../../ui/appearance-button.tsx'
import { Badge } from '../../ui/badge.tsx'
import { timeText } from '../../ui/dates.ts'
import { Icon } from '../../ui/icon.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { Words } from '../words.ts'
import { useWords } from '../words.ts'
import { Sending } from './sending.tsx'
import { clockOff } from './sending-words.ts'
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
      <Sending status={status} words={words} />
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

function Attention({ status, words: { t } }: { status: Status; words: Words }) {
  const health = status.health
  if (!health) return null
  if (health.disk_free_bytes !== null && health.disk_free_bytes < LIMITS.diskLowBytes) {
    return <Badge tone="amber">{t('strip.disk_low')}</Badge>
  }
  if (health.clock_confirmed_until === null || health.clock_confirmed_until < status.now.trusted) {
    return <Badge tone="amber">{t('strip.confirm_date')}</Badge>
  }
  const off = clockOff(health, t)
  if (off !== null) return <Badge tone="amber">{off}</Badge>
  return null
}

function ShopClock({ zone, language }: { zone: string; language: string }) {
  const now = useShopClock()
  return (
    <time className="w-12 text-center text-15 font-medium text-ink">{timeText(now, language, zone)}</time>
  )
}
