import { groupThousands } from '../../../shared/base/money.ts'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useWords } from '../frame/use-words.ts'
import type { Office } from './connection-panel.tsx'
import { isListName } from './lists.ts'

/** What came from head office: how much of each list is here, and how old it is. */
export function ListsPanel({ office }: { office: Office }) {
  const { t, moment } = useWords()
  return (
    <Panel title={t('office.lists')} flush>
      <DataTable
        caption={t('office.lists')}
        rows={office.lists}
        rowKey={(list) => list.name}
        columns={[
          {
            key: 'name',
            head: t('office.list'),
            grow: true,
            cell: (list) => (
              <span className="whitespace-normal">
                {isListName(list.name) ? t(`office.list_${list.name}`) : list.name}
              </span>
            ),
          },
          { key: 'here', head: t('office.here'), numeric: true, cell: (list) => groupThousands(list.here) },
          {
            key: 'as_of',
            head: t('office.list_as_of'),
            numeric: true,
            cell: (list) =>
              !list.complete
                ? t('office.loading')
                : list.as_of === null
                  ? t('office.never')
                  : moment(list.as_of),
          },
        ]}
      />
    </Panel>
  )
}
