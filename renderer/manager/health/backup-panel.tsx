import { Archive } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { bytesText } from './health-words.ts'

/** A whole copy of the ledger, and where it was put. */
export function BackupPanel() {
  const { t } = useWords()
  const common = useTranslation('common').t
  const backup = useCommand('backup.create')
  const [made, setMade] = useState<Output<'backup.create'> | null>(null)
  const start = async (): Promise<void> => {
    const file = await backup.run({})
    if (file) setMade(file)
  }
  return (
    <Panel title={t('health.backup')}>
      <div className="flex flex-col gap-3">
        <p className="text-15 text-ink-soft">{t('health.backup_text')}</p>
        {made && !backup.refusal && (
          <Band tone="brand">
            {t('health.backup_done', { size: bytesText(made.bytes) })}
            <span className="block text-13 font-normal break-all select-all">{made.file}</span>
          </Band>
        )}
        {backup.refusal && <Band tone="red">{refusalText(backup.refusal)}</Band>}
        {backup.unanswered && <Band tone="red">{common('failed')}</Band>}
        <Button icon={Archive} busy={backup.busy} onClick={() => void start()}>
          {t('health.backup_do')}
        </Button>
      </div>
    </Panel>
  )
}
