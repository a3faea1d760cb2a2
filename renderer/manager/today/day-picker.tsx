import { ChevronLeft, ChevronRight } from 'lucide-react'
import { addDays } from '../../../shared/base/business-date.ts'
import { IconButton } from '../../ui/button.tsx'
import { DayField } from '../../ui/day-field.tsx'
import { useWords } from '../frame/use-words.ts'

/** A day on which something may have happened: today or before. */
export function DayPicker({
  date,
  today,
  onDay,
}: {
  date: string
  today: string
  onDay: (day: string) => void
}) {
  const { t } = useWords()
  return (
    <div className="flex items-center gap-1">
      <IconButton icon={ChevronLeft} label={t('today.day_before')} onClick={() => onDay(addDays(date, -1))} />
      <DayField
        hideLabel
        label={t('today.day')}
        empty={t('today.day')}
        className="w-40"
        day={date}
        max={today}
        onDay={(day) => {
          if (day !== null) onDay(day)
        }}
      />
      <IconButton
        icon={ChevronRight}
        label={t('today.day_after')}
        disabled={date >= today}
        onClick={() => onDay(addDays(date, 1))}
      />
    </div>
  )
}
