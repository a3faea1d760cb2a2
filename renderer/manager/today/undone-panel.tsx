import { ChevronRight } from 'lucide-react'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { type DayReport, listOf } from './day-figures.tsx'

/** Corrections of the day, each opening its list. */
export function UndonePanel({ report }: { report: DayReport }) {
  const { t } = useWords()
  const rows = [
    { key: 'undone', value: pointsText(report.figures.voids), kind: 'points.reversed' },
    { key: 'parts', value: nairaText(report.figures.refunded_kobo), kind: 'points.reversed' },
    { key: 'adjusted', value: pointsText(report.figures.adjusted), kind: 'points.adjusted' },
  ] as const
  return (
    <Panel title={t('today.also')} flush>
      <ul className="pb-1">
        {rows.map((row) => (
          <li key={row.key}>
            <a
              href={listOf(report.date, [row.kind])}
              className="flex min-h-12 items-center gap-3 px-4 text-15 hover:bg-hover"
            >
              <span className="flex-1">{t(`today.${row.key}`)}</span>
              <span className="font-semibold">{row.value}</span>
              <Icon of={ChevronRight} size={16} className="text-ink-faint" />
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
