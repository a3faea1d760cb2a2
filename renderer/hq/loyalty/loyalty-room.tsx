import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { useQuery } from '../api/use-query.ts'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'

/** Every program, with which version tills follow. */
export function LoyaltyRoom() {
  const { t, recent } = useWords()
  const mayChange = useMay('manager')
  const [adding, setAdding] = useState(false)
  const found = useQuery('programs.list', {}, ['audit'])
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('room.loyalty')} subtitle={t('loyalty.subtitle')}>
        {mayChange && (
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {t('loyalty.add')}
          </Button>
        )}
      </RoomHead>
      {!found.value ? (
        <NotYet query={found} />
      ) : (
        <Panel title={t('loyalty.programs')} flush>
          <DataTable
            caption={t('loyalty.programs')}
            rows={found.value.programs}
            rowKey={({ id }) => id}
            empty={<p className="p-4 text-ink-soft">{t('loyalty.none')}</p>}
            columns={[
              {
                key: 'name',
                head: t('loyalty.col_name'),
                grow: true,
                cell: (row) => (
                  <a
                    className="inline-flex min-h-12 items-center gap-2 font-medium hover:underline"
                    href={writePlace({ room: 'loyalty', of: row.id })}
                  >
                    <bdi>{row.name}</bdi>
                    {row.has_draft && <Badge tone="amber">{t('loyalty.draft')}</Badge>}
                  </a>
                ),
              },
              {
                key: 'type',
                head: t('loyalty.basics.type'),
                from: 900,
                cell: (row) => t(`loyalty.type.${row.type}`),
              },
              {
                key: 'version',
                head: t('loyalty.col_version'),
                numeric: true,
                cell: (row) => row.version ?? t('loyalty.not_followed'),
              },
              {
                key: 'accounts',
                head: t('loyalty.col_accounts'),
                numeric: true,
                cell: (row) => pointsText(row.accounts),
              },
              {
                key: 'when',
                head: t('loyalty.col_published'),
                numeric: true,
                from: 900,
                cell: (row) => (row.published_at === null ? '' : recent(row.published_at)),
              },
            ]}
          />
        </Panel>
      )}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </div>
  )
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const [name, setName] = useState('')
  const { busy, problem, run } = useChange('programs.create')
  const add = async (): Promise<void> => {
    const made = await run({ name })
    if (made) location.hash = writePlace({ room: 'loyalty', of: made.id })
  }
  return (
    <FormDialog
      title={t('loyalty.add')}
      lead={t('loyalty.add_lead')}
      doLabel={common('save')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void add()}
    >
      <TextField required maxLength={60} label={t('loyalty.basics.name')} value={name} onText={setName} />
    </FormDialog>
  )
}
