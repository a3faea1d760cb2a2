import { BASIS_POINTS_ONE } from '../../../shared/base/money.ts'
import { multiplierText } from '../../../shared/domain/program/base-earn.ts'
import { BASE_RULE } from '../../../shared/domain/program/rate.ts'
import { pointsText } from '../../ui/figures.tsx'
import { isolated } from '../../ui/isolated.ts'
import { Problem } from '../../ui/problem.tsx'
import type { Quote } from '../flow/flow.ts'
import { problemOf } from '../flow/flow.ts'
import { useFlow } from '../flow/store.ts'
import type { Words } from '../words.ts'
import { useWords } from '../words.ts'

/**
 * What the sale will earn and why, as the amount is typed; in the same place, what is wrong with the amount.
 * The place is there before it says anything.
 */
export function Preview() {
  const words = useWords()
  const quote = useFlow(({ flow }) => flow.bill.quote)
  const who = useFlow(({ flow }) => flow.for.who)
  const typed = useFlow(({ flow }) => flow.bill.amount !== '')
  const problem = useFlow(({ flow }) => problemOf(flow, 'amount'))
  if (problem) {
    return (
      <div id="preview" className="flex h-18 shrink-0 flex-col justify-center short:h-14">
        <Problem>{problem}</Problem>
      </div>
    )
  }
  return (
    <output
      id="preview"
      htmlFor="amount redeem"
      className="flex h-18 shrink-0 flex-col justify-center rounded-card bg-sunken px-4 short:h-14"
    >
      {who === 'without' ? (
        <span className="text-15 text-ink-soft">{words.t('sale.preview_without')}</span>
      ) : quote && quote.gross_kobo > 0 ? (
        <Earns earn={quote.earn} words={words} />
      ) : (
        <span className="text-15 text-ink-faint">
          {words.t(who === 'nobody_yet' && typed ? 'sale.preview_nobody' : 'sale.preview_empty')}
        </span>
      )}
    </output>
  )
}

function Earns({ earn, words: { t } }: { earn: Quote['earn']; words: Words }) {
  const tier = isolated(earn.tier)
  const rules = earn.lines.filter(({ rule }) => rule !== BASE_RULE)
  const base =
    earn.tier === ''
      ? t('sale.earns_untold', { base: pointsText(earn.base) })
      : earn.multiplier_bp === BASIS_POINTS_ONE
        ? t('sale.earns_base', { base: pointsText(earn.base), tier })
        : t('sale.earns_how', {
            base: pointsText(earn.base),
            multiplier: multiplierText(earn.multiplier_bp),
            tier,
          })
  const how = [
    base,
    ...rules.map(({ name, points }) => `${pointsText(points)} ${isolated(name)}`),
    ...earn.others.map(({ program, points }) =>
      t('sale.earns_beside', { shown: pointsText(points), program: isolated(program) }),
    ),
  ].join(' + ')
  const why = rules.length === 0 ? undefined : earn.lines.map(({ text }) => text).join('\n')
  return (
    <>
      <span className="one-line text-24 font-semibold text-brand-ink short:text-18">
        {earn.points === 0
          ? t('sale.earns_none')
          : t('sale.earns', { count: earn.points, shown: pointsText(earn.points) })}
      </span>
      <span className="one-line text-15 text-ink-soft" title={why}>
        {how}
      </span>
    </>
  )
}
