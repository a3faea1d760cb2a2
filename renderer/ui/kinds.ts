import type { LucideIcon } from 'lucide-react'
import {
  BadgeCheck,
  CircleMinus,
  CirclePlus,
  Clock,
  HandCoins,
  KeyRound,
  MessageCircle,
  NotebookPen,
  Scale,
  Settings,
  ShoppingBag,
  Undo2,
  UserCog,
  UserPen,
  UserPlus,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Kinds of entries as a screen knows them, with a drawing each. A kind of a newer ledger is `other`. */
const DRAWINGS = {
  epoch_opened: KeyRound,
  clock_confirmed: Clock,
  customer_enrolled: UserPlus,
  customer_updated: UserPen,
  customer_consent: MessageCircle,
  customer_merged: UserPen,
  sale_recorded: ShoppingBag,
  points_earned: CirclePlus,
  points_redeemed: HandCoins,
  points_adjusted: Scale,
  points_reversed: Undo2,
  lease_granted: CircleMinus,
  lease_returned: CirclePlus,
  staff_changed: UserCog,
  override: BadgeCheck,
  settings_changed: Settings,
  other: NotebookPen,
} as const satisfies Record<string, LucideIcon>

type KindWord = keyof typeof DRAWINGS

export function kindWord(kind: string): KindWord {
  const word = kind.replace('.', '_')
  return Object.hasOwn(DRAWINGS, word) ? (word as KindWord) : 'other'
}

export const kindIcon = (kind: string): LucideIcon => DRAWINGS[kindWord(kind)]

/** A kind of entry in words. */
export function useKindText(): (kind: string) => string {
  const { t } = useTranslation('common')
  return (kind) => t(`kind.${kindWord(kind)}`)
}
