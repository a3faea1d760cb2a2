import { classNames } from '../../ui/class-names.ts'
import { Problem } from '../../ui/problem.tsx'
import { problemOf } from '../flow/flow.ts'
import { edit, useFlow } from '../flow/store.ts'
import { useFocus } from '../use-focus.ts'
import { useWords } from '../words.ts'

/** The number on the paper slip; label and field on one line. */
export function ReceiptField() {
  const { t } = useWords()
  const text = useFlow(({ flow }) => flow.bill.receipt)
  const problem = useFlow(({ flow }) => problemOf(flow, 'receipt'))
  const field = useFocus<HTMLInputElement>('receipt')
  return (
    <div>
      <div className="flex items-center gap-3">
        <label htmlFor="receipt" className="w-18 shrink-0 text-13 font-medium text-ink-soft">
          {t('sale.receipt')}
        </label>
        <input
          ref={field}
          id="receipt"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={200}
          placeholder={t('sale.receipt_hint')}
          value={text}
          aria-invalid={problem ? true : undefined}
          aria-describedby="receipt-note"
          onChange={(event) => edit({ receipt: event.target.value })}
          className={classNames(
            'h-12 w-full min-w-0 rounded-card border bg-surface px-3 text-15 text-ink',
            problem ? 'border-red' : 'border-line-strong',
          )}
        />
      </div>
      <div id="receipt-note" className="mt-1 min-h-10">
        {problem ? (
          <Problem>{problem}</Problem>
        ) : (
          <p className="text-13 text-ink-faint">{t('sale.receipt_what')}</p>
        )}
      </div>
    </div>
  )
}
