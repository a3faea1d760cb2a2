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

/** Kinds of entries as this screen knows them, with a drawing each. A kind of a newer till is `other`. */
const DRAWINGS = {
  epoch_opened: KeyRound,
  clock_confirmed: Clock,
  customer_enrolled: UserPlus,
  customer_updated: UserPen,
  customer_consent: MessageCircle,
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

/** What a person filters by. */
export const FILTER_KINDS = [
  'sale.recorded',
  'points.earned',
  'points.redeemed',
  'points.adjusted',
  'points.reversed',
  'customer.enrolled',
  'customer.updated',
  'customer.consent',
  'staff.changed',
  'override',
  'settings.changed',
  'clock.confirmed',
  'epoch.opened',
] as const
