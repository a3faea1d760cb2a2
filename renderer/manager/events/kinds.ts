/** This entry counts no more: its sale was undone. The entry that undid it counts. */
export const isUndone = (row: { readonly kind: string; readonly sale_void: boolean }): boolean =>
  row.sale_void && row.kind !== 'points.reversed'

/** What a person filters by: each group stands for the kinds that make it up. */
export const KIND_GROUPS = {
  sales: ['sale.recorded'],
  given: ['points.earned'],
  used: ['points.redeemed'],
  undone: ['points.reversed'],
  adjusted: ['points.adjusted'],
  customers: ['customer.enrolled', 'customer.updated', 'customer.consent', 'customer.merged'],
  people: ['staff.changed', 'override'],
  till: ['settings.changed', 'clock.confirmed', 'epoch.opened'],
} as const satisfies Record<string, readonly string[]>

type KindGroup = keyof typeof KIND_GROUPS

export const GROUP_NAMES = Object.keys(KIND_GROUPS) as readonly KindGroup[]

/** A group is on when at least one of its kinds is asked for: an address may name a single one. */
export function groupsOf(kinds: readonly string[]): readonly KindGroup[] {
  return GROUP_NAMES.filter((group) => KIND_GROUPS[group].some((kind) => kinds.includes(kind)))
}

/** The kinds after pressing a group: all of its kinds go on, or all go off. */
export function toggleGroup(kinds: readonly string[], group: KindGroup): readonly string[] {
  const own: readonly string[] = KIND_GROUPS[group]
  const rest = kinds.filter((kind) => !own.includes(kind))
  return rest.length < kinds.length ? rest : [...kinds, ...own]
}

const MARKS = ['wall_untrusted', 'skewed', 'unconfirmed', 'floor_moved', 'unsecured'] as const
type MarkWord = (typeof MARKS)[number] | 'other'

export const markWord = (mark: string): MarkWord => MARKS.find((known) => known === mark) ?? 'other'
