import { Cake, Hourglass, TriangleAlert } from 'lucide-react'
import { businessDate } from '../../../shared/base/business-date.ts'
import { Badge } from '../../ui/badge.tsx'
import { dayText } from '../../ui/dates.ts'
import { pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { isolated } from '../../ui/isolated.ts'
import type { Card } from '../flow/flow.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import type { Words } from '../words.ts'
import { useWords } from '../words.ts'

/** Birthdays are said from two weeks ahead; earlier they are a date. */
const BIRTHDAY_SOON_DAYS = 14

/** What the cashier can say: debt, points that lapse, birthday, how far to the next tier, groups, note. */
export function Facts({ card, status }: { card: Card; status: Status }) {
  const words = useWords()
  const { t } = words
  const { account } = card
  const soon = account.expiring[0]
  const year = status.now.business_date.slice(0, 4)
  const lapseDay =
    soon && dayText(soon.last_day, words.language, soon.last_day.slice(0, 4) === year ? 'short' : 'year')
  return (
    <div className="flex flex-col gap-3 short:gap-2">
      {account.denied && (
        <p className="flex items-start gap-2 rounded-card border border-red-line bg-red-soft px-3 py-2 text-15 text-red-ink">
          <Icon of={TriangleAlert} size={16} className="mt-1 shrink-0" />
          {account.known && account.debt > 0
            ? t('card.denied_debt', { count: account.debt, shown: pointsText(account.debt) })
            : t('card.denied')}
        </p>
      )}
      {account.known ? <NextTier card={card} words={words} /> : <p className="text-15">&#8203;</p>}
      {account.known && <TierWords card={card} status={status} words={words} />}
      <div className="flex min-h-6 flex-wrap gap-2">
        {account.debt > 0 && account.known && !account.denied && (
          <Badge tone="red" icon={TriangleAlert}>
            {t('card.debt', { count: account.debt, shown: pointsText(account.debt) })}
          </Badge>
        )}
        {soon && lapseDay && account.known && (
          <Badge tone="amber" icon={Hourglass}>
            {t('card.expire', { count: soon.points, shown: pointsText(soon.points), day: lapseDay })}
          </Badge>
        )}
        <Birthday card={card} words={words} />
        {card.segments.map((segment) => (
          <span key={segment.name} title={segment.reason} className="inline-flex max-w-full">
            <Badge>
              <bdi>{segment.name}</bdi>
            </Badge>
          </span>
        ))}
      </div>
      {status.health?.connected_to_hq && <UsableHere card={card} words={words} />}
      {card.note !== '' && (
        <p className="one-line text-13 text-ink-soft" title={card.note}>
          {t('card.note')}: <bdi>{card.note}</bdi>
        </p>
      )}
    </div>
  )
}

function NextTier({ card, words: { t } }: { card: Card; words: Words }) {
  const { next_tier, points_to_next_tier, tier, tier_points } = card
  if (!next_tier || points_to_next_tier === null) {
    return <p className="text-15 text-ink-soft">{t('card.top_tier')}</p>
  }
  const span = Math.max(1, next_tier.threshold - tier.threshold)
  const label = t('card.to_next', {
    count: points_to_next_tier,
    shown: pointsText(points_to_next_tier),
    tier: isolated(next_tier.name),
  })
  return (
    <div className="flex items-center gap-3">
      <progress
        aria-label={label}
        value={Math.min(span, Math.max(0, tier_points - tier.threshold))}
        max={span}
        className="h-1.5 min-w-0 flex-1 appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-brand"
      />
      <span className="shrink-0 text-15 text-ink-soft">{label}</span>
    </div>
  )
}

/** Until when a tier is kept, what it brings, and what the customer has in other programs. */
function TierWords({ card, status, words }: { card: Card; status: Status; words: Words }) {
  const { t, language, points } = words
  const { tier, tier_kept_until: until, other_programs } = card
  const name = isolated(tier.name)
  const parts = [
    until === null
      ? ''
      : t('card.tier_kept', {
          tier: name,
          day: dayText(businessDate(until - 1, timeZoneOf(status)), language, 'year'),
        }),
    tier.benefits.length === 0
      ? ''
      : t('card.tier_brings', { tier: name, benefits: tier.benefits.map(isolated).join(', ') }),
    ...other_programs.map((other) =>
      t('card.beside', { points: points(other.points), program: isolated(other.program) }),
    ),
  ].filter((part) => part !== '')
  if (parts.length === 0) return null
  const text = parts.join('. ')
  return (
    <p className="one-line text-13 text-ink-soft" title={text}>
      {text}
    </p>
  )
}

function Birthday({ card, words: { t, language } }: { card: Card; words: Words }) {
  const days = card.birthday_in_days
  if (days === null) return null
  if (days > BIRTHDAY_SOON_DAYS) {
    // A leap year, so that 29 February is a day.
    const day = dayText(`2024-${card.birth.slice(-5)}`, language, 'short')
    return <Badge icon={Cake}>{t('card.birthday', { day })}</Badge>
  }
  const text =
    days === 0
      ? t('card.birthday_today')
      : days === 1
        ? t('card.birthday_tomorrow')
        : t('card.birthday_in', { count: days })
  return (
    <Badge tone="brand" icon={Cake}>
      {text}
    </Badge>
  )
}

/** What of the points can be used while head office cannot be asked; nothing where that is all of them. */
function UsableHere({ card, words }: { card: Card; words: Words }) {
  const { known, balance, usable_here: here } = card.account
  const { t, called, points } = words
  if (known ? balance === 0 || here >= balance : here === 0) return null
  const said = { name: called(card.name), points: points(balance), count: here, here: pointsText(here) }
  return (
    <p className="text-13 text-ink-soft">{t(known ? 'card.usable_here' : 'card.usable_unknown', said)}</p>
  )
}
