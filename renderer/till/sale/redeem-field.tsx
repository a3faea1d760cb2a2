import { classNames } from '../../ui/class-names.ts'
import { Choice } from '../../ui/field.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { Problem } from '../../ui/problem.tsx'
import { nextAmountText } from '../flow/amount-text.ts'
import { problemOf } from '../flow/flow.ts'
import { edit, redeemMost, useFlow } from '../flow/store.ts'
import { useFocus } from '../use-focus.ts'
import { useWords } from '../words.ts'
import type { TouchPad } from './amount-field.tsx'

/** How much of the bill points pay, in points or naira. One sentence under it says why not, or why not more. */
export function RedeemField({ onTouch, onLeave, touched }: TouchPad) {
  const { t } = useWords()
  const { redeem, unit, quote } = useFlow(({ flow }) => flow.bill)
  const isCustomer = useFlow(({ flow }) => flow.for.who === 'customer')
  const problem = useFlow(({ flow }) => problemOf(flow, 'redeem'))
  const field = useFocus<HTMLInputElement>('redeem')
  const most = quote?.redeem.max_points ?? 0
  const hasRewards = unit === 'reward' || (quote?.rewards.length ?? 0) > 0
  return (
    <div>
      <label htmlFor="redeem" className="mb-1 block text-13 font-medium text-ink-soft">
        {t('sale.redeem')}
      </label>
      <div className="flex gap-2">
        {unit === 'reward' ? (
          <RewardSelect />
        ) : (
          <input
            ref={field}
            id="redeem"
            inputMode={touched ? 'none' : 'decimal'}
            autoComplete="off"
            maxLength={40}
            disabled={!isCustomer}
            value={redeem}
            aria-invalid={problem ? true : undefined}
            aria-describedby="redeem-note"
            onPointerDown={(event) => event.pointerType === 'touch' && onTouch()}
            onChange={(event) => edit({ redeem: nextAmountText(redeem, event.target.value) })}
            onBlur={onLeave}
            className={classNames(
              'h-12 w-full min-w-0 flex-1 rounded-card border bg-surface px-3 text-right text-18 font-semibold text-ink disabled:border-line disabled:bg-sunken',
              problem ? 'border-red' : 'border-line-strong',
            )}
          />
        )}
        <Choice
          label={t('sale.unit')}
          hideLabel
          compact
          value={unit}
          onValue={(next) => edit({ unit: next, redeem: '' })}
          options={[
            { value: 'points', label: t('sale.unit_points') },
            { value: 'naira', label: t('sale.unit_naira') },
            ...(hasRewards ? [{ value: 'reward' as const, label: t('sale.unit_reward') }] : []),
          ]}
        />
        {unit !== 'reward' && (
          <button
            type="button"
            disabled={!isCustomer || most === 0}
            onClick={redeemMost}
            aria-label={t('sale.most_label', { most: pointsText(most) })}
            className="h-12 shrink-0 rounded-card border border-line-strong px-3 text-15 font-medium hover:not-disabled:bg-hover disabled:border-line disabled:text-ink-faint"
          >
            {t('sale.most')}
          </button>
        )}
      </div>
      <div id="redeem-note" className="mt-1 min-h-10 text-13 text-ink-soft">
        {problem ? <Problem>{problem}</Problem> : <RedeemNote />}
      </div>
    </div>
  )
}

/** What of the catalogue is taken. What this customer cannot have now says so when it is chosen. */
function RewardSelect() {
  const { t, naira, points } = useWords()
  const { redeem, quote } = useFlow(({ flow }) => flow.bill)
  const isCustomer = useFlow(({ flow }) => flow.for.who === 'customer')
  const rewards = quote?.rewards ?? []
  const field = useFocus<HTMLSelectElement>('redeem')
  return (
    <select
      ref={field}
      id="redeem"
      disabled={!isCustomer}
      value={redeem}
      aria-describedby="redeem-note"
      // Enter books, as in every field of the sale; a list alone would open itself with it.
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.currentTarget.form?.requestSubmit()
      }}
      onChange={(event) => edit({ redeem: event.target.value })}
      className="h-12 w-full min-w-0 flex-1 rounded-card border border-line-strong bg-surface px-3 text-15 text-ink disabled:border-line disabled:bg-sunken"
    >
      <option value="">{t('sale.reward_choose')}</option>
      {rewards.map((one) => (
        <option key={one.id} value={one.id}>
          {t('sale.reward_line', {
            name: one.name,
            points: points(one.points),
            naira: naira(one.pays_kobo),
          })}
        </option>
      ))}
    </select>
  )
}

function RedeemNote() {
  const { t, naira } = useWords()
  const { quote, unit } = useFlow(({ flow }) => flow.bill)
  const isCustomer = useFlow(({ flow }) => flow.for.who === 'customer')
  if (!isCustomer || !quote) return <p className="text-ink-faint">{t('sale.redeem_what')}</p>
  const { redeem } = quote
  if (unit !== 'reward' && redeem.points > redeem.max_points && redeem.may_ask) return redeem.why
  if (redeem.points > 0) {
    return <p className="font-medium text-ink">{t('sale.pays', { naira: naira(redeem.pays_kobo) })}</p>
  }
  if (unit === 'reward') return t('sale.reward_what')
  if (redeem.max_points > 0 && redeem.why === '') {
    return t('sale.up_to_points', {
      count: redeem.max_points,
      shown: pointsText(redeem.max_points),
      naira: naira(redeem.max_pays_kobo),
    })
  }
  return redeem.why
}
