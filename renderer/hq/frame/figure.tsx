import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

/** One number with its name; pressed, it opens the list behind it. */
export function Figure({
  label,
  note,
  href,
  attention = false,
  children,
}: {
  label: string
  note?: ReactNode
  href: string
  attention?: boolean
  children: ReactNode
}) {
  return (
    <a
      href={href}
      className={classNames(
        'flex min-w-0 flex-col rounded-card border bg-surface p-4 hover:bg-hover',
        attention ? 'border-amber-line' : 'border-line',
      )}
    >
      <span className="text-13 font-medium text-ink-soft">{label}</span>
      <span className="one-line text-32 font-semibold text-ink max-[1040px]:text-24">{children}</span>
      <span className={classNames('min-h-5 text-13', attention ? 'text-amber-ink' : 'text-ink-faint')}>
        {note}
      </span>
    </a>
  )
}
