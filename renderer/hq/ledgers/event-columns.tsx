import { useTranslation } from 'react-i18next'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { kindIcon, useKindText } from '../../ui/kinds.ts'
import type { RowOf } from '../api/use-pages.ts'
import { useWords } from '../frame/use-words.ts'
import type { RowColumn } from '../frame/virtual-table.tsx'

export type EventRow = RowOf<'events.list'>

export const placeOf = (row: Pick<EventRow, 'device' | 'epoch' | 'seq'>): string =>
  `${row.device}.${row.epoch}.${row.seq}`

const OUTCOME_TONE: Record<EventRow['outcome'], Tone> = {
  posted: 'neutral',
  repeated: 'neutral',
  quarantined: 'amber',
  withheld: 'amber',
}

/** "Sale", with what became of it where that is out of the ordinary. */
export function WhatItIs({ row, href }: { row: EventRow; href: string }) {
  const { t, recent } = useWords()
  const kindText = useKindText()
  return (
    <a
      href={href}
      data-entry={placeOf(row)}
      className="flex min-h-12 items-center gap-3 outline-offset-[-2px]"
    >
      <Icon of={kindIcon(row.kind)} className="shrink-0 text-ink-faint" />
      <span className="min-w-0">
        <span className="flex min-w-0 items-center gap-2">
          <span className="one-line font-medium">{kindText(row.kind)}</span>
          {row.outcome !== 'posted' && (
            <Badge tone={OUTCOME_TONE[row.outcome]}>{t(`ledgers.outcome_word.${row.outcome}`)}</Badge>
          )}
        </span>
        <span className="one-line block text-13 text-ink-soft min-[761px]:hidden">
          {recent(row.received_at)}, <bdi>{row.customer_name || row.till}</bdi>
        </span>
        {row.receipt !== '' && (
          <span className="one-line block text-13 text-ink-soft max-[760px]:hidden">
            {t('ledgers.receipt', { receipt: row.receipt })}
          </span>
        )}
      </span>
    </a>
  )
}

/** Points and money at the end of a row. */
function Moved({ row }: { row: EventRow }) {
  const points = row.points === null || row.points === 0 ? '' : pointsText(row.points, true)
  return <span className={classNames(row.outcome === 'posted' && 'font-medium')}>{points}</span>
}

/** "+125 points", empty where an entry moves none. */
export function useMovedText(): (row: Pick<EventRow, 'points'>) => string {
  const { t } = useTranslation('common')
  return ({ points }) =>
    points === null || points === 0
      ? ''
      : t('points', { count: Math.abs(points), shown: pointsText(points, true) })
}

/** The columns of every list of entries; a phone sees what and how much. */
export function useEventColumns(hrefOf: (row: EventRow) => string): readonly RowColumn<EventRow>[] {
  const { t, seconds, recent, now } = useWords()
  const DAY_MS = 86_400_000
  return [
    {
      key: 'when',
      head: t('ledgers.col_when'),
      className: 'w-28 max-[760px]:hidden',
      cell: (row) =>
        now - row.received_at < DAY_MS / 2 ? seconds(row.received_at) : recent(row.received_at),
    },
    {
      key: 'what',
      head: t('ledgers.col_what'),
      cell: (row) => <WhatItIs row={row} href={hrefOf(row)} />,
    },
    {
      key: 'customer',
      head: t('ledgers.col_customer'),
      className: 'w-[19%] max-[760px]:hidden',
      cell: (row) => <bdi>{row.customer_name}</bdi>,
    },
    {
      key: 'till',
      head: t('ledgers.col_till'),
      className: 'w-[19%] max-[760px]:hidden',
      cell: (row) => (
        <>
          <bdi>{row.till}</bdi>
          <span className="one-line block text-13 text-ink-faint">
            <bdi>{row.store_name}</bdi>
          </span>
        </>
      ),
    },
    {
      key: 'points',
      head: t('ledgers.col_points'),
      className: 'w-22 text-right',
      cell: (row) => <Moved row={row} />,
    },
    {
      key: 'amount',
      head: t('ledgers.col_amount'),
      className: 'w-28 text-right max-[760px]:w-24',
      cell: (row) => (row.amount_kobo === null ? '' : nairaText(row.amount_kobo)),
    },
  ]
}
