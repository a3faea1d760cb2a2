import { useEffect, useRef, useState } from 'react'
import { LIMITS } from '../../../shared/base/limits.ts'
import { Chip } from '../../ui/badge.tsx'
import { DayField } from '../../ui/day-field.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useManager } from '../frame/manager-context.ts'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { CustomerChip } from './customer-chip.tsx'
import type { EventFilter } from './filter.ts'
import { GROUP_NAMES, groupsOf, toggleGroup } from './kinds.ts'

type SetFilter = (change: Partial<EventFilter>, how?: 'push' | 'replace') => void

/** Long enough that a word is one question, short enough to feel at once. */
const TYPING_PAUSE_MS = 250

export function FilterBar({ filter, onFilter }: { filter: EventFilter; onFilter: SetFilter }) {
  const { t } = useWords()
  const { today } = useManager()
  // Those who left are still asked about.
  const people = useQuery('staff.list', {}, ['staff'])
  const on = groupsOf(filter.kinds)
  return (
    <search aria-label={t('events.filters')} className="flex flex-col gap-3">
      <div className="grid grid-cols-[minmax(0,1fr)_9.5rem_9.5rem_11rem] items-end gap-3">
        <TextFilter text={filter.text} onText={(text) => onFilter({ text }, 'replace')} />
        <DayField
          label={t('events.from')}
          empty={t('events.any_day')}
          day={filter.from}
          max={filter.to ?? today}
          onDay={(from) => onFilter({ from })}
        />
        <DayField
          label={t('events.to')}
          empty={t('events.any_day')}
          day={filter.to}
          min={filter.from ?? undefined}
          max={today}
          onDay={(to) => onFilter({ to })}
        />
        <SelectField
          label={t('events.staff')}
          value={filter.staffId ?? ''}
          onValue={(id) => onFilter({ staffId: id === '' ? null : id })}
          options={[
            { value: '', label: t('events.staff_all') },
            ...(people.value?.staff ?? []).map((person) => ({ value: person.id, label: person.name })),
          ]}
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <fieldset className="contents">
          <legend className="sr-only">{t('events.what')}</legend>
          {GROUP_NAMES.map((group) => (
            <Chip
              key={group}
              pressed={on.includes(group)}
              onPress={() => onFilter({ kinds: toggleGroup(filter.kinds, group) })}
            >
              {t(`events.group.${group}`)}
            </Chip>
          ))}
        </fieldset>
        {filter.customerId !== null && (
          <CustomerChip id={filter.customerId} onClear={() => onFilter({ customerId: null })} />
        )}
      </div>
    </search>
  )
}

/** Typed text reaches the address a moment after the last letter; an address followed meanwhile wins. */
function TextFilter({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useWords()
  const [typed, setTyped] = useState(text)
  const send = useRef(onText)
  send.current = onText
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => send.current(typed), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, text])
  return (
    <TextField
      label={t('events.text')}
      placeholder={t('events.text_placeholder')}
      type="search"
      maxLength={LIMITS.searchTextCharsMax}
      value={typed}
      onText={setTyped}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && typed !== '') {
          event.preventDefault()
          setTyped('')
        }
      }}
    />
  )
}
