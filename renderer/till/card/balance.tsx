import { momentText, recentText } from '../../ui/dates.ts'
import { Points, pointsText } from '../../ui/figures.tsx'
import type { CustomerLine } from '../flow/find.ts'
import type { Card } from '../flow/flow.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'

/**
 * What the customer has, as large as it matters; words where it is not known. The lines under it say how far the figure
 * can be trusted, in a place that is there before they come.
 */
export function Balance({
  line,
  card,
  status,
}: {
  line: CustomerLine | null
  card: Card | null
  status: Status
}) {
  const { t, naira } = useWords()
  const points = card?.account.balance ?? line?.points ?? 0
  const known = card?.account.known ?? line?.known ?? true
  return (
    <div>
      <p className="flex items-baseline gap-2">
        <span className="sr-only">{t('card.balance')}</span>
        {known ? (
          <>
            <span className="text-48 font-semibold text-ink">
              <Points value={points} />
            </span>
            <span className="text-18 text-ink-soft">{t('card.points_word', { count: points })}</span>
            <span className="flex-1" />
            {card && (
              <span className="text-18 font-medium text-ink">
                {t('card.worth', { naira: naira(card.account.worth_kobo) })}
              </span>
            )}
          </>
        ) : (
          <span className="text-24 font-semibold text-ink">
            {/* As high as a figure: nothing moves when it comes. */}
            <span aria-hidden="true" className="text-48">
              &#8203;
            </span>
            {t('card.unknown')}
          </span>
        )}
      </p>
      {status.health?.connected_to_hq && (
        <p className="min-h-10 text-13 text-ink-soft">
          {card && <Trust account={card.account} status={status} />}
        </p>
      )}
    </div>
  )
}

/** From when the figure is, what of it is on its way, and what is not counted yet. */
function Trust({ account, status }: { account: Card['account']; status: Status }) {
  const { t, language } = useWords()
  const { known, as_of, unconfirmed, waiting } = account
  const zone = timeZoneOf(status)
  const counted = (points: number) => ({ count: points, shown: pointsText(points) })
  const parts = [
    known ? '' : t('card.unknown_what'),
    unconfirmed > 0 ? t(known ? 'card.unsent' : 'card.unsent_unknown', counted(unconfirmed)) : '',
    unconfirmed < 0 ? t('card.unsent_used', counted(-unconfirmed)) : '',
    waiting > 0 ? t('card.waiting', counted(waiting)) : '',
  ].filter((part) => part !== '')
  return (
    <>
      {known && (
        <span title={momentText(as_of, language, zone)}>
          {t('card.as_of', { moment: recentText(as_of, status.now.trusted, language, zone) })}{' '}
        </span>
      )}
      {parts.join(' ')}
    </>
  )
}
