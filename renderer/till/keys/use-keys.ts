import { useEffect } from 'react'
import { focusOn, scanned, showMiddle, stepBack, useFlow } from '../flow/store.ts'
import { FUNCTION_KEYS } from '../shell/shortcut-bar.tsx'
import type { Burst } from './scanner.ts'
import { BURST_NONE, hear, SCAN_CHARS_MIN, SCAN_CHARS_MIN_IN_AMOUNT } from './scanner.ts'

const isTyping = (element: Element | null): boolean =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement

/** Sets a field as if typed, so that the state behind it follows. */
function putBack(field: HTMLInputElement, value: string): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Keys that work wherever the focus is on the cashier's screen: shortcuts, Esc, and a scanner's burst. */
export function useKeys(): void {
  useEffect(() => {
    let burst: Burst = BURST_NONE
    let before: { field: HTMLInputElement; value: string } | null = null

    const onScannerKey = (event: KeyboardEvent): boolean => {
      const field = document.activeElement instanceof HTMLInputElement ? document.activeElement : null
      const charsMin = field?.inputMode === 'decimal' ? SCAN_CHARS_MIN_IN_AMOUNT : SCAN_CHARS_MIN
      const heard = hear(burst, event.key, event.timeStamp, charsMin)
      burst = heard.burst
      if (heard.heard === 'first') before = field && { field, value: field.value }
      if (heard.heard !== 'scan') return false
      event.preventDefault()
      event.stopPropagation()
      // What the scanner typed into the field in focus was not meant for it.
      if (before) putBack(before.field, before.value)
      void scanned(heard.text)
      return true
    }

    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || document.querySelector('dialog[open]')) return
      if (!event.ctrlKey && !event.altKey && !event.metaKey && onScannerKey(event)) return
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
