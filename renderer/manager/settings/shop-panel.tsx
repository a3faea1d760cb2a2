import { CheckField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { SettingsDraft, SettingsProblems } from './settings-form.ts'
import { TextArea } from './text-area.tsx'
import { useProblem } from './use-problem.ts'

/** How the shop is called, and what is shown and read out. */
export function ShopPanel({
  draft,
  problems,
  maskFixed,
  onDraft,
}: {
  draft: SettingsDraft
  problems: SettingsProblems
  /** Head office says whether numbers are masked. */
  maskFixed: boolean
  onDraft: (change: Partial<SettingsDraft>) => void
}) {
  const { t } = useWords()
  const problem = useProblem(problems)
  return (
    <Panel title={t('settings.shop')}>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3">
        <TextField
          label={t('settings.store_name')}
          value={draft.storeName}
          onText={(storeName) => onDraft({ storeName })}
          problem={problem('storeName')}
          steady
        />
        <TextField
          label={t('settings.till_name')}
          value={draft.tillName}
          onText={(tillName) => onDraft({ tillName })}
          hint={t('settings.till_hint')}
          problem={problem('tillName')}
        />
        <div className="col-span-2">
          <TextArea
            label={t('settings.consent')}
            value={draft.consent}
            onText={(consent) => onDraft({ consent })}
            hint={t('settings.consent_hint')}
            problem={problem('consent')}
          />
        </div>
        <div className="col-span-2">
          <CheckField
            label={
              <>
                {t('settings.mask')}
                <span className="block text-13 text-ink-faint">
                  {t(maskFixed ? 'settings.mask_by_office' : 'settings.mask_hint')}
                </span>
              </>
            }
            disabled={maskFixed}
            checked={draft.mask}
            onChecked={(mask) => onDraft({ mask })}
          />
        </div>
      </div>
    </Panel>
  )
}
