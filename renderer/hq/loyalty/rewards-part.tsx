import { Plus, Trash2 } from 'lucide-react'
import { RULE_LIMITS } from '../../../shared/domain/program/limits.ts'
import type { Reward } from '../../../shared/domain/program/program.ts'
import { newId } from '../../bridge/browser-clock.ts'
import { Band } from '../../ui/band.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { PartProps } from './basics-part.tsx'
import { withOne, without } from './draft.ts'
import { NumberField } from './number-field.tsx'

const ID_SIGNS = 12

/** What points buy at a fixed price. */
export function RewardsPart({ program, fault, change }: PartProps) {
  const { t } = useWords()
  const { rewards } = program
  const add = (): void => {
    const reward: Reward = {
      id: newId().slice(0, ID_SIGNS),
      name: '',
      points: 500,
      gives: { kind: 'amount', kobo: 50_000 },
      stock: null,
      active: true,
    }
    change({ rewards: [...rewards, reward] })
  }
  return (
    <div className="flex flex-col gap-4">
      {fault?.place === 'Rewards' && <Band tone="red">{fault.why}</Band>}
      {rewards.length === 0 && <p className="text-ink-soft">{t('loyalty.rewards.none')}</p>}
      {rewards.map((reward, at) => (
        <RewardCard
          key={reward.id}
          reward={reward}
          problem={fault?.place === `Reward "${reward.name}"` ? fault.why : undefined}
          onReward={(next) => change({ rewards: withOne(rewards, at, next) })}
          onRemove={() => change({ rewards: without(rewards, at) })}
        />
      ))}
      <div>
        <Button icon={Plus} disabled={rewards.length >= RULE_LIMITS.rewardsMax} onClick={add}>
          {t('loyalty.rewards.add')}
        </Button>
      </div>
    </div>
  )
}

interface CardProps {
  readonly reward: Reward
  readonly problem: string | undefined
  readonly onReward: (reward: Reward) => void
  readonly onRemove: () => void
}

function RewardCard({ reward, problem, onReward, onRemove }: CardProps) {
  const { t } = useWords()
  const shown = reward.name.trim() || t('loyalty.rewards.new')
  return (
    <Panel
      title={shown}
      aside={<IconButton icon={Trash2} label={t('loyalty.remove', { name: shown })} onClick={onRemove} />}
    >
      {problem && (
        <Band tone="red" className="mb-3">
          {problem}
        </Band>
      )}
      <div className="grid gap-3 min-[1000px]:grid-cols-3">
        <TextField
          label={t('loyalty.rewards.name')}
          value={reward.name}
          onText={(name) => onReward({ ...reward, name })}
        />
        <NumberField
          label={t('loyalty.rewards.points')}
          unit="whole"
          value={reward.points}
          onValue={(value) => onReward({ ...reward, points: value ?? Number.NaN })}
        />
        <NumberField
          label={t('loyalty.rewards.stock')}
          unit="whole"
          optional
          value={reward.stock}
          onValue={(stock) => onReward({ ...reward, stock })}
          hint={t('loyalty.rewards.stock_hint')}
        />
        <Gives reward={reward} onReward={onReward} />
      </div>
      <CheckField
        label={t('loyalty.rewards.active')}
        checked={reward.active}
        onChecked={(active) => onReward({ ...reward, active })}
      />
    </Panel>
  )
}

function Gives({ reward, onReward }: Pick<CardProps, 'reward' | 'onReward'>) {
  const { t } = useWords()
  const { gives } = reward
  const worth = gives.kind === 'amount' ? gives.kobo : gives.worth_kobo
  return (
    <>
      <SelectField
        label={t('loyalty.rewards.gives')}
        value={gives.kind}
        onValue={(kind) =>
          onReward({
            ...reward,
            gives: kind === 'amount' ? { kind, kobo: worth } : { kind, item: '', worth_kobo: worth },
          })
        }
        options={(['amount', 'item'] as const).map((value) => ({
          value,
          label: t(`loyalty.rewards.gives_${value}`),
        }))}
      />
      {gives.kind === 'item' && (
        <TextField
          label={t('loyalty.rewards.item')}
          value={gives.item}
          onText={(item) => onReward({ ...reward, gives: { ...gives, item } })}
        />
      )}
      <NumberField
        key={gives.kind}
        label={t(gives.kind === 'amount' ? 'loyalty.rewards.amount' : 'loyalty.rewards.worth')}
        unit="naira"
        value={worth}
        onValue={(value) => {
          const kobo = value ?? Number.NaN
          onReward({
            ...reward,
            gives: gives.kind === 'amount' ? { kind: 'amount', kobo } : { ...gives, worth_kobo: kobo },
          })
        }}
      />
    </>
  )
}
