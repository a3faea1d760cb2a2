import type { ComponentPropsWithRef, FormEvent, ReactNode } from 'react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classNames } from './class-names.ts'
import { Problem } from './problem.tsx'

const BOX =
  'w-full min-h-12 rounded-card border bg-surface px-3 text-ink transition-colors duration-100 disabled:bg-sunken disabled:text-ink-faint'
const edge = (problem: string | undefined): string =>
  problem ? 'border-red' : 'border-line-strong hover:not-disabled:border-ink-faint'

interface Around {
  label: string
  /** Under the field, before there is anything to say against it. */
  hint?: ReactNode
  /** A sentence: what is wrong and what to do. Takes the place of the hint. */
  problem?: string | undefined
  /** Keeps one line free under the field, so that a problem moves nothing. */
  steady?: boolean
  /** At the end of the label's line. */
  aside?: ReactNode
  className?: string
}

/** Label above, one line for hint or problem below. Used by every field; also for own controls. */
export function FieldFrame({
  id,
  label,
  hint,
  problem,
  steady,
  aside,
  className,
  children,
}: Around & { id: string; children: ReactNode }) {
  return (
    <div className={classNames('flex flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-13 font-medium text-ink-soft">
          {label}
        </label>
        {aside}
      </div>
      {children}
      {(steady || hint || problem) && (
        <div id={`${id}-note`} className="min-h-5 text-13 text-ink-faint">
          {problem ? <Problem>{problem}</Problem> : hint}
        </div>
      )}
    </div>
  )
}

type InputProps = Omit<ComponentPropsWithRef<'input'>, 'value' | 'onChange' | 'className' | 'size'>

interface TextFieldProps extends InputProps, Around {
  value: string
  onText: (text: string) => void
  /** Replaces the look of the box: the amount is larger. */
  boxClassName?: string
}

/** An empty `required` field says so under itself, as every other problem is said, not in a bubble of the browser. */
export function TextField({
  label,
  hint,
  problem: told,
  steady,
  aside,
  className,
  boxClassName,
  value,
  onText,
  ...rest
}: TextFieldProps) {
  const made = useId()
  const id = rest.id ?? made
  const common = useTranslation('common').t
  const [missing, setMissing] = useState(false)
  const onInvalid = (event: FormEvent<HTMLInputElement>): void => {
    const field = event.currentTarget
    if (!field.validity.valueMissing) return
    event.preventDefault()
    setMissing(true)
    if (field.form?.querySelector(':invalid') === field) field.focus()
  }
  const problem = told || (missing ? common('fill_in') : undefined)
  const noted = Boolean(steady || hint || problem)
  return (
    <FieldFrame
      id={id}
      label={label}
      hint={hint}
      problem={problem}
      steady={steady ?? false}
      aside={aside}
      className={className ?? ''}
    >
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        value={value}
        onChange={(event) => {
          setMissing(false)
          onText(event.target.value)
        }}
        onInvalid={onInvalid}
        aria-invalid={problem ? true : undefined}
        aria-describedby={noted ? `${id}-note` : undefined}
        className={classNames(BOX, edge(problem), boxClassName ?? 'text-15')}
      />
    </FieldFrame>
  )
}

interface SelectFieldProps<V extends string> extends Around {
  value: V
  onValue: (value: V) => void
  options: readonly { readonly value: V; readonly label: string }[]
  disabled?: boolean
}

export function SelectField<V extends string>({
  label,
  hint,
  problem,
  steady,
  aside,
  className,
  value,
  onValue,
  options,
  disabled,
}: SelectFieldProps<V>) {
  const id = useId()
  const noted = Boolean(steady || hint || problem)
  return (
    <FieldFrame
      id={id}
      label={label}
      hint={hint}
      problem={problem}
      steady={steady ?? false}
      aside={aside}
      className={className ?? ''}
    >
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value)
          if (chosen) onValue(chosen.value)
        }}
        aria-invalid={problem ? true : undefined}
        aria-describedby={noted ? `${id}-note` : undefined}
        className={classNames(BOX, edge(problem), 'text-15')}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

/** One of a few, all in sight: yes / no / not asked. Arrow keys move, as in any radio group. */
export function Choice<V extends string>({
  label,
  value,
  onValue,
  options,
  hideLabel = false,
  compact = false,
}: {
  label: string
  value: V
  onValue: (value: V) => void
  options: readonly { readonly value: V; readonly label: string }[]
  hideLabel?: boolean
  compact?: boolean
}) {
  const name = useId()
  return (
    <fieldset className="min-w-0">
      <legend className={hideLabel ? 'sr-only' : 'mb-1 text-13 font-medium text-ink-soft'}>{label}</legend>
      <div className="flex rounded-card border border-line-strong bg-surface">
        {options.map((option) => (
          <label
            key={option.value}
            className={classNames(
              'flex min-h-[46px] flex-1 items-center justify-center rounded-[9px] text-center font-medium select-none',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
              compact ? 'px-2.5 text-13' : 'px-3 text-15',
              option.value === value ? 'bg-brand-soft text-brand-ink' : 'text-ink-soft hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onValue(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function CheckField({
  label,
  checked,
  onChecked,
  disabled,
}: {
  label: ReactNode
  checked: boolean
  onChecked: (checked: boolean) => void
  disabled?: boolean
}) {
  return (
    <label className="flex min-h-12 items-center gap-3 text-15">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.target.checked)}
        className="size-5 shrink-0"
      />
      <span>{label}</span>
    </label>
  )
}
