import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { RULE_LIMITS } from '../../../shared/domain/program/limits.ts'
import type { ProgramTier } from '../../../shared/domain/program/program.ts'
import type { Condition } from '../../../shared/domain/program/rule.ts'
import { calendarDay } from '../../bridge/browser-clock.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { DayField } from '../../ui/day-field.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { useWords } from '../frame/use-words.ts'
import { withOne, without } from './draft.ts'
import { ListField } from './list-field.tsx'
import { NumberField } from './number-field.tsx'
import { CONDITION_FIELDS, type ConditionField, newCondition } from './rule-kinds.ts'

interface Around {
  readonly tiers: readonly ProgramTier[]
  readonly segments: readonly string[]
}

/** Everything that must hold for a rule to count. */
export function ConditionRows({
  when,
  onWhen,
  ...around
}: Around & { when: readonly Condition[]; onWhen: (when: readonly Condition[]) => void }) {
  const { t, zone } = useWords()
  const [field, setField] = useState<ConditionField>('weekdays')
  const keys = keysOf(when)
  const offered = CONDITION_FIELDS.filter((one) => one !== 'segment' || around.segments.length > 0)
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 text-15 font-semibold">{t('loyalty.when.title')}</legend>
      {when.length === 0 && <p className="text-ink-soft">{t('loyalty.when.always')}</p>}
      {when.map((condition, at) => (
        <div key={keys[at]} className="flex items-start gap-2 rounded-card border border-line p-3">
          <div className="min-w-0 flex-1">
            <ConditionFields
              condition={condition}
              onCondition={(next) => onWhen(withOne(when, at, next))}
              {...around}
            />
          </div>
          <IconButton
            icon={Trash2}
            label={t('loyalty.remove', { name: t(`loyalty.when.${condition.field}`) })}
            onClick={() => onWhen(without(when, at))}
          />
        </div>
      ))}
      <div className="flex flex-wrap items-end gap-3">
        <SelectField
          label={t('loyalty.when.add_what')}
          value={field}
          onValue={setField}
          options={offered.map((value) => ({ value, label: t(`loyalty.when.${value}`) }))}
        />
        <Button
          icon={Plus}
          disabled={when.length >= RULE_LIMITS.conditionsMax}
          onClick={() => onWhen([...when, newCondition(field, calendarDay(zone))])}
        >
          {t('loyalty.when.add')}
        </Button>
      </div>
    </fieldset>
  )
}

/** A row is known by its kind; when one comes or goes all are shown anew. */
function keysOf(when: readonly Condition[]): readonly string[] {
  const times = new Map<string, number>()
  return when.map(({ field }) => {
    const nth = (times.get(field) ?? 0) + 1
    times.set(field, nth)
    return `${field} ${nth} of ${when.length}`
  })
}

function ConditionFields({
  condition,
  onCondition,
  tiers,
}: Around & { condition: Condition; onCondition: (condition: Condition) => void }) {
  const { t } = useWords()
  switch (condition.field) {
    case 'dates':
      return <Dates of={condition} onCondition={onCondition} />
    case 'hours':
      return <Hours of={condition} onCondition={onCondition} />
    case 'weekdays':
      return <Weekdays of={condition} onCondition={onCondition} />
    case 'bill':
    case 'spend':
      return <Amounts of={condition} onCondition={onCondition} />
    case 'tier':
      return (
        <fieldset aria-label={t('loyalty.when.tier')} className="flex flex-wrap gap-x-4">
          {tiers.map(({ id, name }) => (
            <CheckField
              key={id}
              label={name}
              checked={condition.in.includes(id)}
              onChecked={(on) => onCondition({ ...condition, in: toggled(condition.in, id, on) })}
            />
          ))}
        </fieldset>
      )
    default:
      return (
        <ListField
          label={t(`loyalty.when.${condition.field}`)}
          list={condition.in}
          onList={(list) => onCondition({ ...condition, in: list })}
          hint={t('loyalty.when.list_hint')}
        />
      )
  }
}

const toggled = <T,>(list: readonly T[], one: T, on: boolean): readonly T[] =>
  on ? [...list.filter((other) => other !== one), one] : list.filter((other) => other !== one)

type Of<F extends Condition['field']> = {
  of: Extract<Condition, { field: F }>
  onCondition: (condition: Condition) => void
}

function Dates({ of, onCondition }: Of<'dates'>) {
  const { t } = useWords()
  return (
    <div className="grid gap-3 min-[700px]:grid-cols-2">
      {(['from', 'to'] as const).map((end) => (
        <DayField
          key={end}
          label={t(`loyalty.when.dates_${end}`)}
          empty={t('loyalty.when.no_day')}
          day={of[end]}
          onDay={(day) => {
            if (day !== null) onCondition({ ...of, [end]: day })
          }}
        />
      ))}
    </div>
  )
}

function Hours({ of, onCondition }: Of<'hours'>) {
  const { t } = useWords()
  return (
    <div className="grid gap-3 min-[700px]:grid-cols-2">
      {(['from', 'to'] as const).map((end) => (
        <TextField
          key={end}
          type="time"
          label={t(`loyalty.when.hours_${end}`)}
          value={of[end]}
          onText={(text) => {
            if (text !== '') onCondition({ ...of, [end]: text })
          }}
          hint={end === 'to' ? t('loyalty.when.hours_hint') : undefined}
        />
      ))}
    </div>
  )
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function Weekdays({ of, onCondition }: Of<'weekdays'>) {
  const { t } = useWords()
  return (
    <fieldset aria-label={t('loyalty.when.weekdays')} className="flex flex-wrap gap-x-4">
      {WEEKDAYS.map((name, at) => (
        <CheckField
          key={name}
          label={t(`loyalty.weekday.${name}`)}
          checked={of.in.includes(at + 1)}
          onChecked={(on) =>
            onCondition({ ...of, in: toggled(of.in, at + 1, on).toSorted((one, other) => one - other) })
          }
        />
      ))}
    </fieldset>
  )
}

function Amounts({ of, onCondition }: Of<'bill' | 'spend'>) {
  const { t } = useWords()
  return (
    <div className="grid gap-3 min-[700px]:grid-cols-2">
      <NumberField
        label={t(of.field === 'bill' ? 'loyalty.when.bill_min' : 'loyalty.when.spend_min')}
        unit="naira"
        value={of.min_kobo}
        onValue={(value) => onCondition({ ...of, min_kobo: value ?? Number.NaN })}
      />
      {of.field === 'spend' ? (
        <NumberField
          label={t('loyalty.when.spend_days')}
          unit="whole"
          value={of.days}
          onValue={(value) => onCondition({ ...of, days: value ?? Number.NaN })}
        />
      ) : (
        <NumberField
          label={t('loyalty.when.bill_max')}
          unit="naira"
          optional
          value={of.max_kobo ?? null}
          hint={t('loyalty.when.bill_max_hint')}
          onValue={(value) => {
            const { max_kobo: _, ...rest } = of
            onCondition(value === null ? rest : { ...rest, max_kobo: value })
          }}
        />
      )}
    </div>
  )
}
