import { addMonths, businessDate, isDate, startOfDate } from '../../../shared/base/business-date.ts'
import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { RELEASE } from '../../../shared/base/release.ts'
import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import { eventId } from '../../../shared/protocol/event.ts'
import type { AnyDraft } from '../../../shared/protocol/payload.ts'
import { type CommandParts, type Commands, specOf } from './command.ts'
import { changedSettings, settingsView } from './settings.ts'

export function storeCommands({
  ledger,
  people,
}: CommandParts): Pick<Commands, 'settings.update' | 'clock.confirm'> {
  const { writer, platform } = ledger
  return {
    'settings.update'(input, caller) {
      return writer.run({
        ...specOf(ledger, 'settings.update', input, caller),
        decide: () => {
          const changed = changedSettings(ledger, input)
          if (!changed.ok) return changed
          if (Object.keys(changed.value).length === 0) {
            return refuse(refusal('invalid', { what: 'The change', why: 'nothing is different' }))
          }
          const drafts: AnyDraft[] = [
            { kind: 'settings.changed', n: 0, payload: { settings: changed.value } },
          ]
          return ok({ drafts, answer: () => settingsView(ledger) })
        },
      })
    },
    'clock.confirm'(input, caller) {
      if (!isDate(input.date))
        return refuse(refusal('invalid', { what: 'The date', why: 'type it as on the calendar' }))
      const { time_zone } = ledger.settings().place
      const { wallMs } = platform.clock.read()
      const instant = confirmedInstant(
        input.date,
        wallMs,
        time_zone,
        leastConfirmed(ledger.demo),
        writer.now().trusted,
      )
      if (!instant.ok) return instant
      const confirmed = instant.value
      return writer.transaction(() => {
        const before = writer.now().trusted
        const known = writer.hasEvent(eventId(platform.digest, input.command_id, 0))
        const result = writer.runWithin({
          ...specOf(ledger, 'clock.confirm', input, caller),
          confirm: confirmed,
          decide: (now) => {
            const payload = { confirmed, before: now.trusted, by: 'person' } as const
            return ok({
              drafts: [{ kind: 'clock.confirmed', n: 0, payload }],
              answer: () => ({ trusted: confirmed }),
            })
          },
        })
        if (!known) people.moveTimes(confirmed - before)
        return result
      })
    },
  }
}

/** The least instant that can be true: no till runs before its software was built, but a demo shows the year before. */
export const leastConfirmed = (demo: boolean): number => (demo ? 0 : RELEASE.builtMs)

/** A year typed wrongly must not lapse every point there is; a till that was off for longer is set up anew. */
const CONFIRM_AHEAD_MONTHS_MAX = 24

/**
 * The instant a person means by a calendar day: the clock itself when it shows that day, else its time of day on that
 * day. Refuses date_before_last for a day before the one of `leastMs`, invalid for one more than two years after
 * `beforeMs`, what the till trusted until now (null: nothing yet), unless the clock shows that very day.
 */
export function confirmedInstant(
  date: string,
  wallMs: number,
  timeZone: string,
  leastMs: number,
  beforeMs: number | null,
): Result<number, Refusal> {
  const last = businessDate(leastMs, timeZone)
  if (date < last) return refuse(refusal('date_before_last', { last }))
  const shown = businessDate(wallMs, timeZone)
  if (beforeMs !== null && date !== shown) {
    const before = businessDate(Math.max(leastMs, beforeMs), timeZone)
    if (date > addMonths(before, CONFIRM_AHEAD_MONTHS_MAX)) {
      const why = 'it lies more than two years ahead, and every point would lapse. Check the year'
      return refuse(refusal('invalid', { what: 'The date', why }))
    }
  }
  const timeOfDay = Math.floor(wallMs) - startOfDate(shown, timeZone)
  return ok(Math.max(leastMs, startOfDate(date, timeZone) + timeOfDay))
}
