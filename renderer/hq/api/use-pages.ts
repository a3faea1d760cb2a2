import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answered, Asking } from '../../../shared/hq/contract.ts'
import type { RouteName } from '../../../shared/hq/routes.ts'
import { useConsole } from './console-context.ts'
import { type Topic, type Trouble, troubleOf, useMark } from './use-query.ts'

/** Routes that answer page by page. */
type PagedRoute = {
  [R in RouteName]: Answered<R> extends { rows: readonly unknown[]; next: string | null } ? R : never
}[RouteName]
export type RowOf<R extends PagedRoute> = Answered<R>['rows'][number]

export interface Pages<Row> {
  readonly rows: readonly Row[]
  readonly more: boolean
  /** The first page is on its way and nothing stands yet. */
  readonly loading: boolean
  readonly trouble: Trouble | null
  /** Something new came while one reads further down. */
  readonly stale: boolean
  readonly loadMore: () => void
  readonly reload: () => void
}

interface Loaded<Row> {
  readonly question: string
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly pages: number
}

/** A list page by page as one scrolls. While only its first page is on the screen it follows what happens. */
export function usePages<R extends PagedRoute>(
  route: R,
  asking: Asking<R>,
  topics: readonly Topic[] = [],
): Pages<RowOf<R>> {
  const { client } = useConsole()
  const question = JSON.stringify(asking)
  const mark = useMark(topics)
  const [loaded, setLoaded] = useState<Loaded<RowOf<R>> | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [stale, setStale] = useState(false)
  const turn = useRef(0)
  const asking_ = useRef(false)
  const asked = useRef({ question: '', mark: '' })

  const load = useCallback(
    async (cursor: string | null, quietly: boolean) => {
      const mine = cursor === null ? ++turn.current : turn.current
      asking_.current = true
      const full = { ...(JSON.parse(question) as object), ...(cursor === null ? {} : { cursor }) }
      const got = await client.ask(route, full as Asking<R>, quietly)
      if (mine !== turn.current) return
      asking_.current = false
      if (got.outcome !== 'done') {
        setTrouble(got.outcome === 'refused' ? troubleOf(got) : { sentence: null, final: false })
        return
      }
      const { rows, next } = got.value as { rows: readonly RowOf<R>[]; next: string | null }
      setTrouble(null)
      if (cursor === null) setStale(false)
      setLoaded((before) => ({
        question,
        rows: cursor === null ? rows : [...(before?.rows ?? []), ...rows],
        next,
        pages: cursor === null ? 1 : (before?.pages ?? 0) + 1,
      }))
    },
    [client, route, question],
  )

  const pages = loaded?.question === question ? loaded.pages : 0
  useEffect(() => {
    const before = asked.current
    const asksAnew = before.question !== question
    const news = before.mark !== mark && before.mark !== ''
    asked.current = { question, mark }
    if (asksAnew) void load(null, false)
    else if (news && pages > 1) setStale(true)
    else if (news) void load(null, true)
  }, [load, question, mark, pages])

  const mine = loaded?.question === question ? loaded : null
  return {
    rows: mine?.rows ?? [],
    more: (mine?.next ?? null) !== null,
    loading: mine === null && trouble === null,
    trouble,
    stale,
    loadMore: () => {
      if (mine?.next && !asking_.current && !trouble) void load(mine.next, false)
    },
    reload: () => void load(null, false),
  }
}
