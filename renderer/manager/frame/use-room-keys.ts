import { useEffect, useRef } from 'react'
import { type RoomName, roomOfKey } from './location.ts'

/** True for what takes letters: keys typed there belong to it. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox]):not([type=radio])'))

/**
 * Number keys switch rooms and Esc goes one step back: out of a field, else out of the manager. Keys belong to
 * an open dialog while there is one; whoever handles Esc first (an open entry) stops it.
 */
export function useRoomKeys(onRoom: (room: RoomName) => void, onBack: () => void): void {
  const handlers = useRef({ onRoom, onBack })
  handlers.current = { onRoom, onBack }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
      if (document.querySelector('dialog[open]')) return
      if (event.key === 'Escape') {
        event.preventDefault()
        if (isTyping(event.target) && event.target instanceof HTMLElement) event.target.blur()
        else handlers.current.onBack()
        return
      }
      const room = isTyping(event.target) ? undefined : roomOfKey(event.key)
      if (!room) return
      event.preventDefault()
      handlers.current.onRoom(room)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
