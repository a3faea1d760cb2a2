import { Badge } from '../../ui/badge.tsx'
import { recentText } from '../../ui/dates.ts'
import { Naira, Points, pointsText } from '../../ui/figures.tsx'
import type { Card } from '../flow/flow.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'

const VISITS_SHOWN = 5

/** The last purchases; on a low screen the last two. */
export function Visits({ card, status }: { card: Card; status: Status }) {
  const { t, language, naira } = useWords()
  const zone = timeZoneOf(status)
  const { visits } = card
  if (visits.last.length === 0) {
    return (
      <div className="rounded-card bg-sunken px-4 py-3">
        <p className="text-15 font-medium">{t('card.visits_none')}</p>
        <p className="text-13 text-ink-soft">{t('card.visits_none_hint')}</p>
      </div>
    )
  }
  return (
    <div className="min-w-0">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="text-13 font-medium text-ink-soft">{t('card.visits')}</h3>
        <span className="text-13 text-ink-soft">
          {t('card.visits_all', {
            count: visits.count,
            shown: pointsText(visits.count),
            naira: naira(visits.spend_kobo),
          })}
        </span>
      </div>
      <ul className="mt-1 divide-y divide-line">
        {visits.last.slice(0, VISITS_SHOWN).map((sale) => (
          <li
            key={sale.sale_id}
            className="flex h-9 items-center gap-3 text-15 short:h-7 short:nth-[n+3]:hidden"
          >
            <span className="w-24 shrink-0 text-ink-soft">
              {recentText(sale.at, status.now.trusted, language, zone)}
            </span>
            <span className={sale.state === 'void' ? 'text-ink-faint line-through' : 'font-medium'}>
              <Naira kobo={sale.gross_kobo} />
            </span>
            <span className="one-line flex-1 text-13 text-ink-faint">{sale.receipt}</span>
            {sale.state === 'void' ? (
              <Badge tone="red">{t('card.undone')}</Badge>
            ) : (
              <span className="shrink-0 text-ink-soft">
                {sale.redeemed > 0 && (
                  <span className="mr-3">
                    <Points value={-sale.redeemed} signed />
                  </span>
                )}
                <Points value={sale.earned} signed />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
