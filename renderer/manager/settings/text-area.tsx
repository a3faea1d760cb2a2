import { useId } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { FieldFrame } from '../../ui/field.tsx'

/** A field for a sentence or two. */
export function TextArea({
  label,
  value,
  onText,
  hint,
  problem,
}: {
  label: string
  value: string
  onText: (text: string) => void
  hint: string
  problem: string | undefined
}) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem}>
      <textarea
        id={id}
        rows={2}
        value={value}
        onChange={(event) => onText(event.target.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-note`}
        className={classNames(
          'w-full resize-y rounded-card border bg-surface px-3 py-2 text-15 text-ink',
          problem ? 'border-red' : 'border-line-strong hover:border-ink-faint',
        )}
      />
    </FieldFrame>
  )
}
