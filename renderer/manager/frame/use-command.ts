import { useCallback, useState } from 'react'
import type { Refusal } from '../../../shared/base/refusal.ts'
import type { MethodName, Output } from '../../../shared/ipc/contract.ts'
import type { Ask } from '../../bridge/client.ts'
import { useManager } from './manager-context.ts'

interface Command<M extends MethodName> {
  readonly busy: boolean
  /** Why the last try was refused; null when it was not. */
  readonly refusal: Refusal | null
  /** The last try got no answer. The same again has one effect. */
  readonly unanswered: boolean
  readonly clear: () => void
  /** The answer, or null when it was refused or did not come. */
  readonly run: (ask: Ask<M>) => Promise<Output<M> | null>
}

/** One thing a person asks the till to do, and what became of it. */
export function useCommand<M extends MethodName>(method: M): Command<M> {
  const { call } = useManager()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [unanswered, setUnanswered] = useState(false)
  const clear = useCallback(() => {
    setRefusal(null)
    setUnanswered(false)
  }, [])
  const run = useCallback(
    async (ask: Ask<M>): Promise<Output<M> | null> => {
      setBusy(true)
      const answer = await call(method, ask)
      setBusy(false)
      setRefusal(answer.outcome === 'refused' ? answer.refusal : null)
      setUnanswered(answer.outcome === 'failed')
      return answer.outcome === 'done' ? answer.value : null
    },
    [call, method],
  )
  return { busy, refusal, unanswered, clear, run }
}
