import { useCallback, useEffect, useRef, useState } from 'react'
import type { MethodName, Output } from '../../../shared/ipc/contract.ts'
import type { Notice } from '../../../shared/ipc/message.ts'
import { sleep } from '../../bridge/browser-clock.ts'
import type { Ask } from '../../bridge/client.ts'
import { refusalText } from '../../i18n/index.ts'
import { useManager } from './manager-context.ts'

export interface Trouble {
  /** What the till said; null when it did not answer at all. */
  readonly sentence: string | null
  /** The role may not see this: trying again would not help. */
  readonly final: boolean
}

export interface Query<T> {
  /** The last answer, also while a newer one is on its way. */
  readonly value: T | null
  readonly loading: boolean
  readonly trouble: Trouble | null
  readonly reload: () => void
  /** Takes a newer value that a command just answered with. */
  readonly put: (value: T) => void
}

type Changed = Extract<Notice, { notice: 'changed' }>['what']

/** A busy shop changes something every second; a screen that is read needs no more than this. */
const REFRESH_PAUSE_MS = 1_500

/**
 * Asks the till and keeps the answer, again whenever the question changes and, for the kinds of change named in
 * `refreshOn`, whenever the till says that something changed. An older answer never replaces a newer one.
 */
export function useQuery<M extends MethodName>(
  method: M,
  ask: Ask<M>,
  refreshOn: readonly Changed[] = [],
): Query<Output<M>> {
  const { call, onNotice } = useManager()
  const question = JSON.stringify(ask)
  const watched = refreshOn.join()
  const [answer, setAnswer] = useState<{ question: string; value: Output<M> } | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [loading, setLoading] = useState(true)
  const latest = useRef(0)

  const load = useCallback(async () => {
    const mine = ++latest.current
    setLoading(true)
    const got = await call(method, JSON.parse(question) as Ask<M>)
    if (mine !== latest.current) return
    setLoading(false)
    if (got.outcome === 'done') {
      setAnswer({ question, value: got.value })
      setTrouble(null)
    } else if (got.outcome === 'refused') {
      setTrouble({ sentence: refusalText(got.refusal), final: got.refusal.code === 'not_allowed' })
    } else setTrouble({ sentence: null, final: false })
  }, [call, method, question])

  useEffect(() => {
    void load()
    return () => {
      latest.current++
    }
  }, [load])

  useEffect(() => {
    if (watched === '') return
    const kinds = watched.split(',')
    let waiting = false
    let gone = false
    const stop = onNotice((notice) => {
      if (waiting || notice.notice !== 'changed' || !kinds.includes(notice.what)) return
      waiting = true
      void sleep(REFRESH_PAUSE_MS).then(() => {
        waiting = false
        if (!gone) void load()
      })
    })
    return () => {
      gone = true
      stop()
    }
  }, [onNotice, load, watched])

  const value = answer?.question === question ? answer.value : null
  const put = useCallback(
    (newer: Output<M>) => {
      latest.current++
      setLoading(false)
      setTrouble(null)
      setAnswer({ question, value: newer })
    },
    [question],
  )
  return { value, loading, trouble, reload: () => void load(), put }
}
