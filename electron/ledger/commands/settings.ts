import { LIMITS } from '../../../shared/base/limits.ts'
import { POINTS_MAX } from '../../../shared/base/money.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { ROLES } from '../../../shared/base/roles.ts'
import { baseProgramRefusal } from '../../../shared/domain/program/check-base.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { rewardInWords, ruleInWords } from '../../../shared/domain/program/rule-words.ts'
import type { Output, Parsed } from '../../../shared/ipc/contract.ts'
import type { Ledger } from '../ledger.ts'

/** All settings as a screen edits them. */
export function settingsView(ledger: Ledger): Output<'settings.get'> {
  const { store, policy, program, headOffice, unreadable } = ledger.settings()
  return {
    from_head_office: {
      program: headOffice?.program ?? false,
      mask_phones: headOffice?.policySet ?? false,
    },
    ...store,
    ...policy,
    adjust_daily_limit: { ...policy.adjust_daily_limit },
    program: baseView(program),
    program_words: {
      rules: program.rules
        .filter(({ active, for_tills }) => active && for_tills)
        .map((rule) => ruleInWords(rule, program.tiers)),
      rewards: program.rewards.filter(({ active }) => active).map(rewardInWords),
    },
    unreadable_programs: unreadable.map(({ sentence }) => sentence),
  }
}

/** What of a program is edited here. */
function baseView(program: Program): Output<'settings.get'>['program'] {
  const { id, name, version, kobo_per_point, point_worth_kobo } = program
  const lot_months = program.expiry.months
  const { redeem_min_points, redeem_step_points, redeem_max_share_bp } = program
  const limits = { redeem_min_points, redeem_step_points, redeem_max_share_bp }
  const tiers = program.tiers.map(({ id, name, threshold, multiplier_bp }) => ({
    id,
    name,
    threshold,
    multiplier_bp,
  }))
  return { id, name, version, kobo_per_point, point_worth_kobo, ...limits, lot_months, tiers }
}

/** The program with its base as edited; what stands beside the base stays as it is. */
function editedProgram(program: Program, base: NonNullable<Parsed<'settings.update'>['program']>): Program {
  const benefits = new Map(program.tiers.map((tier) => [tier.id, tier.benefits]))
  const tiers = base.tiers
    .map((t) => ({ ...t, name: t.name.trim(), benefits: benefits.get(t.id) ?? [] }))
    .sort((a, b) => a.threshold - b.threshold)
  const expiry = { ...program.expiry, months: base.lot_months }
  return { ...program, ...base, name: base.name.trim(), tiers, expiry }
}

/** What an edit changes, by setting. Refuses setting_invalid with the field, conflict when another edit came first. */
export function changedSettings(
  ledger: Ledger,
  input: Parsed<'settings.update'>,
): Result<Record<string, unknown>, Refusal> {
  const { store, policy, program, headOffice } = ledger.settings()
  const changed: Record<string, unknown> = {}
  const nextStore = {
    store_name: input.store_name?.trim() ?? store.store_name,
    till_name: input.till_name?.trim() ?? store.till_name,
  }
  for (const [field, value] of [
    ['Store name', nextStore.store_name],
    ['Till name', nextStore.till_name],
  ] as const) {
    const refused = placeNameRefusal(field, value)
    if (refused) return refuse(refused)
  }
  if (JSON.stringify(nextStore) !== JSON.stringify(store)) changed['store'] = nextStore
  const limits = { ...policy.adjust_daily_limit, ...input.adjust_daily_limit }
  for (const role of ROLES) {
    if (!Number.isSafeInteger(limits[role]) || limits[role] < 0 || limits[role] > POINTS_MAX) {
      return refuse(
        refusal('setting_invalid', {
          field: `Points a ${role} may adjust a day`,
          why: 'type a whole number from 0',
        }),
      )
    }
  }
  const wording = input.consent_wording?.trim() ?? policy.consent_wording
  if (wording === '' || wording.length > LIMITS.consentCharsMax || /(?!\n)\p{Cc}/u.test(wording)) {
    const why = `write what the customer is asked, in at most ${LIMITS.consentCharsMax} characters`
    return refuse(refusal('setting_invalid', { field: 'Consent question', why }))
  }
  const nextPolicy = {
    mask_phones: input.mask_phones ?? policy.mask_phones,
    consent_wording: wording,
    adjust_daily_limit: limits,
  }
  if (JSON.stringify(nextPolicy) !== JSON.stringify(policy)) changed['policy'] = nextPolicy
  const masks = input.mask_phones ?? policy.mask_phones
  if (headOffice?.policySet && masks !== policy.mask_phones) return refuse(setByHeadOffice('Masked numbers'))
  if (input.program) {
    if (input.program.version !== program.version) {
      return refuse(
        refusal('setting_invalid', {
          field: 'Program',
          why: 'somebody else changed it meanwhile; open it again',
        }),
      )
    }
    const edited = editedProgram(program, input.program)
    const refused = baseProgramRefusal(edited)
    if (refused) return refuse(refused)
    if (JSON.stringify(edited) !== JSON.stringify(program)) {
      if (headOffice?.program) return refuse(setByHeadOffice('Program'))
      changed['program'] = { ...edited, version: program.version + 1 }
    }
  }
  return ok(changed)
}

const setByHeadOffice = (field: string): Refusal =>
  refusal('setting_invalid', { field, why: 'head office sets this for all stores; ask them to change it' })

/** What is wrong with the name of a store or a till, or null. Refuses setting_invalid. */
export function placeNameRefusal(field: string, value: string): Refusal | null {
  const text = value.trim()
  const fine = text !== '' && text.length <= LIMITS.storeNameCharsMax && !/\p{Cc}/u.test(text)
  return fine
    ? null
    : refusal('setting_invalid', {
        field,
        why: `type a name of at most ${LIMITS.storeNameCharsMax} characters`,
      })
}
