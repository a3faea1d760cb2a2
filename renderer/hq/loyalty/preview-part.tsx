import { useState } from 'react'
import { pointsInWords } from '../../../shared/base/money.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { calendarDay } from '../../bridge/browser-clock.ts'
import { DayField } from '../../ui/day-field.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { NumberField } from './number-field.tsx'
import { type Trial, tryOut } from './preview.ts'

/** What a sale would earn by the program as it is written now. */
export function PreviewPart({ program }: { program: Program }) {
  const { t, zone } = useWords()
  const [trial, setTrial] = useState<Trial>(() => ({
    kobo: 1_000_000,
    tier: program.tiers[1]?.id ?? program.tiers[0]?.id ?? '',
    day: calendarDay(zone),
    time: '12:00',
    channel: 'pos',
    item: '',
    category: '',
    first: false,
    birthday: false,
    referred: false,
  }))
  const lines = tryOut(program, trial, zone)
  const total = lines?.reduce((sum, { points }) => sum + points, 0) ?? 0
  return (
    <div className="grid items-start gap-4 min-[1000px]:grid-cols-2">
      <TrialForm program={program} trial={trial} onTrial={(more) => setTrial({ ...trial, ...more })} />
      <Panel title={t('loyalty.preview.result')}>
        {lines === null ? (
          <p className="text-ink-soft">{t('loyalty.preview.not_yet')}</p>
        ) : (
          <>
            <p className="text-32 font-semibold" aria-live="polite">
              {pointsInWords(total)}
            </p>
            <ul className="mt-2 flex flex-col gap-2">
              {lines.map((line) => (
                <li key={line.rule} className="flex items-baseline justify-between gap-3">
                  <span>{line.sentence}</span>
                  <span className="font-medium">{pointsText(line.points, true)}</span>
                </li>
              ))}
            </ul>
            {lines.length === 0 && <p className="text-ink-soft">{t('loyalty.preview.nothing')}</p>}
            {program.type !== 'tier' && (
              <p className="mt-3 text-ink-soft">
                {t('loyalty.preview.worth', { naira: nairaText(total * program.point_worth_kobo) })}
              </p>
            )}
          </>
        )}
      </Panel>
    </div>
  )
}

const YES_OR_NO = ['first', 'birthday', 'referred'] as const

function TrialForm({
  program,
  trial,
  onTrial,
}: {
  program: Program
  trial: Trial
  onTrial: (more: Partial<Trial>) => void
}) {
  const { t } = useWords()
  return (
    <Panel title={t('loyalty.preview.sale')}>
      <div className="grid gap-3 min-[600px]:grid-cols-2">
        <NumberField
          label={t('loyalty.preview.bill')}
          unit="naira"
          value={trial.kobo}
          onValue={(value) => onTrial({ kobo: value ?? Number.NaN })}
        />
        <SelectField
          label={t('loyalty.preview.tier')}
          value={trial.tier}
          onValue={(tier) => onTrial({ tier })}
          options={program.tiers.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <DayField
          label={t('loyalty.preview.day')}
          empty={t('loyalty.when.no_day')}
          day={trial.day}
          onDay={(day) => {
            if (day !== null) onTrial({ day })
          }}
        />
        <TextField
          type="time"
          label={t('loyalty.preview.time')}
          value={trial.time}
          onText={(time) => {
            if (time !== '') onTrial({ time })
          }}
        />
        <TextField
          label={t('loyalty.preview.item')}
          value={trial.item}
          onText={(item) => onTrial({ item: item.trim() })}
        />
        <TextField
          label={t('loyalty.preview.category')}
          value={trial.category}
          onText={(category) => onTrial({ category: category.trim() })}
          hint={t('loyalty.preview.lines_hint')}
        />
        <TextField
          label={t('loyalty.preview.channel')}
          value={trial.channel}
          onText={(channel) => onTrial({ channel: channel.trim() })}
        />
        <div>
          {YES_OR_NO.map((name) => (
            <CheckField
              key={name}
              label={t(`loyalty.preview.${name}`)}
              checked={trial[name]}
              onChecked={(on) => onTrial({ [name]: on })}
            />
          ))}
        </div>
      </div>
    </Panel>
  )
}
