import { useLayoutEffect, useRef } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { caretAfter, nextAmountText } from '../flow/amount-text.ts'
import { problemOf } from '../flow/flow.ts'
import { edit, leaveAmount, useFlow } from '../flow/store.ts'
import { useFocus } from '../use-focus.ts'
import { useWords } from '../words.ts'

export interface TouchPad {
  /** A finger touched the field: the number pad is wanted. */
  readonly onTouch: () => void
  readonly onLeave: () => void
  /** The pad is open: the system's own keyboard stays away. */
  readonly touched: boolean
}

/** Digits get smaller before they are cut off. */
const sizeFor = (text: string): string =>
  text.length > 13
    ? 'text-18'
    : text.length > 11
      ? 'text-24'
      : text.length > 7
        ? 'text-32'
        : 'text-48 short:text-32'

export function AmountField({ onTouch, onLeave, touched }: TouchPad) {
  const { t } = useWords()
  const text = useFlow(({ flow }) => flow.bill.amount)
  const problem = useFlow(({ flow }) => problemOf(flow, 'amount'))
  const field = useFocus<HTMLInputElement>('amount')
  const caret = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (caret.current === null) return
    field.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })
  return (
    <div
      className={classNames(
        'flex h-20 shrink-0 items-center gap-2 rounded-card border bg-surface pr-4 short:h-14',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
        problem ? 'border-red' : 'border-line-strong',
      )}
    >
      <label
        htmlFor="amount"
        className="flex h-full shrink-0 items-center gap-3 pl-4 text-15 font-medium text-ink-soft"
      >
        {t('sale.amount')}
        <span aria-hidden="true" className="text-24 font-normal">
          ₦
        </span>
      </label>
      <input
        ref={field}
        id="amount"
        inputMode={touched ? 'none' : 'decimal'}
        autoComplete="off"
        enterKeyHint="done"
        maxLength={40}
        value={text}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? 'preview' : undefined}
        onPointerDown={(event) => event.pointerType === 'touch' && onTouch()}
        onChange={(event) => {
          const typed = event.target.value
          const next = nextAmountText(text, typed)
          caret.current = caretAfter(typed, event.target.selectionStart ?? typed.length, next)
          edit({ amount: next })
        }}
        onBlur={() => {
          leaveAmount()
          onLeave()
        }}
        className={classNames(
          'h-full w-full min-w-0 bg-transparent text-right font-semibold text-ink outline-none',
          sizeFor(text),
        )}
      />
    </div>
  )
}
