import { CircleCheck, RefreshCw, SearchX } from 'lucide-react'
import { useState } from 'react'
import { EXCEPTION_KINDS } from '../../../shared/hq/exceptions.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Choice, SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { usePages } from '../api/use-pages.ts'
import { useQuery } from '../api/use-query.ts'
import { FilterChips } from '../frame/filter-chips.tsx'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import { ExceptionCard } from './exception-card.tsx'

/** What needs a person, each with what happened, what is safe and what to do. */
export function ExceptionsRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const state = query['state'] === 'closed' ? 'closed' : 'open'
  const kind = EXCEPTION_KINDS.find((one) => one === query['kind'])
  const till = /^[0-9a-f]{32}$/.test(query['till'] ?? '') ? query['till'] : undefined
  const pages = usePages(
    'exceptions.list',
    { state, ...(kind ? { kind } : {}), ...(till ? { till } : {}), limit: 50 },
    ['inbox'],
  )
  const tills = useQuery('tills.list', {})
  const tillName = tills.value?.tills.find(({ id }) => id === till)?.name ?? ''
  const [said, setSaid] = useState('')
  const narrowed = kind !== undefined || till !== undefined
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('room.exceptions')} subtitle={t('exceptions.subtitle')}>
        {pages.stale && (
          <Button look="primary" icon={RefreshCw} onClick={pages.reload}>
            {t('newer')}
          </Button>
        )}
      </RoomHead>
      <search className="grid max-w-150 grid-cols-2 items-end gap-3">
        <Choice
          label={t('exceptions.show')}
          value={state}
          onValue={(next) => narrow({ state: next === 'open' ? undefined : next })}
          options={[
            { value: 'open', label: t('exceptions.open') },
            { value: 'closed', label: t('exceptions.closed') },
          ]}
        />
        <SelectField
          label={t('exceptions.kind_label')}
          value={kind ?? ''}
          onValue={(next) => narrow({ kind: next })}
          options={[
            { value: '', label: t('exceptions.kind_all') },
            ...EXCEPTION_KINDS.map((one) => ({ value: one, label: t(`exceptions.kind.${one}.title`) })),
          ]}
        />
      </search>
      <FilterChips
        of={[
          ...(kind
            ? [
                {
                  name: 'kind',
                  label: t(`exceptions.kind.${kind}.title`),
                  onRemove: () => narrow({ kind: undefined }),
                },
              ]
            : []),
          ...(till
            ? [
                {
                  name: 'till',
                  label: t('ledgers.chip.till', { name: tillName }),
                  onRemove: () => narrow({ till: undefined }),
                },
              ]
            : []),
        ]}
      />
      {said !== '' && <Band tone="brand">{said}</Band>}
      {pages.rows.length === 0 ? (
        pages.loading || pages.trouble ? (
          <NotYet query={pages} />
        ) : (
          <Panel>
            <EmptyState
              icon={narrowed ? SearchX : CircleCheck}
              title={
                narrowed
                  ? t('exceptions.none_match')
                  : state === 'open'
                    ? t('exceptions.none')
                    : t('exceptions.none_closed')
              }
            >
              {narrowed ? t('exceptions.none_match_body') : t('exceptions.none_body')}
            </EmptyState>
          </Panel>
        )
      ) : (
        <ul aria-label={t('exceptions.list')} className="flex flex-col gap-3">
          {pages.rows.map((row) => (
            <li key={row.id}>
              <ExceptionCard
                row={row}
                onDecided={(sentence) => {
                  setSaid(sentence)
                  pages.reload()
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {pages.more && <Button onClick={pages.loadMore}>{t('exceptions.more')}</Button>}
    </div>
  )
}
