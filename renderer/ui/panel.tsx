import type { ReactNode } from 'react'
import { useId } from 'react'
import { classNames } from './class-names.ts'

/** A surface with a hairline border. With a title it is a region with that name. */
export function Panel({
  title,
  aside,
  flush = false,
  className,
  children,
}: {
  title?: string
  aside?: ReactNode
  /** No inner space: for tables and lists that bring their own. */
  flush?: boolean
  className?: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classNames('flex min-w-0 flex-col rounded-card border border-line bg-surface', className)}
    >
      {title && (
        <header className="flex min-h-12 items-center justify-between gap-3 px-4 pt-2 max-[760px]:flex-wrap">
          <h2 id={id} className="one-line text-15 font-semibold text-ink">
            {title}
          </h2>
          {aside}
        </header>
      )}
      <div
        className={classNames(
          'flex min-h-0 min-w-0 flex-1 flex-col',
          !flush && 'p-4',
          title && !flush && 'pt-2',
        )}
      >
        {children}
      </div>
    </section>
  )
}
