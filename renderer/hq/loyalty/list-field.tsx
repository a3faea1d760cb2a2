import { useState } from 'react'
import { TextField } from '../../ui/field.tsx'
import { readList } from './numbers.ts'

/** Words of a list, with commas between them. */
export function ListField({
  label,
  list,
  onList,
  hint,
  problem,
}: {
  label: string
  list: readonly string[]
  onList: (list: readonly string[]) => void
  hint?: string
  problem?: string | undefined
}) {
  const [text, setText] = useState(() => list.join(', '))
  return (
    <TextField
      label={label}
      value={text}
      onText={(next) => {
        setText(next)
        onList(readList(next))
      }}
      hint={hint}
      problem={problem}
    />
  )
}
