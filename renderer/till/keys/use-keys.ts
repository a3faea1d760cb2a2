import { useEffect } from 'react'
import { focusOn, showMiddle, stepBack, useFlow } from '../flow/store.ts'
import { FUNCTION_KEYS } from '../shell/shortcut-bar.tsx'

const isTyping = (element: Element | null): boolean =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement

/** Keys that work wherever the focus is on the cashier's screen: shortcuts and Esc. */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || document.querySelector('dialog[open]')) return
      const act = FUNCTION_KEYS.get(event.key)
      if (act) {
        event.preventDefault()
        act()
      } else if (event.key === 'Escape') {
        event.preventDefault()
        stepBack()
      } else if (event.key === 'Enter' && event.ctrlKey) {
        event.preventDefault()
        if (useFlow.getState().flow.find.shown?.answer.can_enrol) showMiddle('enrol')
      } else if (isLetterForNobody(event)) {
        // Typed with the focus on no field: it is meant for the search box.
        focusOn('search')
      }
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [])
}

function isLetterForNobody(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return false
  const focused = document.activeElement
  if (isTyping(focused)) return false
  // Space presses the button in focus.
  return event.key !== ' ' || focused === document.body
}
