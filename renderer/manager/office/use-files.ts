import { useEffect, useRef, useState } from 'react'
import { newId } from '../../bridge/browser-clock.ts'
import { refusalText } from '../../i18n/index.ts'
import { saveFile } from '../../ui/save-file.ts'
import { collectPages, exportFileName } from '../export/collect.ts'
import { useManager } from '../frame/manager-context.ts'
import { sendParts } from './send-parts.ts'

type Stopped = { readonly step: 'stopped'; readonly sentence: string | null }

type OutState =
  | { readonly step: 'idle' | 'running' }
  | { readonly step: 'saved'; readonly events: number; readonly file: string }
  | Stopped

/** Everything head office does not have, as one file. */
export function useUnsentFile(): { readonly state: OutState; readonly start: () => Promise<void> } {
  const { call, shop, today } = useManager()
  const [state, setState] = useState<OutState>({ step: 'idle' })
  const gone = useGone()
  const start = async (): Promise<void> => {
    const pieces: Blob[] = []
    setState({ step: 'running' })
    const outcome = await collectPages({
      page: async (cursor) => {
        const answer = await call('hq.export_unsent', { cursor })
        if (answer.outcome === 'done') {
          const { text, next, events } = answer.value
          return { outcome: 'done', page: { text, next, rows: events } }
        }
        const sentence = answer.outcome === 'refused' ? refusalText(answer.refusal) : null
        return { outcome: 'stopped', sentence }
      },
      keep: (text) => pieces.push(new Blob([text])),
      onRows: () => undefined,
      cancelled: () => gone.current,
    })
    if (outcome.outcome === 'cancelled') return
    if (outcome.outcome === 'stopped') return setState({ step: 'stopped', sentence: outcome.sentence })
    const file = exportFileName(`${shop.store_name} ${shop.till_name}`, 'unsent', today, 'jsonl')
    saveFile(new Blob(pieces, { type: 'application/jsonl' }), file)
    setState({ step: 'saved', events: outcome.rows, file })
  }
  return { state, start }
}

type InState =
  | { readonly step: 'idle' }
  | { readonly step: 'running'; readonly percent: number }
  | { readonly step: 'done'; readonly rows: number; readonly madeAt: number }
  | Stopped

/** A package of head office: handed over in parts, checked and put in place as a whole. */
export function usePackageFile(onDone: () => void): {
  readonly state: InState
  readonly start: (file: Blob) => Promise<void>
} {
  const { call } = useManager()
  const [state, setState] = useState<InState>({ step: 'idle' })
  const gone = useGone()
  const start = async (file: Blob): Promise<void> => {
    setState({ step: 'running', percent: 0 })
    const upload = newId()
    const outcome = await sendParts(file, {
      send: async (part, text, last) => {
        const answer = await call('hq.import_package', { upload, part, text, last })
        if (answer.outcome === 'done') return { outcome: 'taken', done: answer.value.done }
        const sentence = answer.outcome === 'refused' ? refusalText(answer.refusal) : null
        return { outcome: 'stopped', sentence }
      },
      onPercent: (percent) => setState({ step: 'running', percent }),
      cancelled: () => gone.current,
    })
    if (outcome.outcome === 'cancelled') return
    if (outcome.outcome === 'stopped') return setState({ step: 'stopped', sentence: outcome.sentence })
    setState({ step: 'done', rows: outcome.rows, madeAt: outcome.madeAt })
    onDone()
  }
  return { state, start }
}

/** True from the moment the room is left: what is under way ends at its next step. */
function useGone(): { readonly current: boolean } {
  const gone = useRef(false)
  useEffect(() => {
    gone.current = false
    return () => {
      gone.current = true
    }
  }, [])
  return gone
}
