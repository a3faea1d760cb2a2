import type { ReactNode } from 'react'

/** Names and what they are, under each other. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid content-start self-start grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-6 gap-y-1 text-15">
      {of.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="min-w-0 break-words text-ink">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
