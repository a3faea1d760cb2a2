import { useEffect, useRef } from 'react'
import type { FocusTarget } from './flow/store.ts'
import { useFlow } from './flow/store.ts'

/** A ref for the field that takes the focus when `target` is wished for, also when it appears after the wish. */
export function useFocus<E extends HTMLInputElement | HTMLSelectElement>(target: FocusTarget) {
  const field = useRef<E>(null)
  const wish = useFlow((store) => (store.focus.target === target ? store.focus.n : -1))
  useEffect(() => {
    if (wish < 0 || document.querySelector('dialog[open]')) return
    field.current?.focus()
    if (field.current instanceof HTMLInputElement) field.current.select()
  }, [wish])
  return field
}
