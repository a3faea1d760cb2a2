import { useCallback, useEffect, useRef, useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { useManager } from '../frame/manager-context.ts'
import type { Trouble } from '../frame/use-query.ts'
import { type EventFilter, pageInput, readFilter, writeFilter } from './filter.ts'

export type EventRow = Output<'manager.events'>['events'][number]

export interface EventPages {
  readonly rows: readonly EventRow[]
  /** There are older ones that match. */
  readonly more: boolean
  /** The first page is on its way. */
  readonly loading: boolean
  readonly trouble: Trouble | null
  /** Something was written since the first page came. */
  readonly stale: boolean
  readonly loadMore: () => void
  readonly reload: () => void
  /** Something was done from here: shown at once where that moves nobody away from where they have scrolled to. */
  readonly changed: () => void
}

const PAGE_ROWS = 100

interface Loaded {
  readonly rows: readonly EventRow[]
  readonly next: string | null
}

const NOTHING: Loaded = { rows: [], next: null }

/** The entries that match a filter, page by page as one scrolls. A newer question makes an older answer void. */
export function useEventPages(filter: EventFilter): EventPages {
  const { call, onNotice } = useManager()
  const question = writeFilter({ ...filter, open: null })
  const [loaded, setLoaded] = useState<Loaded>(NOTHING)
  const [loading, setLoading] = useState(true)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [stale, setStale] = useState(false)
  const turn = useRef(0)
  const asking = useRef(false)

  const load = useCallback(
    async (cursor: string | null) => {
      const mine = cursor === null ? ++turn.current : turn.current
      asking.current = true
      if (cursor === null) setLoading(true)
      const answer = await call('manager.events', pageInput(readFilter(question), cursor, PAGE_ROWS))
      if (mine !== turn.current) return
      asking.current = false
      setLoading(false)
      if (answer.outcome === 'done') {
        const { events, next } = answer.value
        setTrouble(null)
        if (cursor === null) setStale(false)
        setLoaded((before) => ({ rows: cursor === null ? events : [...before.rows, ...events], next }))
      } else if (answer.outcome === 'refused') {
        const final = answer.refusal.code === 'not_allowed'
        setTrouble({ sentence: refusalText(answer.refusal), final })
      } else setTrouble({ sentence: null, final: false })
    },
    [call, question],
  )

  useEffect(() => {
    setLoaded(NOTHING)
    void load(null)
    return () => {
      turn.current++
    }
  }, [load])

  useEffect(
    () =>
      onNotice((notice) => {
        if (notice.notice === 'changed' && notice.what !== 'health') setStale(true)
      }),
    [onNotice],
  )

  const { next } = loaded
  return {
    rows: loaded.rows,
    more: next !== null,
    loading,
    trouble,
    stale,
    loadMore: () => {
      if (next !== null && !asking.current && !trouble) void load(next)
    },
    reload: () => void load(null),
    changed: () => {
      if (loaded.rows.length <= PAGE_ROWS) void load(null)
      else setStale(true)
    },
  }
}
