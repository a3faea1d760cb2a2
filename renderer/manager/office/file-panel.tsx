import { Download, Upload } from 'lucide-react'
import { useRef } from 'react'
import { groupThousands } from '../../../shared/base/money.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { usePackageFile, useUnsentFile } from './use-files.ts'

/** The same without a network: what waits goes out as a file, what head office has comes in as one. */
export function FilePanel({ waiting, onChanged }: { waiting: number; onChanged: () => void }) {
  const { t, moment } = useWords()
  const out = useUnsentFile()
  const into = usePackageFile(onChanged)
  const chosen = useRef<HTMLInputElement>(null)
  const stopped = (sentence: string | null): string => sentence ?? t('office.file_stopped')
  return (
    <Panel title={t('office.files')}>
      <div className="flex flex-col gap-3">
        <p className="text-15 text-ink-soft">{t('office.files_text')}</p>
        {out.state.step === 'saved' && (
          <Band tone="brand">
            {t('office.out_done', { count: out.state.events, shown: groupThousands(out.state.events) })}
            <span className="block text-13 font-normal break-all">{out.state.file}</span>
          </Band>
        )}
        {out.state.step === 'stopped' && <Band tone="red">{stopped(out.state.sentence)}</Band>}
        <Button
          icon={Download}
          busy={out.state.step === 'running'}
          disabled={waiting === 0}
          onClick={() => void out.start()}
        >
          {t(waiting === 0 ? 'office.out_none' : 'office.out_do')}
        </Button>
        {into.state.step === 'done' && (
          <Band tone="brand">
            {t('office.in_done', {
              count: into.state.rows,
              shown: groupThousands(into.state.rows),
              moment: moment(into.state.madeAt),
            })}
          </Band>
        )}
        {into.state.step === 'stopped' && <Band tone="red">{stopped(into.state.sentence)}</Band>}
        <input
          ref={chosen}
          type="file"
          aria-label={t('office.in_do')}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0]
            // The same file may be chosen again after it was mended.
            event.target.value = ''
            if (file) void into.start(file)
          }}
        />
        <Button icon={Upload} busy={into.state.step === 'running'} onClick={() => chosen.current?.click()}>
          {into.state.step === 'running'
            ? t('office.in_running', { percent: into.state.percent })
            : t('office.in_do')}
        </Button>
      </div>
    </Panel>
  )
}
