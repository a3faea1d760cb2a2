import { classNames } from './class-names.ts'

/** A key on the keyboard, as a quiet cap. Hidden from screen readers: `aria-keyshortcuts` tells them. */
export function Keys({ of, on = 'page' }: { of: string; on?: 'page' | 'fill' }) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'inline-flex h-5 shrink-0 items-center rounded-inner border px-1.5 font-sans text-13 font-medium leading-none',
        on === 'fill' ? 'border-current/40 text-current' : 'border-line bg-sunken text-ink-soft',
      )}
    >
      {of}
    </span>
  )
}
