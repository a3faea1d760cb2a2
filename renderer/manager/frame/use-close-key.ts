import { useEffect, useRef } from 'react'
import { isTyping } from './use-room-keys.ts'

/**
 * Esc closes what lies open in a room, wherever the focus is; a dialog over it and a field being typed in come
 * first. In the capture phase: the manager's own Esc, which leaves, must not hear it.
 */
export function useCloseKey(onClose: () => void): void {
  const latest = useRef(onClose)
  latest.current = onClose
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || isTyping(event.target) || document.querySelector('dialog[open]')) return
      event.preventDefault()
      latest.current()
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [])
}
