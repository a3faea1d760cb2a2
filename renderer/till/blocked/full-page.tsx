import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.tsx'
import { Mark } from '../../ui/mark.tsx'

/** One message alone on the screen. */
export function FullPage({
  icon,
  title,
  children,
}: {
  icon: LucideIcon
  title: string
  children: ReactNode
}) {
  return (
    <main className="scroll-quiet flex h-dvh flex-col overflow-y-auto bg-paper p-6">
      <Mark size={36} />
      <div className="mx-auto flex w-full max-w-140 flex-1 flex-col justify-center gap-5">
        <span className="inline-flex size-14 items-center justify-center rounded-full bg-amber-soft text-amber-ink">
          <Icon of={icon} size={32} />
        </span>
        <h1 className="text-32 font-semibold">{title}</h1>
        <div className="flex flex-col items-start gap-5">{children}</div>
      </div>
    </main>
  )
}
