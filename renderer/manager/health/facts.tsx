import type { ReactNode } from 'react'

/** Names and values in two columns, one hairline each. */
export function Facts({
  facts,
}: {
  facts: readonly { readonly label: string; readonly value: ReactNode }[]
}) {
  return (
    <dl className="border-t border-line">
      {facts.map(({ label, value }) => (
        <div
          key={label}
          className="flex min-h-10 items-center justify-between gap-4 border-b border-line py-1 last:border-b-0"
        >
          <dt className="shrink-0 text-13 text-ink-soft">{label}</dt>
          <dd className="min-w-0 text-right text-15 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
