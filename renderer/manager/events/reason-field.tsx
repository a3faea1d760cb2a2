import { LIMITS } from '../../../shared/base/limits.ts'
import { TextField } from '../../ui/field.tsx'

/** Why, in words that stay for ever: typed, or one of the usual ones by a press. */
export function ReasonField({
  label,
  usual,
  value,
  onText,
  problem,
}: {
  label: string
  usual: readonly string[]
  value: string
  onText: (text: string) => void
  problem: string | undefined
}) {
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label={label}
        value={value}
        onText={onText}
        maxLength={LIMITS.reasonCharsMax}
        spellCheck
        problem={problem}
      />
      <div className="flex flex-wrap gap-2">
        {usual.map((reason) => (
          <button
            key={reason}
            type="button"
            onClick={() => onText(reason)}
            className="min-h-12 rounded-card border border-line bg-sunken px-3 text-13 font-medium text-ink-soft hover:bg-hover hover:text-ink"
          >
            {reason}
          </button>
        ))}
      </div>
    </div>
  )
}
