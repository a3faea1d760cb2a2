import type { Program } from './program.ts'

/** What has a name of its own in a program. */
type Named = 'tier' | 'rule' | 'reward'
type Setting = Exclude<keyof Program, 'id' | 'version' | 'lot_months' | 'tiers' | 'rules' | 'rewards'>

/** One difference between two versions of a program. */
export type ProgramChange =
  | { readonly what: 'setting'; readonly setting: Setting; readonly before: unknown; readonly after: unknown }
  | { readonly what: 'order'; readonly of: Named }
  | {
      readonly what: Named
      readonly name: string
      readonly how: 'added' | 'removed' | 'changed'
      /** Of a changed one: which of its parts. */
      readonly parts: readonly string[]
    }

/** In the order in which a person reads a program. */
const SETTINGS: readonly Setting[] = [
  'name',
  'type',
  'members',
  'kobo_per_point',
  'earn_on',
  'earn_min_kobo',
  'excludes',
  'point_worth_kobo',
  'redeem_min_points',
  'redeem_step_points',
  'redeem_max_share_bp',
  'proof',
  'expiry',
  'qualification',
  'grace_days',
  'stacking',
]

/**
 * What differs between two versions of a program, in the order in which a person reads it; before is null where there
 * was none. The id and the number of the version are no differences.
 */
export function programChanges(before: Program | null, after: Program): readonly ProgramChange[] {
  const settings = SETTINGS.flatMap((setting): ProgramChange[] => {
    const [was, is] = [before?.[setting] ?? null, after[setting]]
    return isSame(was, is) ? [] : [{ what: 'setting', setting, before: was, after: is }]
  })
  return [
    ...settings,
    ...namedChanges('tier', before?.tiers ?? [], after.tiers),
    ...namedChanges('rule', before?.rules ?? [], after.rules),
    ...namedChanges('reward', before?.rewards ?? [], after.rewards),
  ]
}

interface WithName {
  readonly id: string
  readonly name: string
}

function namedChanges<T extends WithName>(
  what: Named,
  before: readonly T[],
  after: readonly T[],
): readonly ProgramChange[] {
  const changes: ProgramChange[] = []
  for (const one of after) {
    const was = before.find(({ id }) => id === one.id)
    if (!was) changes.push({ what, name: one.name, how: 'added', parts: [] })
    else {
      const parts = partsThatDiffer(was, one)
      if (parts.length > 0) changes.push({ what, name: one.name, how: 'changed', parts })
    }
  }
  for (const was of before) {
    if (!after.some(({ id }) => id === was.id))
      changes.push({ what, name: was.name, how: 'removed', parts: [] })
  }
  const order = (all: readonly T[], others: readonly T[]): string =>
    all
      .map(({ id }) => id)
      .filter((id) => others.some((other) => other.id === id))
      .join(' ')
  if (order(before, after) !== order(after, before)) changes.push({ what: 'order', of: what })
  return changes
}

function partsThatDiffer(before: object, after: object): readonly string[] {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => !isSame(was.get(key), is.get(key)))
}

/** Whether two values of a program say the same; the order of names does not count. */
const isSame = (one: unknown, other: unknown): boolean => inOneSpelling(one) === inOneSpelling(other)

const inOneSpelling = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? ''
