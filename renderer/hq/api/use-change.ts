import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answered, Asking } from '../../../shared/hq/contract.ts'
import type { ChangeName } from '../../../shared/hq/routes.ts'
import { useConsole } from './console-context.ts'

interface Change<R extends ChangeName> {
  readonly busy: boolean
  /** Why it was not done, in a sentence; empty when there is nothing to say. */
  readonly problem: string
  /** The answer, or null when it was not done. */
  readonly run: (asking: Asking<R>) => Promise<Answered<R> | null>
}

/** Asks for a change once at a time and keeps what was said against it. */
export function useChange<R extends ChangeName>(route: R): Change<R> {
  const { client } = useConsole()
  const { t } = useTranslation('hq')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const run = useCallback(
    async (asking: Asking<R>): Promise<Answered<R> | null> => {
      setBusy(true)
      setProblem('')
      const answer = await client.ask(route, asking)
      setBusy(false)
      if (answer.outcome === 'done') return answer.value
      setProblem(answer.outcome === 'refused' ? answer.problem.detail : t('failed'))
      return null
    },
    [client, route, t],
  )
  return { busy, problem, run }
}
