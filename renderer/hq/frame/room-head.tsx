import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.tsx'

/** The title of a room, what it is for, and at the end what can be done with the whole room. */
export function RoomHead({
  title,
  subtitle,
  back,
  children,
}: {
  title: ReactNode
  subtitle?: ReactNode
  /** Where one came from. */
  back?: { readonly href: string; readonly label: string }
  children?: ReactNode
}) {
  return (
    <header className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        {back && (
          <a
            href={back.href}
            className="-ml-2 inline-flex min-h-12 items-center gap-1 rounded-card px-2 text-15 font-medium text-ink-soft hover:bg-hover hover:text-ink"
          >
            <Icon of={ChevronLeft} size={16} />
            {back.label}
          </a>
        )}
        <h1 id="room-title" tabIndex={-1} className="text-24 font-semibold break-words outline-none">
          {title}
        </h1>
        {subtitle && <p className="text-15 text-ink-soft">{subtitle}</p>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </header>
  )
}
