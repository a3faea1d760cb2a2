import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { RoomHead } from '../frame/room-head.tsx'
import { TroubleState } from '../frame/trouble.tsx'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { PrinterPanel } from '../printer/printer-panel.tsx'
import { LimitsPanel } from './limits-panel.tsx'
import { ProgramPanel } from './program-panel.tsx'
import { RulesPanel } from './rules-panel.tsx'
import { SaveBar } from './save-bar.tsx'
import type { SettingsView } from './settings-form.ts'
import { ShopPanel } from './shop-panel.tsx'
import { type SettingsFormState, useSettingsForm } from './use-settings-form.ts'

/** How the shop is called and what a point is worth: one form, saved as one. */
export function SettingsRoom() {
  const { t } = useWords()
  const saved = useQuery('settings.get', {}, ['settings'])
  return (
    <div className="flex min-h-full flex-1 flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('settings.title')} subtitle={t('settings.subtitle')} />
      {saved.value ? (
        <SettingsForm saved={saved.value} onSaved={saved.put} onRefused={saved.reload} />
      ) : saved.trouble ? (
        <TroubleState query={saved} />
      ) : (
        <Panel>
          <SkeletonLines lines={9} />
        </Panel>
      )}
      <PrinterPanel />
    </div>
  )
}

function SettingsForm({
  saved,
  onSaved,
  onRefused,
}: {
  saved: SettingsView
  onSaved: (view: SettingsView) => void
  onRefused: () => void
}) {
  const form = useSettingsForm(saved, onSaved, onRefused)
  const { draft, base, problems, changed, outcome } = form
  return (
    <form
      className="flex flex-1 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void form.save()
      }}
    >
      {form.overtaken && <Overtaken form={form} />}
      <ProgramPanel
        draft={draft.program}
        version={base.program.version}
        savedWorthKobo={base.program.point_worth_kobo}
        problems={problems}
        program={form.reading.program}
        fixed={saved.from_head_office.program}
        onDraft={(program) => form.set({ program })}
      />
      <RulesPanel {...saved.program_words} unreadable={saved.unreadable_programs} />
      <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-[minmax(0,1fr)_20rem]">
        <ShopPanel
          draft={draft}
          problems={problems}
          maskFixed={saved.from_head_office.mask_phones}
          onDraft={form.set}
        />
        <LimitsPanel limits={draft.limits} problems={problems} onLimits={(limits) => form.set({ limits })} />
      </div>
      {(changed || outcome !== null) && (
        <SaveBar
          changed={changed}
          wrong={Object.keys(problems).length}
          outcome={outcome}
          busy={form.busy}
          onDiscard={form.discard}
        />
      )}
    </form>
  )
}

/** Two people changed settings at once: which of the two is to stand is theirs to say. */
function Overtaken({ form }: { form: SettingsFormState }) {
  const { t } = useWords()
  return (
    <Band
      tone="amber"
      action={
        <span className="flex gap-2">
          <Button onClick={form.discard}>{t('settings.load_newest')}</Button>
          <Button busy={form.busy} onClick={() => void form.saveOver()}>
            {t('settings.keep_mine')}
          </Button>
        </span>
      }
    >
      {t('settings.changed_meanwhile')}
    </Band>
  )
}
