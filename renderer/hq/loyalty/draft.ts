import { programRefusal } from '../../../shared/domain/program/check.ts'
import { offlineRefusal } from '../../../shared/domain/program/check-offline.ts'
import type { Program } from '../../../shared/domain/program/program.ts'

/** What stands against a program, at the place that a person would point at. */
export interface Fault {
  /** As the domain names it: "Name", "Gold", "Rule "Books twice"". */
  readonly place: string
  readonly why: string
}

/** What publishing would be refused for, before anybody asks; null: nothing. */
export function faultOf(program: Program, segments: readonly string[]): Fault | null {
  const refusal = programRefusal(program, { segments }) ?? offlineRefusal(program, segments)
  if (!refusal) return null
  const { field, why } = refusal.params
  return { place: String(field ?? ''), why: sentenceOf(String(why ?? refusal.sentence)) }
}

/** "type an amount" -> "Type an amount." */
const sentenceOf = (why: string): string =>
  `${why.charAt(0).toUpperCase()}${why.slice(1)}${why.endsWith('.') ? '' : '.'}`

/** Whether a field holds what is no number. */
export function holdsNoNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isNaN(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(holdsNoNumber)
}

/** Whether head office could not keep it, not even as a draft: a field holds no number, or a reward gives no thing. */
export const cannotBeKept = (program: Program): boolean =>
  holdsNoNumber(program) ||
  program.rewards.some(({ gives }) => gives.kind === 'item' && gives.item.trim() === '')

/** Where each fault is put right. */
export const PARTS = ['basics', 'tiers', 'rules', 'rewards', 'preview', 'versions'] as const
export type Part = (typeof PARTS)[number]

export function partOf({ place }: Fault, program: Pick<Program, 'tiers'>): Part {
  if (place.startsWith('Rule')) return 'rules'
  if (place.startsWith('Reward')) return 'rewards'
  if (place.startsWith('Tier') || program.tiers.some(({ name }) => name === place)) return 'tiers'
  return 'basics'
}

/** The same with one of a list changed, moved by `by` places, or taken away. */
export const withOne = <T>(all: readonly T[], at: number, one: T): readonly T[] =>
  all.map((old, n) => (n === at ? one : old))
export const without = <T>(all: readonly T[], at: number): readonly T[] => all.filter((_, n) => n !== at)
export function moved<T>(all: readonly T[], at: number, by: number): readonly T[] {
  const one = all[at]
  return one === undefined ? all : without(all, at).toSpliced(at + by, 0, one)
}
