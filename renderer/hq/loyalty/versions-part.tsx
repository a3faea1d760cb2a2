import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useQuery } from '../api/use-query.ts'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { PreviewPart } from './preview-part.tsx'

/** Every version that tills were told, and what a sale earned by it. */
export function VersionsPart({ found }: { found: Answered<'programs.one'> }) {
  const { t, moment } = useWords()
  const [open, setOpen] = useState<number | null>(null)
  return (
    <Panel title={t('loyalty.part.versions')} flush>
      <DataTable
        caption={t('loyalty.part.versions')}
        rows={found.versions}
        rowKey={({ version }) => String(version)}
        empty={<p className="p-4 text-ink-soft">{t('loyalty.versions.none')}</p>}
        columns={[
          { key: 'version', head: t('loyalty.versions.number'), cell: ({ version }) => version },
          {
            key: 'when',
            head: t('loyalty.versions.when'),
            grow: true,
            cell: ({ at }) => (at === null ? t('loyalty.versions.first') : moment(at)),
          },
          { key: 'who', head: t('loyalty.versions.who'), from: 900, cell: ({ by }) => <bdi>{by}</bdi> },
          {
            key: 'look',
            head: <span className="sr-only">{t('loyalty.versions.look')}</span>,
            numeric: true,
            cell: ({ version }) => (
              <Button look="quiet" onClick={() => setOpen(version)}>
                {t('loyalty.versions.look')}
              </Button>
            ),
          },
        ]}
      />
      {open !== null && <OneVersion id={found.id} version={open} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function OneVersion({ id, version, onClose }: { id: string; version: number; onClose: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const found = useQuery('programs.version', { id, version })
  return (
    <Dialog
      title={t('loyalty.versions.title', { version })}
      closeLabel={common('close')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{common('close')}</Button>}
    >
      {found.value ? <PreviewPart program={found.value.settings} /> : <NotYet query={found} />}
    </Dialog>
  )
}
