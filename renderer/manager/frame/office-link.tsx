import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { writePlace } from './location.ts'
import { useManager } from './manager-context.ts'

const OFFICE = { room: 'office', query: '' } as const

/** Leads to the room of head office. */
export function OfficeLink({ className, children }: { className?: string; children: ReactNode }) {
  const { go } = useManager()
  return (
    <a
      href={writePlace(OFFICE)}
      onClick={(event) => {
        event.preventDefault()
        go(OFFICE)
      }}
      className={classNames('inline-flex min-h-12 items-center gap-2 font-medium', className)}
    >
      {children}
    </a>
  )
}
