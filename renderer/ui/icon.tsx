import type { LucideIcon } from 'lucide-react'

/** An icon beside words. It says nothing to a screen reader: the words do. `size` in px. */
export function Icon({
  of: Drawing,
  size = 20,
  className,
}: {
  of: LucideIcon
  size?: 16 | 20 | 24 | 32
  className?: string
}) {
  return (
    <Drawing
      aria-hidden="true"
      focusable="false"
      size={size}
      strokeWidth={1.75}
      className={className ?? ''}
    />
  )
}
