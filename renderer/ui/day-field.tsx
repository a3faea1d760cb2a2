import { CalendarDays } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isDate } from '../../shared/base/business-date.ts'
import { classNames } from './class-names.ts'
import { dayText } from './dates.ts'
import { FieldFrame } from './field.tsx'
import { Icon } from './icon.tsx'

/** A year being typed passes through 0002, 0020, 0202; no entry is older than this. */
const FIRST_DAY = '2000-01-01'

/**
 * A day of the calendar. At rest it stands in words, because 11/12 is another day to another reader; while it is
 * edited the browser's own field shows, with its picker and its keys. `onDay` gets null for an emptied field.
 */
export function DayField({
  label,
  hideLabel = false,
  empty,
  day,
  min = FIRST_DAY,
  max,
  problem,
  className,
  onDay,
}: {
  label: string
  hideLabel?: boolean
  /** What stands there while no day is chosen. */
  empty: string
  day: string | null
  min?: string | undefined
  max?: string | undefined
  problem?: string | undefined
  className?: string
  onDay: (day: string | null) => void
}) {
  const id = useId()
  const { language } = useTranslation().i18n
  const [editing, setEditing] = useState(false)
  const box = (
    <div className="relative">
      <input
        id={id}
        type="date"
        aria-label={hideLabel ? label : undefined}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-note` : undefined}
        value={day ?? ''}
        min={min}
        max={max}
        onFocus={() => setEditing(true)}
        onBlur={() => setEditing(false)}
        onClick={(event) => {
          // Anywhere in the field opens the picker, not only its small drawing.
          if ('showPicker' in event.currentTarget) event.currentTarget.showPicker()
        }}
        onChange={(event) => {
          const text = event.target.value
          if (text === '') onDay(null)
          else if (isDate(text) && text >= min && (max === undefined || text <= max)) onDay(text)
        }}
        className={classNames(
          'min-h-12 w-full rounded-card border bg-surface px-3 text-15 text-ink',
          problem ? 'border-red' : 'border-line-strong hover:border-ink-faint',
        )}
      />
      {!editing && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute inset-px flex items-center justify-between gap-2 rounded-card bg-surface px-3 text-15"
        >
          <span className={classNames('one-line', day === null && 'text-ink-faint')}>
            {day === null ? empty : dayText(day, language, 'year')}
          </span>
          <Icon of={CalendarDays} size={16} className="shrink-0 text-ink-soft" />
        </span>
      )}
    </div>
  )
  if (hideLabel) return <div className={className}>{box}</div>
  return (
    <FieldFrame id={id} label={label} problem={problem} className={className ?? ''}>
      {box}
    </FieldFrame>
  )
}
