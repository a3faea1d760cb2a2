import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { groupThousands } from '../../../shared/base/money.ts'
import { Band } from '../../ui/band.tsx'
import { IconButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { isolated } from '../../ui/isolated.ts'
import { kindIcon, useKindText } from '../../ui/kinds.ts'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { useCloseKey } from '../frame/use-close-key.ts'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { EntryActions } from './entry-actions.tsx'
import { EntryFacts, Headline, Marks } from './entry-facts.tsx'
import { NO_FILTER, pageInput } from './filter.ts'
import { isUndone } from './kinds.ts'
import type { EventRow } from './use-event-pages.ts'

/** One entry with everything that is known about it, beside the list. `known` is the row the list already has. */
export function EntryPane({
  id,
  known,
  onClose,
  onCustomer,
  onChanged,
}: {
  id: string
  known: EventRow | null
  onClose: () => void
  onCustomer: (customerId: string) => void
  onChanged: () => void
}) {
  const { t } = useWords()
  const fetched = useQuery('manager.events', { ...pageInput(NO_FILTER, null, 1), event_id: id })
  // The list's row stands at once; what was asked for this entry alone is newer.
  const row = fetched.value?.events[0] ?? known
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  useCloseKey(onClose)
  return (
    <aside
      aria-labelledby="entry-title"
      className="absolute inset-y-0 right-0 z-2 flex w-96 max-w-full animate-arrive flex-col border-l border-line bg-surface shadow-overlay min-[1536px]:static min-[1536px]:shrink-0 min-[1536px]:shadow-none"
    >
      <header className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-5">
        <h2
          id="entry-title"
          ref={title}
          tabIndex={-1}
          className="one-line text-15 font-semibold outline-none"
        >
          {row ? t('entry.title', { place: groupThousands(row.place) }) : ''}
        </h2>
        <IconButton icon={X} label={t('entry.close')} onClick={onClose} />
      </header>
      {row ? (
        <Entry
          row={row}
          onCustomer={onCustomer}
          onChanged={() => {
            fetched.reload()
            onChanged()
          }}
        />
      ) : fetched.loading ? (
        <div className="p-5">
          <SkeletonLines lines={6} />
        </div>
      ) : (
        <EmptyState icon={kindIcon('other')} title={t('trouble.title')}>
          {fetched.trouble ? (fetched.trouble.sentence ?? t('trouble.no_answer')) : t('entry.not_found')}
        </EmptyState>
      )}
    </aside>
  )
}

function Entry({
  row,
  onCustomer,
  onChanged,
}: {
  row: EventRow
  onCustomer: (customerId: string) => void
  onChanged: () => void
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const kindText = useKindText()
  const [done, setDone] = useState('')
  return (
    <>
      <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="text-13 font-medium text-ink-soft">{kindText(row.kind)}</p>
        <Headline row={row} />
        <p className="mt-2 text-15 break-words">
          <bdi>{row.text}</bdi>
        </p>
        {done !== '' && (
          <Band tone="brand" className="mt-3">
            {done}
          </Band>
        )}
        {isUndone(row) && (
          <Band tone="red" announce={false} className="mt-3">
            {t('entry.sale_void')}
          </Band>
        )}
        <EntryFacts row={row} />
        <Marks marks={row.marks} />
      </div>
      <EntryActions
        row={row}
        name={row.customer_name === '' ? common('this_customer') : isolated(row.customer_name)}
        onCustomer={onCustomer}
        onDone={(sentence) => {
          setDone(sentence)
          onChanged()
        }}
      />
    </>
  )
}
