import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answered, Asking } from '../../../shared/hq/contract.ts'
import type { RouteName } from '../../../shared/hq/routes.ts'
import { type Pulse, useConsole } from './console-context.ts'

export interface Trouble {
  /** What head office said; null when it did not answer at all. */
  readonly sentence: string | null
  /** Trying again would not help. */
  readonly final: boolean
}

export interface Query<T> {
  /** The last answer, also while a newer one is on its way. */
  readonly value: T | null
  readonly loading: boolean
  readonly trouble: Trouble | null
  readonly reload: () => void
}

export type Topic = Exclude<keyof Pulse, 'now' | 'open_exceptions'>

/** One text that changes when one of the topics did. */
export function useMark(topics: readonly Topic[]): string {
  const { pulse } = useConsole()
  return pulse ? topics.map((topic) => pulse[topic]).join(' ') : ''
}

export function troubleOf(answer: {
  outcome: 'refused'
  problem: { detail: string; code: string }
}): Trouble {
  const { code, detail } = answer.problem
  return { sentence: detail, final: code === 'not_allowed' || code === 'not_found' || code === 'malformed' }
}

/**
 * Asks head office and keeps the answer; again whenever the question changes and whenever one of the topics does.
 * An older answer never replaces a newer one.
 */
export function useQuery<R extends RouteName>(
  route: R,
  asking: Asking<R>,
  topics: readonly Topic[] = [],
): Query<Answered<R>> {
  const { client } = useConsole()
  const question = JSON.stringify(asking)
  const mark = useMark(topics)
  const [answer, setAnswer] = useState<{ question: string; value: Answered<R> } | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [loading, setLoading] = useState(true)
  const latest = useRef(0)
  const asked = useRef({ question: '', mark: '' })

  const load = useCallback(
    async (quietly: boolean) => {
      const mine = ++latest.current
      setLoading(true)
      const got = await client.ask(route, JSON.parse(question) as Asking<R>, quietly)
      if (mine !== latest.current) return
      setLoading(false)
      if (got.outcome === 'done') {
        setAnswer({ question, value: got.value })
        setTrouble(null)
      } else setTrouble(got.outcome === 'refused' ? troubleOf(got) : { sentence: null, final: false })
    },
    [client, route, question],
  )

  useEffect(() => {
    const before = asked.current
    // The first pulse comes after the first answer and says nothing new.
    const news = before.question !== question || (before.mark !== mark && before.mark !== '')
    asked.current = { question, mark }
    if (news) void load(before.question === question)
  }, [load, question, mark])

  const value = answer?.question === question ? answer.value : null
  return { value, loading, trouble, reload: () => void load(false) }
}
