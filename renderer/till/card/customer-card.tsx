import { CreditCard, Diff, History, Pencil } from 'lucide-react'
import { businessDate } from '../../../shared/base/business-date.ts'
import { TierBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { dayText } from '../../ui/dates.ts'
import { Name } from '../../ui/name.tsx'
import { Skeleton, SkeletonLines } from '../../ui/skeleton.tsx'
import { openAdjust } from '../adjust/adjust.ts'
import { openEdit } from '../enrol/enrol.ts'
import type { CustomerLine } from '../flow/find.ts'
import type { Card } from '../flow/flow.ts'
import { showMiddle } from '../flow/store.ts'
import { openMemberCard } from '../receipt/member-card.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { Balance } from './balance.tsx'
import { ConsentLine } from './consent-line.tsx'
import { Facts } from './facts.tsx'
import { Visits } from './visits.tsx'

/**
 * Who stands at the till. The list's line is shown at once; the rest comes with the card a moment later, into
 * places that are there already.
 */
export function CustomerCard({
  line,
  card,
  status,
}: {
  line: CustomerLine | null
  card: Card | null
  status: Status
}) {
  const { t, language } = useWords()
  const name = card?.name ?? line?.name ?? ''
  const identity = card ? card.phone || card.card || card.email : line?.phone || line?.card || line?.email
  const tier = card ? (card.account.known ? card.tier.name : '') : (line?.tier ?? '')
  return (
    <>
      <div className="scroll-quiet flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-5 short:gap-2 short:px-4 short:py-3">
        <header className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <h2 className="text-24 font-semibold short:text-18">
              {card || line ? <Name of={name || t('find.no_name')} /> : <Skeleton className="my-2 w-40" />}
            </h2>
            <p className="one-line text-18 text-ink-soft short:text-15">
              <bdi>{identity}</bdi>
              {card && (
                <span className="text-15 text-ink-faint">
                  {' · '}
                  {t('card.joined', {
                    day: dayText(businessDate(card.joined_at, timeZoneOf(status)), language, 'year'),
                  })}
                </span>
              )}
            </p>
          </div>
          {tier !== '' && <TierBadge name={tier} large />}
        </header>

        <Balance line={line} card={card} status={status} />

        {card ? (
          <>
            <Facts card={card} status={status} />
            <Visits card={card} status={status} />
            <ConsentLine card={card} status={status} />
          </>
        ) : (
          <SkeletonLines lines={5} />
        )}
      </div>
      <footer className="flex shrink-0 flex-wrap gap-1 border-t border-line p-2 short:py-1 [&>button]:px-2.5">
        <Button look="quiet" icon={Pencil} disabled={!card} onClick={() => card && openEdit(card)}>
          {t('card.edit')}
        </Button>
        <Button look="quiet" icon={History} disabled={!card} onClick={() => showMiddle('history')}>
          {t('card.history')}
        </Button>
        <Button look="quiet" icon={Diff} disabled={!card} onClick={() => card && openAdjust(card)}>
          {t('card.adjust')}
        </Button>
        <Button
          look="quiet"
          icon={CreditCard}
          disabled={!card}
          onClick={() => card && void openMemberCard(card.id)}
        >
          {t('card.member')}
        </Button>
      </footer>
    </>
  )
}
