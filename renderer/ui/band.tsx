import type { LucideIcon } from 'lucide-react'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import { TONES } from './badge.tsx'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

const ICONS: Record<Tone, LucideIcon> = {
  neutral: Info,
  brand: CircleCheck,
  amber: TriangleAlert,
  red: CircleAlert,
}

/** One message across the width: what happened and, at the end, the one thing to do about it. */
export function Band({
  tone = 'neutral',
  action,
  announce = true,
  className,
  children,
}: {
  tone?: Tone
  action?: ReactNode
  /** False when a live region elsewhere reads it out. */
  announce?: boolean
  className?: string
  children: ReactNode
}) {
  return (
    <div
      role={announce ? (tone === 'red' ? 'alert' : 'status') : undefined}
      className={classNames(
        'flex min-h-14 items-center gap-3 rounded-card border px-4 py-1 text-15 font-medium',
        TONES[tone],
        className,
      )}
    >
      <Icon of={ICONS[tone]} className="shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  )
}
