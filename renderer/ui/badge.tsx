import type { LucideIcon } from 'lucide-react'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

export type Tone = 'neutral' | 'brand' | 'amber' | 'red'

export const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-soft border-line',
  brand: 'bg-brand-soft text-brand-ink border-brand-line',
  amber: 'bg-amber-soft text-amber-ink border-amber-line',
  red: 'bg-red-soft text-red-ink border-red-line',
}

/** A word about a thing: state, role, mark. Not pressable. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
}) {
  return (
    <span
      className={classNames(
        'inline-flex h-6 max-w-full shrink-0 items-center gap-1 rounded-inner border px-2 text-13 font-medium',
        TONES[tone],
      )}
    >
      {icon && <Icon of={icon} size={16} />}
      <span className="one-line">{children}</span>
    </span>
  )
}

const METALS: Readonly<Record<string, string>> = {
  bronze: 'bg-bronze-soft text-bronze-ink',
  silver: 'bg-silver-soft text-silver-ink',
  gold: 'bg-gold-soft text-gold-ink',
  platinum: 'bg-platinum-soft text-platinum-ink',
}

/** The tier in its quiet metal; a tier of another name stands in neutral. */
export function TierBadge({ name, large = false }: { name: string; large?: boolean }) {
  return (
    <span
      className={classNames(
        'inline-flex max-w-full shrink-0 items-center rounded-inner font-semibold',
        large ? 'h-7 px-2.5 text-15' : 'h-6 px-2 text-13',
        METALS[name.toLowerCase()] ?? 'bg-sunken text-ink-soft',
      )}
    >
      <bdi className="one-line">{name}</bdi>
    </span>
  )
}

const METAL_INK: Readonly<Record<string, string>> = {
  bronze: 'text-bronze-ink',
  silver: 'text-silver-ink',
  gold: 'text-gold-ink',
  platinum: 'text-platinum-ink',
}

/** The tier as a word alone, for lists: twenty badges under each other would shout. */
export function TierWord({ name }: { name: string }) {
  return <bdi className={classNames('font-medium', METAL_INK[name.toLowerCase()])}>{name}</bdi>
}

/** A choice that stays pressed (a filter) or can be taken off. */
export function Chip({
  pressed,
  onPress,
  onRemove,
  removeLabel,
  children,
}: {
  pressed?: boolean
  onPress?: () => void
  onRemove?: () => void
  removeLabel?: string
  children: ReactNode
}) {
  return (
    <span className="inline-flex max-w-full items-center">
      <button
        type="button"
        aria-pressed={pressed}
        onClick={onPress}
        className={classNames(
          'inline-flex min-h-12 min-w-0 items-center rounded-card border px-3 text-15 font-medium select-none',
          pressed
            ? 'border-brand-line bg-brand-soft text-brand-ink'
            : 'border-line-strong bg-surface text-ink-soft hover:bg-hover',
          onRemove && 'rounded-r-none border-r-0',
        )}
      >
        <span className="one-line">{children}</span>
      </button>
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel}
          onClick={onRemove}
          className="inline-flex min-h-12 w-12 items-center justify-center rounded-r-card border border-line-strong text-ink-soft hover:bg-hover"
        >
          <Icon of={X} size={16} />
        </button>
      )}
    </span>
  )
}
