import { formatNaira } from '../../../shared/base/money.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { ProgramExample } from './program-example.tsx'
import type { ProgramDraft, ProgramInput } from './program-form.ts'
import type { SettingsProblems } from './settings-form.ts'
import { TierRows } from './tier-rows.tsx'
import { useProblem } from './use-problem.ts'

/** The base program with what it means beside it. */
export function ProgramPanel({
  draft,
  version,
  savedWorthKobo,
  problems,
  program,
  fixed,
  onDraft,
}: {
  draft: ProgramDraft
  version: number
  savedWorthKobo: number
  problems: SettingsProblems
  program: ProgramInput | null
  /** Head office sets it: it can be read here and not changed. */
  fixed: boolean
  onDraft: (draft: ProgramDraft) => void
}) {
  const { t } = useWords()
  const problem = useProblem(problems)
  const field = (key: Exclude<keyof ProgramDraft, 'tiers' | 'name'>, label: string, unit: string) => (
    <TextField
      label={label}
      inputMode="decimal"
      value={draft[key]}
      onText={(text) => onDraft({ ...draft, [key]: text })}
      problem={problem(`program.${key}`)}
      aside={<span className="text-13 text-ink-faint">{unit}</span>}
      boxClassName="text-right"
      steady
    />
  )
  const worthChanges = program !== null && program.point_worth_kobo !== savedWorthKobo
  return (
    <Panel title={t('settings.program')} aside={<Badge>{t('settings.program_version', { version })}</Badge>}>
      {fixed && (
        <Band announce={false} className="mb-4">
          {t('settings.by_office')}
        </Band>
      )}
      <div className="grid grid-cols-1 items-start gap-6 wide:grid-cols-[minmax(0,1fr)_20rem]">
        <fieldset disabled={fixed} className="flex min-w-0 flex-col gap-2">
          <div className="grid grid-cols-4 gap-x-3 gap-y-1">
            <TextField
              className="col-span-2"
              label={t('settings.program_name')}
              value={draft.name}
              onText={(name) => onDraft({ ...draft, name })}
              problem={problem('program.name')}
              steady
            />
            {field('nairaPerPoint', t('settings.naira_per_point'), t('settings.unit_naira'))}
            {field('worth', t('settings.worth'), t('settings.unit_naira'))}
            {field('minimum', t('settings.minimum'), t('settings.unit_points'))}
            {field('step', t('settings.step'), t('settings.unit_points'))}
            {field('share', t('settings.share'), t('settings.unit_percent'))}
            {field('months', t('settings.months'), t('settings.unit_months'))}
          </div>
          <TierRows
            tiers={draft.tiers}
            problems={problems}
            onTiers={(tiers) => onDraft({ ...draft, tiers })}
          />
        </fieldset>
        <div className="flex flex-col gap-3">
          <ProgramExample program={program} />
          {!fixed && <p className="text-13 text-ink-soft">{t('settings.effect')}</p>}
          {worthChanges && (
            <Band tone="amber">
              {t('settings.effect_worth', { worth: formatNaira(program.point_worth_kobo) })}
            </Band>
          )}
        </div>
      </div>
    </Panel>
  )
}
