import type { LucideIcon } from 'lucide-react'
import { CirclePlus, Download, ListChecks, ShoppingBag, Users } from 'lucide-react'
import { groupThousands } from '../../../shared/base/money.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useWords } from '../frame/use-words.ts'
import { type ExportFormat, type ExportState, type ExportWhat, useExport } from './use-export.ts'

const DRAWINGS: Record<ExportWhat, LucideIcon> = {
  customers: Users,
  sales: ShoppingBag,
  lines: CirclePlus,
  events: ListChecks,
}

/** One kind of export with its own progress: several may run at once. */
export function ExportCard({
  what,
  format,
  expectedRows,
}: {
  what: ExportWhat
  format: ExportFormat
  expectedRows: number | null
}) {
  const { t } = useWords()
  const { state, start, cancel } = useExport(what)
  const name = t(`export.what.${what}`)
  return (
    <section
      aria-labelledby={`export-${what}`}
      className="flex min-h-56 flex-col gap-3 rounded-card border border-line bg-surface p-5"
    >
      <div className="flex items-center gap-3">
        <span className="inline-flex size-10 items-center justify-center rounded-card bg-sunken text-ink-soft">
          <Icon of={DRAWINGS[what]} />
        </span>
        <h2 id={`export-${what}`} className="text-18 font-semibold">
          {name}
        </h2>
        <span className="flex-1" />
        {expectedRows !== null && (
          <span className="text-13 text-ink-faint">{groupThousands(expectedRows)}</span>
        )}
      </div>
      <p className="text-15 text-ink-soft">{t(`export.about.${what}`)}</p>
      <div className="flex flex-1 flex-col justify-end gap-3">
        <Outcome state={state} />
        {state.step === 'running' ? (
          <Running name={name} rows={state.rows} all={expectedRows} onCancel={cancel} />
        ) : (
          <Button
            icon={Download}
            aria-label={t('export.do_of', { what: name, format: format.toUpperCase() })}
            onClick={() => start(format)}
          >
            {`${t('export.do')} ${format.toUpperCase()}`}
          </Button>
        )}
      </div>
    </section>
  )
}

function Running({
  name,
  rows,
  all,
  onCancel,
}: {
  name: string
  rows: number
  all: number | null
  onCancel: () => void
}) {
  const { t } = useWords()
  const shown = groupThousands(rows)
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <progress
          aria-label={t('export.progress', { what: name })}
          className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-brand"
          {...(all === null ? {} : { value: Math.min(rows, all), max: Math.max(1, all) })}
        />
        <p className="text-13 text-ink-soft">
          {all === null || rows > all
            ? t('export.running', { rows: shown })
            : t('export.running_of', { rows: shown, all: groupThousands(all) })}
        </p>
      </div>
      <Button onClick={onCancel}>{t('export.cancel')}</Button>
    </div>
  )
}

function Outcome({ state }: { state: ExportState }) {
  const { t } = useWords()
  if (state.step === 'saved') {
    return (
      <Band tone="brand">
        {t('export.done', { count: state.rows, shown: groupThousands(state.rows) })}
        <span className="block text-13 font-normal break-words">{state.file}</span>
      </Band>
    )
  }
  if (state.step === 'cancelled') return <Band>{t('export.cancelled')}</Band>
  if (state.step === 'stopped') return <Band tone="red">{state.sentence ?? t('export.stopped')}</Band>
  return null
}
