import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

/** What stands where nothing is yet: what this place is for and what to do. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-2 px-6 py-8 text-center">
      <span className="mb-1 inline-flex size-12 items-center justify-center rounded-full bg-sunken text-ink-faint">
        <Icon of={icon} size={24} />
      </span>
      <p className="text-18 font-semibold text-ink">{title}</p>
      {children && <div className="max-w-90 text-15 text-balance text-ink-soft">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
