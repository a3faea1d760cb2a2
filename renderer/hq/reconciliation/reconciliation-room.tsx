import { Plus, Scale } from 'lucide-react'
import { useState } from 'react'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { type RowOf, usePages } from '../api/use-pages.ts'
import { useQuery } from '../api/use-query.ts'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { VirtualTable } from '../frame/virtual-table.tsx'

type Report = RowOf<'reconciliations.list'>

export const REPORT_TONE: Record<Report['state'], Tone> = {
  asked: 'neutral',
  running: 'neutral',
  equal: 'brand',
  differs: 'red',
}

/** Reports of what tills hold against what stands here. */
export function ReconciliationRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t, recent } = useWords()
  const mayAsk = useMay('manager')
  const till = /^[0-9a-f]{32}$/.test(query['till'] ?? '') ? query['till'] : undefined
  const pages = usePages('reconciliations.list', till ? { till } : {}, ['tills', 'audit'])
  const [asking, setAsking] = useState(false)
  // Always in one place: it takes the focus back when the question is closed.
  const ask = mayAsk && (
    <Button look="primary" icon={Plus} onClick={() => setAsking(true)}>
      {t('reconciliation.ask')}
    </Button>
  )
  return (
    <div className="flex min-h-150 flex-1 flex-col gap-3 p-4 wide:p-6">
      <RoomHead title={t('room.reconciliation')} subtitle={t('reconciliation.subtitle')}>
        {ask}
      </RoomHead>
      {pages.trouble && pages.rows.length === 0 ? (
        <NotYet query={pages} />
      ) : (
        <VirtualTable<Report>
          caption={t('reconciliation.list')}
          pages={pages}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'till',
              head: t('reconciliation.col_till'),
              cell: (row) => (
                <a
                  href={writePlace({ room: 'reconciliation', of: row.id })}
                  className="flex min-h-12 min-w-0 flex-col justify-center outline-offset-[-2px]"
                >
                  <bdi className="one-line font-medium">{row.till.name}</bdi>
                  <bdi className="one-line text-13 text-ink-soft">{row.till.store_name}</bdi>
                </a>
              ),
            },
            {
              key: 'state',
              head: t('reconciliation.col_state'),
              className: 'w-34',
              cell: (row) => (
                <Badge tone={REPORT_TONE[row.state]}>{t(`reconciliation.state.${row.state}`)}</Badge>
              ),
            },
            {
              key: 'asked',
              head: t('reconciliation.col_asked'),
              className: 'w-30 max-[760px]:hidden',
              cell: (row) => recent(row.asked_at),
            },
            {
              key: 'compared',
              head: t('reconciliation.col_compared'),
              className: 'w-28 text-right max-[760px]:hidden',
              cell: (row) => pointsText(row.compared),
            },
            {
              key: 'differences',
              head: t('reconciliation.col_differences'),
              className: 'w-20 text-right',
              cell: (row) => pointsText(row.differences),
            },
            {
              key: 'signed',
              head: t('reconciliation.col_signed'),
              className: 'w-[20%] max-[760px]:hidden',
              cell: (row) => <bdi>{row.signed_off_by}</bdi>,
            },
          ]}
          empty={
            <EmptyState icon={Scale} title={t('reconciliation.none')}>
              {t('reconciliation.none_body')}
            </EmptyState>
          }
        />
      )}
      {asking && <AskDialog onClose={() => setAsking(false)} onAsked={pages.reload} />}
    </div>
  )
}

function AskDialog({ onClose, onAsked }: { onClose: () => void; onAsked: () => void }) {
  const { t } = useWords()
  const tills = useQuery('tills.list', { state: 'active' })
  const [chosen, setChosen] = useState('')
  const { busy, problem, run } = useChange('tills.reconcile')
  const list = tills.value?.tills ?? []
  const till = chosen || (list[0]?.id ?? '')
  const ask = async (): Promise<void> => {
    if (till === '' || !(await run({ id: till }))) return
    onAsked()
    onClose()
  }
  return (
    <FormDialog
      title={t('reconciliation.ask')}
      lead={tills.value && list.length === 0 ? t('reconciliation.ask_none') : t('tills.reconcile_hint')}
      doLabel={t('reconciliation.ask_do')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void ask()}
    >
      <SelectField
        label={t('reconciliation.ask_title')}
        value={till}
        onValue={setChosen}
        options={list.map(({ id, name, store_name }) => ({ value: id, label: `${store_name}, ${name}` }))}
      />
    </FormDialog>
  )
}
