import { useEffect, useRef, useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { saveFile } from '../../ui/save-file.ts'
import { useManager } from '../frame/manager-context.ts'
import { type Collected, collectPages, exportFileName, type PageAnswer } from './collect.ts'

export const EXPORTS = ['customers', 'sales', 'lines', 'events'] as const
export type ExportWhat = (typeof EXPORTS)[number]
export type ExportFormat = 'csv' | 'json'

export type ExportState =
  | { readonly step: 'idle' }
  | { readonly step: 'running'; readonly rows: number }
  | { readonly step: 'saved'; readonly rows: number; readonly file: string }
  | { readonly step: 'cancelled' }
  /** Null: the till stopped without a sentence. */
  | { readonly step: 'stopped'; readonly sentence: string | null }

const TYPES: Record<ExportFormat, string> = { csv: 'text/csv;charset=utf-8', json: 'application/jsonl' }
/** One object a line is not one JSON document, and its name says so. */
const EXTENSIONS: Record<ExportFormat, string> = { csv: 'csv', json: 'jsonl' }
/** Without it a spreadsheet reads the names of people in another alphabet. */
const BYTE_ORDER_MARK = '\ufeff'

/** Fetches an export page by page and hands it to the browser as one file. Leaving the room cancels. */
export function useExport(what: ExportWhat): {
  readonly state: ExportState
  readonly start: (format: ExportFormat) => void
  readonly cancel: () => void
} {
  const { call, shop, today } = useManager()
  const [state, setState] = useState<ExportState>({ step: 'idle' })
  const cancelled = useRef(false)
  useEffect(
    () => () => {
      cancelled.current = true
    },
    [],
  )
  const page = async (format: ExportFormat, cursor: string | null): Promise<PageAnswer> => {
    const answer = await call('export.page', { what, format, cursor })
    if (answer.outcome === 'done') {
      const { text, next, rows }: Output<'export.page'> = answer.value
      return { outcome: 'done', page: { text, next, rows } }
    }
    return {
      outcome: 'stopped',
      sentence: answer.outcome === 'refused' ? refusalText(answer.refusal) : null,
    }
  }
  const run = async (format: ExportFormat): Promise<void> => {
    // Pieces of a Blob may lie on the disk; one long string would have to fit in memory.
    const pieces: Blob[] = format === 'csv' ? [new Blob([BYTE_ORDER_MARK])] : []
    cancelled.current = false
    setState({ step: 'running', rows: 0 })
    const outcome: Collected = await collectPages({
      page: (cursor) => page(format, cursor),
      keep: (text) => pieces.push(new Blob([text])),
      onRows: (rows) => setState({ step: 'running', rows }),
      cancelled: () => cancelled.current,
    })
    if (outcome.outcome === 'done') {
      const file = exportFileName(shop.store_name, what, today, EXTENSIONS[format])
      saveFile(new Blob(pieces, { type: TYPES[format] }), file)
      setState({ step: 'saved', rows: outcome.rows, file })
    } else if (outcome.outcome === 'cancelled') setState({ step: 'cancelled' })
    else setState({ step: 'stopped', sentence: outcome.sentence })
  }
  return {
    state,
    start: (format) => void run(format),
    cancel: () => {
      cancelled.current = true
    },
  }
}
