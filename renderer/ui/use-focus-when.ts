import { useEffect, useRef } from 'react'

/** A ref that takes the focus when it appears and whenever `wanted` becomes true. */
export function useFocusWhen<E extends HTMLElement>(wanted: boolean) {
  const element = useRef<E>(null)
  useEffect(() => {
    if (wanted) element.current?.focus()
  }, [wanted])
  return element
}
