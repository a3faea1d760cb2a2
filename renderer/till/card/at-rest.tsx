import { Keys } from '../../ui/keys.tsx'
import { LastSale } from '../told/last-sale.tsx'
import { useWords } from '../words.ts'

const STEPS = [
  { key: 'F2', step: 'card.step_find', how: 'card.step_find_how' },
  { key: 'F4', step: 'card.step_amount', how: 'card.step_amount_how' },
  { key: 'Enter', step: 'card.step_award', how: 'card.step_award_how' },
] as const

/** While nobody is chosen: how a sale goes, and what was done last. */
export function AtRest() {
  const { t } = useWords()
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-1 flex-col items-center justify-center p-6">
        <div className="w-full max-w-80">
          <h2 className="mb-3 text-13 font-medium text-ink-soft">{t('card.steps')}</h2>
          <ol className="flex flex-col gap-5">
            {STEPS.map(({ key, step, how }) => (
              <li key={key} className="flex items-start gap-4">
                <span className="w-14 shrink-0 pt-1">
                  <Keys of={key} />
                </span>
                <span>
                  <span className="block text-18 font-semibold">{t(step)}</span>
                  <span className="block text-15 text-ink-soft">{t(how)}</span>
                </span>
              </li>
            ))}
          </ol>
        </div>
      </div>
      <LastSale />
    </div>
  )
}
