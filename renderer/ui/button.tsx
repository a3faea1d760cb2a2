import type { LucideIcon } from 'lucide-react'
import { LoaderCircle } from 'lucide-react'
import type { ComponentPropsWithRef } from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'
import { Keys } from './keys.tsx'

/** `band`: on the brand colour. */
type Look = 'primary' | 'plain' | 'quiet' | 'danger' | 'band'

const LOOKS: Record<Look, string> = {
  primary:
    'bg-brand text-on-brand border-transparent hover:not-disabled:bg-brand-hover disabled:bg-sunken disabled:text-ink-faint disabled:border-line',
  plain:
    'bg-surface text-ink border-line-strong hover:not-disabled:bg-hover disabled:text-ink-faint disabled:border-line',
  quiet:
    'bg-transparent text-ink-soft border-transparent hover:not-disabled:bg-hover hover:not-disabled:text-ink disabled:text-ink-faint',
  danger:
    'bg-red text-on-red border-transparent hover:not-disabled:bg-red-hover disabled:bg-sunken disabled:text-ink-faint disabled:border-line',
  band: 'bg-transparent text-on-brand border-current/40 hover:not-disabled:bg-brand-hover',
}

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  look?: Look
  /** `large` is the one thing to do on the screen. All are at least 48 px high. */
  size?: 'normal' | 'large'
  icon?: LucideIcon
  /** The key that does the same, shown at the end: "F2", "Enter". */
  shortcut?: string
  /** Waiting for an answer: still in place, no second press. */
  busy?: boolean
  wide?: boolean
}

export function Button({
  look = 'plain',
  size = 'normal',
  icon,
  shortcut,
  busy = false,
  wide = false,
  disabled,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-keyshortcuts={shortcut?.replaceAll(' ', '+')}
      onClick={busy ? undefined : rest.onClick}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-card border font-medium select-none',
        'transition-colors duration-100',
        size === 'large' ? 'min-h-14 px-5 text-18' : 'min-h-12 px-4 text-15',
        wide && 'w-full',
        LOOKS[look],
        className,
      )}
    >
      {busy ? (
        <Icon of={LoaderCircle} className="animate-[spin_900ms_linear_infinite]" />
      ) : (
        icon && <Icon of={icon} />
      )}
      <span className="one-line">{children}</span>
      {shortcut && <Keys of={shortcut} on={look === 'plain' || look === 'quiet' ? 'page' : 'fill'} />}
    </button>
  )
}

/** A square button with an icon alone. The label is read out and shown on hover. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: Omit<ComponentPropsWithRef<'button'>, 'children'> & { icon: LucideIcon; label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex size-12 shrink-0 items-center justify-center rounded-card text-ink-soft',
        'transition-colors duration-100 hover:not-disabled:bg-hover hover:not-disabled:text-ink disabled:text-ink-faint',
        className,
      )}
    >
      <Icon of={icon} />
    </button>
  )
}
