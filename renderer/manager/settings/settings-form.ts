import { LIMITS } from '../../../shared/base/limits.ts'
import { groupThousands, POINTS_MAX } from '../../../shared/base/money.ts'
import { ROLES, type Role } from '../../../shared/base/roles.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import type { Ask } from '../../bridge/client.ts'
import {
  draftOf,
  type FieldProblem,
  type ProgramDraft,
  type ProgramReading,
  readProgram,
  wholeWithin,
} from './program-form.ts'

export type SettingsView = Output<'settings.get'>

/** All settings as a person edits them. */
export interface SettingsDraft {
  readonly storeName: string
  readonly tillName: string
  readonly mask: boolean
  readonly consent: string
  readonly limits: Readonly<Record<Role, string>>
  readonly program: ProgramDraft
}

type SettingsProblem = FieldProblem | 'text_missing'
export type SettingsProblems = Readonly<Record<string, SettingsProblem>>

/** Settings as they are first shown in the form. */
export function draftOfSettings(view: SettingsView): SettingsDraft {
  return {
    storeName: view.store_name,
    tillName: view.till_name,
    mask: view.mask_phones,
    consent: view.consent_wording,
    limits: Object.fromEntries(
      ROLES.map((role) => [role, groupThousands(view.adjust_daily_limit[role] ?? 0)]),
    ) as Record<Role, string>,
    program: draftOf(view.program),
  }
}

export interface SettingsReading {
  readonly problems: SettingsProblems
  /** The program as typed, for the example; null while it cannot be read. */
  readonly program: Extract<ProgramReading, { ok: true }>['program'] | null
  /** What to send: only what differs. Null while something is wrong or nothing differs. */
  readonly change: Ask<'settings.update'> | null
}

/** Reads a draft against what was loaded. Every wrong field is named at once. */
export function readSettings(draft: SettingsDraft, base: SettingsView): SettingsReading {
  const problems: Record<string, SettingsProblem> = {}
  const storeName = named('storeName', draft.storeName, problems)
  const tillName = named('tillName', draft.tillName, problems)
  const consent = draft.consent.trim()
  if (consent === '') problems['consent'] = 'text_missing'
  else if (consent.length > LIMITS.consentCharsMax) problems['consent'] = 'name_long'
  const limits = readLimits(draft.limits, problems)
  const reading = readProgram(draft.program, base.program.version)
  if (!reading.ok) {
    for (const [path, problem] of Object.entries(reading.problems)) problems[`program.${path}`] = problem
  }
  const program = reading.ok ? reading.program : null
  if (Object.keys(problems).length > 0 || program === null) return { problems, program, change: null }
  const change: Ask<'settings.update'> = {
    ...(storeName === base.store_name ? {} : { store_name: storeName }),
    ...(tillName === base.till_name ? {} : { till_name: tillName }),
    ...(draft.mask === base.mask_phones ? {} : { mask_phones: draft.mask }),
    ...(consent === base.consent_wording ? {} : { consent_wording: consent }),
    ...(same(limits, base.adjust_daily_limit) ? {} : { adjust_daily_limit: limits }),
    ...(same({ ...program, id: base.program.id }, base.program) ? {} : { program }),
  }
  return { problems, program, change: Object.keys(change).length === 0 ? null : change }
}

/** True when the draft says something else than what was loaded, right or wrong. */
export const isChanged = (draft: SettingsDraft, base: SettingsView): boolean =>
  !same(draft, draftOfSettings(base))

/** Equal in every setting. */
export const sameSettings = (a: SettingsView, b: SettingsView): boolean => same(a, b)

/** The problems without those of tier fields that are still empty: a row just added is not wrong yet. */
export function unfinishedLeftOut(problems: SettingsProblems, draft: SettingsDraft): SettingsProblems {
  const empty = new Set(
    draft.program.tiers.flatMap((tier, index) =>
      (['name', 'threshold', 'multiplier'] as const)
        .filter((field) => tier[field] === '')
        .map((field) => `program.tiers.${index}.${field}`),
    ),
  )
  return Object.fromEntries(Object.entries(problems).filter(([path]) => !empty.has(path)))
}

function named(path: string, typed: string, problems: Record<string, SettingsProblem>): string {
  const name = typed.trim()
  if (name === '') problems[path] = 'name_missing'
  else if (name.length > LIMITS.storeNameCharsMax) problems[path] = 'name_long'
  return name
}

function readLimits(
  typed: Readonly<Record<Role, string>>,
  problems: Record<string, SettingsProblem>,
): Record<Role, number> {
  const limits: Record<Role, number> = { cashier: 0, supervisor: 0, manager: 0, admin: 0 }
  for (const role of ROLES) {
    const limit = wholeWithin(typed[role], 0, POINTS_MAX)
    if (limit === undefined) problems[`limits.${role}`] = 'whole_from_0'
    else limits[role] = limit
  }
  return limits
}

/** Equal as values, whatever the order of the keys. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  )
}
