import type { ProgramTier } from '../../../shared/domain/program/program.ts'
import type { BonusRule, EarnRule, RedeemRule, Rule } from '../../../shared/domain/program/rule.ts'
import { CheckField, Choice, TextField } from '../../ui/field.tsx'
import { useWords } from '../frame/use-words.ts'
import { ConditionRows } from './condition-rows.tsx'
import { NumberField } from './number-field.tsx'

/** A rule in plain words: what it gives, when, and how much at most. */
export function RuleForm({
  rule,
  onRule,
  tiers,
  segments,
}: {
  rule: Rule
  onRule: (rule: Rule) => void
  tiers: readonly ProgramTier[]
  segments: readonly string[]
}) {
  const { t } = useWords()
  return (
    <div className="mt-3 flex flex-col gap-4">
      <div className="grid gap-3 min-[1000px]:grid-cols-2">
        <TextField
          label={t('loyalty.rules.name')}
          value={rule.name}
          onText={(name) => onRule({ ...rule, name })}
          hint={t('loyalty.rules.name_hint')}
        />
        <div>
          <CheckField
            label={t('loyalty.rules.active')}
            checked={rule.active}
            onChecked={(active) => onRule({ ...rule, active })}
          />
          <CheckField
            label={t('loyalty.rules.for_tills')}
            checked={rule.for_tills}
            onChecked={(for_tills) => onRule({ ...rule, for_tills })}
          />
          {rule.kind !== 'redeem' && (
            <CheckField
              label={t('loyalty.rules.tier_counts')}
              checked={rule.tier_counts}
              onChecked={(tier_counts) => onRule({ ...rule, tier_counts })}
            />
          )}
        </div>
      </div>
      <section className="grid gap-3 min-[1000px]:grid-cols-3">
        {rule.kind === 'earn' && <EarnGives rule={rule} onRule={onRule} />}
        {rule.kind === 'bonus' && <BonusGives rule={rule} onRule={onRule} />}
        {rule.kind === 'redeem' && <RedeemGives rule={rule} onRule={onRule} />}
      </section>
      <ConditionRows
        when={rule.when}
        onWhen={(when) => onRule({ ...rule, when })}
        tiers={tiers}
        segments={segments}
      />
      {rule.kind !== 'redeem' && <Caps rule={rule} onRule={onRule} />}
    </div>
  )
}

function EarnGives({ rule, onRule }: { rule: EarnRule; onRule: (rule: Rule) => void }) {
  const { t } = useWords()
  const { gives } = rule
  if (gives.per === 'amount' || gives.per === 'category') {
    return (
      <NumberField
        label={t('loyalty.rules.per_point')}
        unit="naira"
        value={gives.kobo_per_point}
        onValue={(value) => onRule({ ...rule, gives: { ...gives, kobo_per_point: value ?? Number.NaN } })}
      />
    )
  }
  return (
    <NumberField
      label={t(gives.per === 'visit' ? 'loyalty.rules.per_visit' : 'loyalty.rules.per_piece')}
      unit="whole"
      value={gives.points}
      onValue={(value) => onRule({ ...rule, gives: { ...gives, points: value ?? Number.NaN } })}
    />
  )
}

/** Of a bonus without a bill there is nothing to multiply. */
const WITHOUT_BILL: readonly BonusRule['gives']['on'][] = ['sign_up', 'referral_by']

function BonusGives({ rule, onRule }: { rule: BonusRule; onRule: (rule: Rule) => void }) {
  const { t } = useWords()
  const { gives } = rule
  const { on, min_kobo, points, multiplier_bp } = gives
  const least = min_kobo === undefined ? {} : { min_kobo }
  const isPoints = points !== undefined
  return (
    <>
      {!WITHOUT_BILL.includes(on) && (
        <Choice
          label={t('loyalty.rules.gives')}
          value={isPoints ? 'points' : 'times'}
          onValue={(how) =>
            onRule({
              ...rule,
              gives:
                how === 'points' ? { on, ...least, points: 100 } : { on, ...least, multiplier_bp: 20_000 },
            })
          }
          options={(['points', 'times'] as const).map((value) => ({
            value,
            label: t(`loyalty.rules.gives_${value}`),
          }))}
        />
      )}
      {isPoints ? (
        <NumberField
          key="points"
          label={t('loyalty.rules.points')}
          unit="whole"
          value={points}
          onValue={(value) => onRule({ ...rule, gives: { on, ...least, points: value ?? Number.NaN } })}
        />
      ) : (
        <NumberField
          key="times"
          label={t('loyalty.rules.times')}
          unit="times"
          value={multiplier_bp}
          onValue={(value) =>
            onRule({ ...rule, gives: { on, ...least, multiplier_bp: value ?? Number.NaN } })
          }
          hint={t('loyalty.rules.times_hint')}
        />
      )}
      {on === 'threshold' && (
        <NumberField
          label={t('loyalty.rules.least_bill')}
          unit="naira"
          value={min_kobo ?? null}
          onValue={(value) => onRule({ ...rule, gives: { ...gives, min_kobo: value ?? Number.NaN } })}
        />
      )}
      <Choice
        label={t('loyalty.rules.stack')}
        value={rule.stack}
        onValue={(stack) => onRule({ ...rule, stack })}
        options={(['add', 'alone'] as const).map((value) => ({ value, label: t(`loyalty.stack.${value}`) }))}
      />
    </>
  )
}

const REDEEM_FIELDS = [
  ['max_share_bp', 'percent', 'share'],
  ['min_points', 'whole', 'minimum'],
  ['step_points', 'whole', 'step'],
] as const

function RedeemGives({ rule, onRule }: { rule: RedeemRule; onRule: (rule: Rule) => void }) {
  const { t } = useWords()
  return REDEEM_FIELDS.map(([field, unit, word]) => (
    <NumberField
      key={field}
      label={t(`loyalty.basics.${word}`)}
      unit={unit}
      optional
      value={rule.gives[field] ?? null}
      hint={t('loyalty.rules.as_program')}
      onValue={(value) => {
        const { [field]: _, ...rest } = rule.gives
        onRule({ ...rule, gives: value === null ? rest : { ...rest, [field]: value } })
      }}
    />
  ))
}

const CAPS = ['sale', 'day', 'month', 'customer'] as const

function Caps({ rule, onRule }: { rule: EarnRule | BonusRule; onRule: (rule: Rule) => void }) {
  const { t } = useWords()
  return (
    <fieldset>
      <legend className="mb-1 text-15 font-semibold">{t('loyalty.rules.caps')}</legend>
      <div className="grid gap-3 min-[1000px]:grid-cols-4">
        {CAPS.map((cap) => (
          <NumberField
            key={cap}
            label={t(`loyalty.cap.${cap}`)}
            unit="whole"
            optional
            value={rule.caps[cap] ?? null}
            hint={t('loyalty.rules.no_cap')}
            onValue={(value) => {
              const { [cap]: _, ...rest } = rule.caps
              onRule({ ...rule, caps: value === null ? rest : { ...rest, [cap]: value } })
            }}
          />
        ))}
      </div>
    </fieldset>
  )
}
