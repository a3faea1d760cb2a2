import type { Output } from '../../../shared/ipc/contract.ts'
import { NO_FILTER, writeFilter } from '../events/filter.ts'
import type { Place } from '../frame/location.ts'

export type AttentionItem = Output<'manager.today'>['attention'][number]

interface Remedy {
  /** The word on the button. */
  readonly word:
    | 'open_entry'
    | 'open_undone'
    | 'confirm_date'
    | 'check_ledger'
    | 'make_backup'
    | 'open_staff'
    | 'open_health'
    | 'open_office'
  readonly place: Place
}

const HEALTH: Place = { room: 'health', query: '' }

/** The one thing to do about what needs the manager. An entry is looked at; what is about the till leads to its health. */
export function remedyOf(item: AttentionItem): Remedy {
  if (item.kind.startsWith('office_')) return { word: 'open_office', place: { room: 'office', query: '' } }
  if (item.event_id !== null) {
    return {
      word: 'open_entry',
      place: { room: 'events', query: writeFilter({ ...NO_FILTER, open: item.event_id }) },
    }
  }
  if (item.kind === 'debt') {
    const query = writeFilter({ ...NO_FILTER, kinds: ['points.reversed'] })
    return { word: 'open_undone', place: { room: 'events', query } }
  }
  if (/clock|date|skew/.test(item.kind)) return { word: 'confirm_date', place: HEALTH }
  if (/verify|check/.test(item.kind)) return { word: 'check_ledger', place: HEALTH }
  if (/backup/.test(item.kind)) return { word: 'make_backup', place: HEALTH }
  if (/staff|pin|locked/.test(item.kind)) return { word: 'open_staff', place: { room: 'staff', query: '' } }
  return { word: 'open_health', place: HEALTH }
}
