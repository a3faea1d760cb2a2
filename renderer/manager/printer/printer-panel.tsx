import { Printer } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../../shared/base/refusal.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckField, Choice, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { TroubleState } from '../frame/trouble.tsx'
import { useCommand } from '../frame/use-command.ts'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'

type Settings = Output<'printer.settings'>

/** Which printer this till has. Saved by itself: it belongs to this machine and is no part of the shop's rules. */
export function PrinterPanel() {
  const { t } = useWords()
  const saved = useQuery('printer.settings', {})
  return (
    <Panel title={t('printer.title')}>
      {saved.value ? (
        <PrinterForm saved={saved.value} onSaved={saved.put} />
      ) : saved.trouble ? (
        <TroubleState query={saved} />
      ) : (
        <SkeletonLines lines={4} />
      )}
    </Panel>
  )
}

function PrinterForm({ saved, onSaved }: { saved: Settings; onSaved: (settings: Settings) => void }) {
  const { t } = useWords()
  const [draft, setDraft] = useState(saved)
  const [said, setSaid] = useState<'saved' | 'tested' | null>(null)
  const update = useCommand('printer.update')
  const test = useCommand('printer.test')
  const change = (part: Partial<Settings>): void => {
    setDraft({ ...draft, ...part })
    setSaid(null)
    update.clear()
    test.clear()
  }
  const save = async (): Promise<void> => {
    test.clear()
    const answer = await update.run(draft)
    setSaid(answer ? 'saved' : null)
    if (answer) {
      setDraft(answer)
      onSaved(answer)
    }
  }
  const tryIt = async (): Promise<void> => {
    update.clear()
    setSaid((await test.run(draft)) ? 'tested' : null)
  }
  const changed = JSON.stringify(draft) !== JSON.stringify(saved)
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Choice
        label={t('printer.kind')}
        value={draft.kind}
        onValue={(kind) => change({ kind })}
        options={[
          { value: 'none', label: t('printer.none') },
          { value: 'network', label: t('printer.network') },
          { value: 'device', label: t('printer.device') },
        ]}
      />
      <Where draft={draft} onDraft={change} />
      {draft.kind !== 'none' && (
        <>
          <Choice
            label={t('printer.paper')}
            value={draft.paper === 58 ? '58' : '80'}
            onValue={(paper) => change({ paper: paper === '58' ? 58 : 80 })}
            options={[
              { value: '58', label: t('printer.mm', { width: 58 }) },
              { value: '80', label: t('printer.mm', { width: 80 }) },
            ]}
          />
          <CheckField
            label={t('printer.every_sale')}
            checked={draft.every_sale}
            onChecked={(every_sale) => change({ every_sale })}
          />
        </>
      )}
      <Outcome
        said={said}
        refusal={update.refusal ?? test.refusal}
        unanswered={update.unanswered || test.unanswered}
      />
      <div className="flex flex-wrap justify-end gap-3">
        {draft.kind !== 'none' && (
          <Button icon={Printer} busy={test.busy} onClick={() => void tryIt()}>
            {t('printer.test')}
          </Button>
        )}
        <Button type="submit" look="primary" busy={update.busy} disabled={!changed}>
          {t('printer.save')}
        </Button>
      </div>
    </form>
  )
}

function Where({ draft, onDraft }: { draft: Settings; onDraft: (part: Partial<Settings>) => void }) {
  const { t } = useWords()
  if (draft.kind === 'network') {
    return (
      <div className="grid grid-cols-[minmax(0,1fr)_8rem] gap-3">
        <TextField
          label={t('printer.host')}
          value={draft.host}
          maxLength={253}
          hint={t('printer.host_hint')}
          onText={(host) => onDraft({ host })}
        />
        <TextField
          label={t('printer.port')}
          inputMode="numeric"
          value={draft.port === 0 ? '' : String(draft.port)}
          maxLength={5}
          onText={(text) => onDraft({ port: portOf(text) })}
        />
      </div>
    )
  }
  if (draft.kind !== 'device') return null
  return (
    <TextField
      label={t('printer.path')}
      value={draft.device}
      maxLength={200}
      hint={t('printer.path_hint')}
      onText={(device) => onDraft({ device })}
    />
  )
}

/** What of a text is a port; 0 for none, which the till refuses with a sentence. */
function portOf(text: string): number {
  const port = Number(text.replace(/\D/g, ''))
  return port <= 65_535 ? port : 0
}

function Outcome({
  said,
  refusal,
  unanswered,
}: {
  said: 'saved' | 'tested' | null
  refusal: Refusal | null
  unanswered: boolean
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  if (refusal) return <Band tone="red">{refusalText(refusal)}</Band>
  if (unanswered) return <Band tone="red">{common('failed')}</Band>
  return said && <Band tone="brand">{t(said === 'saved' ? 'printer.saved' : 'printer.tested')}</Band>
}
