import { describe, expect, it } from 'vitest'
import { GROUP_NAMES, KIND_GROUPS } from '../../renderer/manager/events/kinds.ts'
import { kindWord } from '../../renderer/ui/kinds.ts'
import { EVENT_KINDS } from '../../shared/protocol/event.ts'

describe('the manager and the kinds of entries', () => {
  it('have words for every kind the ledger writes', () => {
    expect(EVENT_KINDS.filter((kind) => kindWord(kind) === 'other')).toEqual([])
  })

  it('can all be reached through a group, but leases, which a till alone never writes', () => {
    const grouped = GROUP_NAMES.flatMap((group): readonly string[] => KIND_GROUPS[group])
    const missing = EVENT_KINDS.filter((kind) => !grouped.includes(kind))
    expect(missing).toEqual(['lease.granted', 'lease.returned'])
    expect(new Set(grouped).size).toBe(grouped.length)
  })
})
