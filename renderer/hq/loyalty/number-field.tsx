import { useState } from 'react'
import { TextField } from '../../ui/field.tsx'
import { useWords } from '../frame/use-words.ts'
import { numberText, readNumber, type Unit } from './numbers.ts'

/**
 * A number as a person types it. What is no number is told at once and given on as NaN, which no program holds; an
 * optional field that is left empty gives null.
 */
export function NumberField({
  label,
  unit,
  value,
  onValue,
  hint,
  problem,
  optional = false,
}: {
  label: string
  unit: Unit
  value: number | null
  onValue: (value: number | null) => void
  hint?: string
  problem?: string | undefined
  optional?: boolean
}) {
  const { t } = useWords()
  const [text, setText] = useState(() => numberText(value, unit))
  const read = readNumber(text, unit)
  const wrong = read === undefined && !(optional && text.trim() === '')
  return (
    <TextField
      label={label}
      inputMode="decimal"
      value={text}
      onText={(next) => {
        setText(next)
        const found = readNumber(next, unit)
        onValue(found ?? (optional && next.trim() === '' ? null : Number.NaN))
      }}
      hint={hint}
      problem={wrong ? t(`loyalty.number.${unit}`) : problem}
    />
  )
}
