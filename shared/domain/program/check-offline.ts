import { type Refusal, refusal } from '../../base/refusal.ts'
import { placeOfRule } from './check.ts'
import type { Program } from './program.ts'
import { of } from './windows.ts'

/**
 * Why tills cannot follow a program without asking, or null. `sent`: ids of the segments whose members tills know.
 * Refuses setting_invalid, naming the rule and what a till lacks for it. Rules of head office alone, and those that
 * are switched off, may ask for anything.
 */
export function offlineRefusal(program: Program, sent: readonly string[]): Refusal | null {
  const bad = (field: string, why: string): Refusal => refusal('setting_invalid', { field, why })
  const unsent = (ids: readonly string[]): string | undefined => ids.find((id) => !sent.includes(id))
  const wayOut = 'make it a rule of head office alone'
  if (program.type === 'vip') {
    const missing = unsent(program.members)
    if (missing !== undefined)
      return bad(
        'Members',
        `the segment "${missing}" is not sent to tills, so they would not know who earns; send it`,
      )
  }
  for (const rule of program.rules) {
    if (!rule.active || !rule.for_tills) continue
    if (of(rule.when, 'spend').length > 0) {
      const why = `what a customer spent in all stores is known at head office alone; use a segment, or ${wayOut}`
      return bad(placeOfRule(rule), why)
    }
    const missing = unsent(of(rule.when, 'segment').flatMap((one) => one.in))
    if (missing !== undefined)
      return bad(placeOfRule(rule), `the segment "${missing}" is not sent to tills; send it, or ${wayOut}`)
  }
  return null
}
