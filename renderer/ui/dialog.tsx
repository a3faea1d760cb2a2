import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useId, useLayoutEffect, useRef } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

/** Content or foot, not the cross in the corner, which the browser would take. */
const FIRST_TO_FOCUS = ['input', 'select', 'textarea', 'button']
  .map((name) => `:scope > header ~ * ${name}:not(:disabled)`)
  .join(', ')

/**
 * A native modal dialog: the page behind is inert, Esc closes, focus returns to where it was.
 * Not for the happy path of a sale. Mount it when it is to be open, unmount it to close.
 */
export function Dialog({
  title,
  closeLabel,
  onClose,
  wide = false,
  actions,
  children,
}: {
  title: string
  closeLabel: string
  onClose: () => void
  wide?: boolean
  /** Buttons at the foot, the main one last. */
  actions?: ReactNode
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // A layout effect: what the content wants focused by its own effects comes later and wins.
  useLayoutEffect(() => {
    const before = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    const first = shown?.querySelector<HTMLElement>(FIRST_TO_FOCUS)
    first?.focus()
    return () => {
      // While it is open the page behind takes no focus.
      shown?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className={classNames(
        'm-auto max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] flex-col overflow-hidden rounded-card border border-line bg-surface text-ink shadow-overlay open:flex',
        'animate-arrive',
        wide ? 'max-w-180' : 'max-w-120',
      )}
    >
      <header className="flex items-center justify-between gap-3 border-b border-line py-1 pr-1 pl-5">
        <h2 id={id} className="one-line text-18 font-semibold">
          {title}
        </h2>
        <IconButton icon={X} label={closeLabel} onClick={onClose} />
      </header>
      <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
      {actions && (
        <footer className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-3">{actions}</footer>
      )}
    </dialog>
  )
}
