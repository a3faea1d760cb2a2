import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

/** A link that looks like what it is: the next step. */
export function LinkButton({
  href,
  look = 'primary',
  children,
}: {
  href: string
  look?: 'primary' | 'plain'
  children: ReactNode
}) {
  return (
    <a
      href={href}
      className={classNames(
        'inline-flex min-h-12 items-center justify-center gap-2 rounded-card border px-4 text-15 font-medium',
        look === 'primary'
          ? 'border-transparent bg-brand text-on-brand hover:bg-brand-hover'
          : 'border-line-strong bg-surface text-ink hover:bg-hover',
      )}
    >
      {children}
    </a>
  )
}
