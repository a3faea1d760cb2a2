import { Plus, Trash2 } from 'lucide-react'
import { PROGRAM_LIMITS } from '../../../shared/base/limits.ts'
import { newId } from '../../bridge/browser-clock.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Problem } from '../../ui/problem.tsx'
import { useWords } from '../frame/use-words.ts'
import { byThreshold, type TierDraft } from './program-form.ts'
import type { SettingsProblems } from './settings-form.ts'
import { useProblem } from './use-problem.ts'

const BOX =
  'w-full min-h-12 rounded-card border bg-surface px-3 text-15 text-ink disabled:bg-sunken disabled:text-ink-soft'

/** The tiers as rows. A row moves to its place when its threshold is left, not while it is typed. */
export function TierRows({
  tiers,
  problems,
  onTiers,
}: {
  tiers: readonly TierDraft[]
  problems: SettingsProblems
  onTiers: (tiers: readonly TierDraft[]) => void
}) {
  const { t } = useWords()
  const problem = useProblem(problems)
  const full = tiers.length >= PROGRAM_LIMITS.tiersMax
  const set = (index: number, change: Partial<TierDraft>): void =>
    onTiers(tiers.map((tier, at) => (at === index ? { ...tier, ...change } : tier)))
  const reorder = (): void => {
    const sorted = byThreshold(tiers)
    if (sorted.some((tier, index) => tier !== tiers[index])) onTiers(sorted)
  }
  const head = 'pb-1 text-left text-13 font-medium text-ink-soft'
  return (
    <section aria-labelledby="tiers-title" className="flex flex-col gap-2">
      <div>
        <h3 id="tiers-title" className="text-15 font-semibold">
          {t('settings.tiers')}
        </h3>
        <p className="text-13 text-ink-soft">{t('settings.tiers_hint')}</p>
      </div>
      <table className="w-full border-separate border-spacing-x-0 border-spacing-y-1">
        <thead>
          <tr>
            <th scope="col" className={head}>
              {t('settings.tier_name')}
            </th>
            <th scope="col" className={classNames(head, 'w-36')}>
              {t('settings.tier_from')}
            </th>
            <th scope="col" className={classNames(head, 'w-28')}>
              {t('settings.tier_times')}
            </th>
            <td className="w-12" />
          </tr>
        </thead>
        <tbody>
          {tiers.map((tier, index) => (
            <TierRow
              key={tier.id}
              tier={tier}
              index={index}
              only={tiers.length === 1}
              problem={problem}
              onChange={(change) => set(index, change)}
              onLeave={reorder}
              onRemove={() => onTiers(tiers.filter((_, at) => at !== index))}
            />
          ))}
        </tbody>
      </table>
      <div className="flex items-center gap-3">
        <Button
          icon={Plus}
          disabled={full}
          onClick={() => onTiers([...tiers, { id: newId(), name: '', threshold: '', multiplier: '' }])}
        >
          {t('settings.tier_add')}
        </Button>
        {full && (
          <span className="text-13 text-ink-soft">
            {t('settings.tiers_full', { max: PROGRAM_LIMITS.tiersMax })}
          </span>
        )}
      </div>
    </section>
  )
}

function TierRow({
  tier,
  index,
  only,
  problem,
  onChange,
  onLeave,
  onRemove,
}: {
  tier: TierDraft
  index: number
  only: boolean
  problem: (path: string) => string | undefined
  onChange: (change: Partial<TierDraft>) => void
  onLeave: () => void
  onRemove: () => void
}) {
  const { t } = useWords()
  const name = tier.name.trim() || t('settings.tier_new', { n: index + 1 })
  const labels = {
    name: t('settings.tier_name_of', { n: index + 1 }),
    threshold: t('settings.tier_from_of', { name }),
    multiplier: t('settings.tier_times_of', { name }),
  }
  return (
    <tr>
      {(['name', 'threshold', 'multiplier'] as const).map((field) => (
        <TierCell
          key={field}
          id={`tier-${tier.id}-${field}`}
          label={labels[field]}
          number={field !== 'name'}
          value={tier[field]}
          wrong={problem(`program.tiers.${index}.${field}`)}
          onText={(text) => onChange({ [field]: text })}
          onLeave={field === 'threshold' ? onLeave : undefined}
        />
      ))}
      <td className="align-top">
        <IconButton
          icon={Trash2}
          label={t('settings.tier_remove', { name })}
          disabled={only}
          onClick={onRemove}
        />
      </td>
    </tr>
  )
}

function TierCell({
  id,
  label,
  number,
  value,
  wrong,
  onText,
  onLeave,
}: {
  id: string
  label: string
  number: boolean
  value: string
  wrong: string | undefined
  onText: (text: string) => void
  onLeave: (() => void) | undefined
}) {
  return (
    <td className="pr-2 align-top">
      <input
        aria-label={label}
        inputMode={number ? 'decimal' : 'text'}
        value={value}
        onChange={(event) => onText(event.target.value)}
        onBlur={onLeave}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? id : undefined}
        className={classNames(
          BOX,
          wrong ? 'border-red' : 'border-line-strong hover:border-ink-faint',
          number && 'text-right',
        )}
      />
      {wrong && (
        <div id={id} className="pt-1">
          <Problem>{wrong}</Problem>
        </div>
      )}
    </td>
  )
}
