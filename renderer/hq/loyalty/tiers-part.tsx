import { Plus, Trash2 } from 'lucide-react'
import { PROGRAM_LIMITS } from '../../../shared/base/limits.ts'
import type { ProgramTier } from '../../../shared/domain/program/program.ts'
import { newId } from '../../bridge/browser-clock.ts'
import { Band } from '../../ui/band.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { PartProps } from './basics-part.tsx'
import { withOne, without } from './draft.ts'
import { ListField } from './list-field.tsx'
import { NumberField } from './number-field.tsx'

const ROLLING_MONTHS = 12
const ID_SIGNS = 12

/** The tiers, from the lowest, and which points count for them. */
export function TiersPart({ program, fault, change }: PartProps) {
  const { t } = useWords()
  const { tiers, qualification } = program
  const add = (): void => {
    const highest = tiers.at(-1)
    const next: ProgramTier = {
      id: newId().slice(0, ID_SIGNS),
      name: '',
      threshold: (highest?.threshold ?? 0) * 2,
      multiplier_bp: highest?.multiplier_bp ?? 10_000,
      benefits: [],
    }
    change({ tiers: [...tiers, next] })
  }
  return (
    <div className="flex flex-col gap-4">
      <Panel title={t('loyalty.tiers.counts')}>
        <div className="grid gap-3 min-[1000px]:grid-cols-3">
          <SelectField
            label={t('loyalty.tiers.by')}
            value={qualification.kind}
            onValue={(kind) =>
              change({
                qualification: kind === 'lifetime' ? { kind } : { kind, months: ROLLING_MONTHS },
              })
            }
            options={(['lifetime', 'rolling'] as const).map((value) => ({
              value,
              label: t(`loyalty.tiers.by_${value}`),
            }))}
          />
          {qualification.kind === 'rolling' && (
            <>
              <NumberField
                label={t('loyalty.tiers.months')}
                unit="whole"
                value={qualification.months}
                onValue={(value) =>
                  change({ qualification: { kind: 'rolling', months: value ?? Number.NaN } })
                }
                hint={t('loyalty.tiers.months_hint')}
              />
              <NumberField
                label={t('loyalty.tiers.grace')}
                unit="whole"
                value={program.grace_days}
                onValue={(value) => change({ grace_days: value ?? Number.NaN })}
                hint={t('loyalty.tiers.grace_hint')}
              />
            </>
          )}
        </div>
      </Panel>
      {fault?.place === 'Tiers' && <Band tone="red">{fault.why}</Band>}
      {tiers.map((tier, at) => (
        <TierCard
          key={tier.id}
          tier={tier}
          problem={fault && isAbout(fault.place, tier, at) ? fault.why : undefined}
          onTier={(next) => change({ tiers: withOne(tiers, at, next) })}
          {...(at > 0 ? { onRemove: () => change({ tiers: without(tiers, at) }) } : {})}
        />
      ))}
      <div>
        <Button icon={Plus} disabled={tiers.length >= PROGRAM_LIMITS.tiersMax} onClick={add}>
          {t('loyalty.tiers.add')}
        </Button>
      </div>
    </div>
  )
}

const isAbout = (place: string, { name }: ProgramTier, at: number): boolean =>
  place === `Tier ${at + 1}` || (name.trim() !== '' && place === name.trim()) || place === `tier ${at + 1}`

function TierCard({
  tier,
  problem,
  onTier,
  onRemove,
}: {
  tier: ProgramTier
  problem: string | undefined
  onTier: (tier: ProgramTier) => void
  onRemove?: () => void
}) {
  const { t } = useWords()
  return (
    <Panel
      title={tier.name.trim() || t('loyalty.tiers.new')}
      aside={
        onRemove && (
          <IconButton
            icon={Trash2}
            label={t('loyalty.remove', { name: tier.name || t('loyalty.tiers.new') })}
            onClick={onRemove}
          />
        )
      }
    >
      <div className="grid gap-3 min-[1000px]:grid-cols-3">
        <TextField
          label={t('loyalty.tiers.name')}
          value={tier.name}
          onText={(name) => onTier({ ...tier, name })}
          problem={problem}
        />
        <NumberField
          label={t('loyalty.tiers.from')}
          unit="whole"
          value={tier.threshold}
          onValue={(value) => onTier({ ...tier, threshold: value ?? Number.NaN })}
        />
        <NumberField
          label={t('loyalty.tiers.times')}
          unit="times"
          value={tier.multiplier_bp}
          onValue={(value) => onTier({ ...tier, multiplier_bp: value ?? Number.NaN })}
        />
      </div>
      <ListField
        label={t('loyalty.tiers.benefits')}
        list={tier.benefits}
        onList={(benefits) => onTier({ ...tier, benefits })}
        hint={t('loyalty.tiers.benefits_hint')}
      />
    </Panel>
  )
}
