import type { LucideIcon } from 'lucide-react'
import { ChevronRight, CirclePlus, HandCoins, ShoppingBag, UserPlus } from 'lucide-react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { NO_FILTER, writeFilter } from '../events/filter.ts'
import { writePlace } from '../frame/location.ts'
import { useWords } from '../frame/use-words.ts'

export type DayReport = Output<'manager.today'>

/** The address of the entries of this day and these kinds: the list behind a figure. */
export const listOf = (date: string, kinds: readonly string[], staffId: string | null = null): string =>
  writePlace({
    room: 'events',
    query: writeFilter({ ...NO_FILTER, from: date, to: date, kinds, staffId }),
  })

/** The four figures a manager asks for first. Each opens the entries it was added up from. */
export function DayFigures({ report }: { report: DayReport }) {
  const { t } = useWords()
  const { figures, date, as_of } = report
  return (
    <div className="grid grid-cols-4 gap-3 wide:gap-4">
      <FigureCard
        icon={ShoppingBag}
        label={t('today.sales')}
        value={pointsText(figures.sales_with_customer)}
        note={t('today.sales_of', { all: pointsText(figures.sales), amount: nairaText(figures.gross_kobo) })}
        asOf={as_of}
        href={listOf(date, ['sale.recorded'])}
      />
      <FigureCard
        icon={CirclePlus}
        label={t('today.given')}
        value={pointsText(figures.earned)}
        note={t('today.given_note_plain', { sales: pointsText(figures.sales_with_customer) })}
        asOf={as_of}
        href={listOf(date, ['points.earned'])}
      />
      <FigureCard
        icon={HandCoins}
        label={t('today.used')}
        value={pointsText(figures.redeemed)}
        note={t('today.used_note', { worth: nairaText(figures.redeemed_kobo) })}
        asOf={as_of}
        href={listOf(date, ['points.redeemed'])}
      />
      <FigureCard
        icon={UserPlus}
        label={t('today.enrolled')}
        value={pointsText(figures.enrolled)}
        note={t('today.enrolled_note', { count: figures.enrolled })}
        asOf={as_of}
        href={listOf(date, ['customer.enrolled'])}
      />
    </div>
  )
}

function FigureCard({
  icon,
  label,
  value,
  note,
  asOf,
  href,
}: {
  icon: LucideIcon
  label: string
  value: string
  note: string
  asOf: number
  href: string
}) {
  const { t, time } = useWords()
  return (
    <a
      href={href}
      title={t('today.opens')}
      className="group flex min-w-0 flex-col rounded-card border border-line bg-surface p-4 transition-colors duration-100 hover:border-line-strong hover:bg-hover"
    >
      <span className="flex items-center gap-2 text-13 font-medium text-ink-soft">
        <Icon of={icon} size={16} className="shrink-0" />
        <span className="one-line flex-1">{label}</span>
        <Icon of={ChevronRight} size={16} className="shrink-0 text-ink-faint group-hover:text-ink" />
      </span>
      <span className="mt-1 text-32 font-semibold">{value}</span>
      <span className="mt-1 min-h-10 text-13 text-ink-soft">{note}</span>
      <span className="text-13 text-ink-faint">{t('as_of', { time: time(asOf) })}</span>
    </a>
  )
}
