import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { useWords } from './use-words.ts'

/** The title of a room, what it is for, and at the end what can be done with the whole room. */
export function RoomHead({
  title,
  subtitle,
  children,
}: {
  title: string
  subtitle?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 id="room-title" tabIndex={-1} className="text-24 font-semibold outline-none">
          {title}
        </h1>
        {subtitle && <p className="text-15 text-ink-soft">{subtitle}</p>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </header>
  )
}

/** How old what stands here is, and a button to ask again. */
export function AsOf({ atMs, onRefresh }: { atMs: number | null; onRefresh: () => void }) {
  const { t, time } = useWords()
  return (
    <span className="inline-flex items-center gap-1 text-13 text-ink-soft">
      <span className="min-w-24 text-right">{atMs !== null && t('as_of', { time: time(atMs) })}</span>
      <IconButton icon={RefreshCw} label={t('refresh')} onClick={onRefresh} />
    </span>
  )
}
