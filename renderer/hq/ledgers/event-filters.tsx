import { DayField } from '../../ui/day-field.tsx'
import { SelectField } from '../../ui/field.tsx'
import { useKindText } from '../../ui/kinds.ts'
import { useQuery } from '../api/use-query.ts'
import { FilterChips } from '../frame/filter-chips.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import type { EventRow } from './event-columns.tsx'
import { OUTCOMES, readEventFilter } from './filter.ts'
import { FILTER_KINDS } from './kinds.ts'

type Query = Readonly<Record<string, string>>

/** What the list is narrowed by. Each choice stands in the address at once. */
export function EventFilters({ query }: { query: Query }) {
  const { t } = useWords()
  const kindText = useKindText()
  const narrow = useNarrow()
  const tills = useQuery('tills.list', {})
  const filter = readEventFilter(query)
  return (
    <search
      aria-label={t('ledgers.filters')}
      className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-3 max-[760px]:grid-cols-2"
    >
      <SelectField
        label={t('ledgers.till')}
        value={filter.till ?? ''}
        onValue={(till) => narrow({ till })}
        options={[
          { value: '', label: t('ledgers.till_all') },
          ...(tills.value?.tills ?? []).map((till) => ({
            value: till.id,
            label: till.store_name ? `${till.store_name}, ${till.name}` : till.name,
          })),
        ]}
      />
      <SelectField
        label={t('ledgers.kind')}
        value={filter.kind ?? ''}
        onValue={(kind) => narrow({ kind })}
        options={[
          { value: '', label: t('ledgers.kind_all') },
          ...FILTER_KINDS.map((kind) => ({ value: kind, label: kindText(kind) })),
        ]}
      />
      <SelectField
        label={t('ledgers.outcome')}
        value={filter.outcome ?? ''}
        onValue={(outcome) => narrow({ outcome })}
        options={[
          { value: '', label: t('ledgers.outcome_all') },
          ...OUTCOMES.map((outcome) => ({ value: outcome, label: t(`ledgers.outcome_word.${outcome}`) })),
        ]}
      />
      <DayField
        label={t('ledgers.from')}
        empty={t('ledgers.any_day')}
        day={filter.from ?? null}
        max={filter.to}
        onDay={(from) => narrow({ from: from ?? undefined })}
      />
      <DayField
        label={t('ledgers.to')}
        empty={t('ledgers.any_day')}
        day={filter.to ?? null}
        min={filter.from}
        onDay={(to) => narrow({ to: to ?? undefined })}
      />
    </search>
  )
}

/** The filters that are on, each to be taken off. */
export function EventChips({ query, rows }: { query: Query; rows: readonly EventRow[] }) {
  const { t, day } = useWords()
  const kindText = useKindText()
  const narrow = useNarrow()
  const tills = useQuery('tills.list', {})
  const stores = useQuery('stores.list', {})
  const { till, store, customer, kind, outcome, from, to } = readEventFilter(query)
  const tillName = tills.value?.tills.find(({ id }) => id === till)?.name ?? till ?? ''
  const storeName = stores.value?.stores.find(({ id }) => id === store)?.name ?? store ?? ''
  const customerName =
    rows.find((row) => row.customer_name !== '')?.customer_name ?? customer?.slice(0, 8) ?? ''
  const named = (kind ?? '').split(',').map((one) => kindText(one))
  const chips = [
    till && { name: 'till', label: t('ledgers.chip.till', { name: tillName }) },
    store && { name: 'store', label: t('ledgers.chip.store', { name: storeName }) },
    customer && { name: 'customer', label: t('ledgers.chip.customer', { name: customerName }) },
    kind && { name: 'kind', label: t('ledgers.chip.kind', { name: named.join(', ') }) },
    outcome && {
      name: 'outcome',
      label: t('ledgers.chip.outcome', { name: t(`ledgers.outcome_word.${outcome}`) }),
    },
    from && { name: 'from', label: t('ledgers.chip.from', { day: day(from, 'year') }) },
    to && { name: 'to', label: t('ledgers.chip.to', { day: day(to, 'year') }) },
  ].filter((chip) => chip !== undefined && chip !== '')
  return (
    <FilterChips
      of={chips.map((chip) => ({ ...chip, onRemove: () => narrow({ [chip.name]: undefined }) }))}
    />
  )
}
