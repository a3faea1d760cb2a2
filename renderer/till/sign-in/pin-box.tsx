import { Delete } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { LIMITS } from '../../../shared/base/limits.ts'
import { Icon } from '../../ui/icon.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useWords } from '../words.ts'

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/**
 * Four to eight digits, by keyboard or finger. The digits are never shown, only how many there are. Takes the
 * focus when it appears, where it is `first`: give it a `key` per person.
 */
export function PinBox({
  label,
  value,
  onValue,
  problem,
  disabled,
  first,
}: {
  label: string
  value: string
  onValue: (value: string) => void
  problem: string
  disabled: boolean
  first: boolean
}) {
  const { t } = useWords()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (first && !disabled) field.current?.focus()
  }, [first, disabled])
  const key =
    'h-14 rounded-card border border-line bg-surface text-24 font-medium hover:not-disabled:bg-hover disabled:text-ink-faint short:h-12'
  const press = (next: string): void => {
    onValue(next.slice(0, LIMITS.pinDigitsMax))
    field.current?.focus()
  }
  return (
    <div className="flex w-full flex-col gap-2">
      <label htmlFor="pin" className="one-line text-13 font-medium text-ink-soft">
        {label}
      </label>
      <input
        ref={field}
        id="pin"
        type="password"
        inputMode="none"
        autoComplete="off"
        disabled={disabled}
        value={value}
        maxLength={LIMITS.pinDigitsMax}
        aria-invalid={problem ? true : undefined}
        aria-describedby="pin-note"
        onChange={(event) => onValue(event.target.value.normalize('NFKC').replace(/\D/g, ''))}
        className="h-14 w-full rounded-card border border-line-strong bg-surface px-4 text-center text-32 tracking-[0.3em] disabled:bg-sunken"
      />
      <div id="pin-note" className="min-h-15">
        {problem && <Problem>{problem}</Problem>}
      </div>
      <fieldset aria-label={t('sign_in.pin_pad')} disabled={disabled} className="grid grid-cols-3 gap-2">
        {DIGITS.map((digit) => (
          <button
            key={digit}
            type="button"
            tabIndex={-1}
            className={key}
            onClick={() => press(value + digit)}
          >
            {digit}
          </button>
        ))}
        <span />
        <button type="button" tabIndex={-1} className={key} onClick={() => press(`${value}0`)}>
          0
        </button>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('sign_in.delete')}
          className={`${key} inline-flex items-center justify-center`}
          onClick={() => press(value.slice(0, -1))}
        >
          <Icon of={Delete} size={24} />
        </button>
      </fieldset>
    </div>
  )
}
