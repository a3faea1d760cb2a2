import i18next from 'i18next'
import { useEffect } from 'react'
import { BURST_NONE, type Burst, hear, SCAN_CHARS_MIN, SCAN_CHARS_MIN_IN_AMOUNT } from '../keys/scanner.ts'
import { notify } from '../notice/notice.ts'
import { scanned } from './scan.ts'

type Field = HTMLInputElement | HTMLTextAreaElement

/** What a field that is for card numbers says of itself: a scan there is its text. */
const TAKES_SCANS = 'scan'

const focusedField = (): Field | null => {
  const focused = document.activeElement
  return focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement ? focused : null
}

/** Sets a field as if typed, so that the state behind it follows. */
function putBack(field: Field, value: string): void {
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Listens for a scanner in every room of the till. Its Enter never presses anything. */
export function useScanner(): void {
  useEffect(() => {
    let burst: Burst = BURST_NONE
    let before: { field: Field; value: string } | null = null

    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
      const field = focusedField()
      const charsMin = field?.inputMode === 'decimal' ? SCAN_CHARS_MIN_IN_AMOUNT : SCAN_CHARS_MIN
      const stroke = { key: event.key, atMs: event.timeStamp, isHeld: event.repeat }
      const heard = hear(burst, stroke, charsMin)
      burst = heard.burst
      if (heard.heard === 'first') before = field && { field, value: field.value }
      if (heard.heard !== 'scan') return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (field?.dataset['takes'] === TAKES_SCANS) return
      // What the scanner typed into the field in focus was not meant for it.
      if (before) putBack(before.field, before.value)
      else if (field?.value.endsWith(heard.text)) putBack(field, field.value.slice(0, -heard.text.length))
      if (document.querySelector('dialog[open]')) notify(i18next.t('till:scan.close_first'))
      else void scanned(heard.text)
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [])
}
