import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAtLeast, ROLES } from '../../../shared/base/roles.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { DataTable } from '../../ui/table.tsx'
import { type Staff, useManager } from '../frame/manager-context.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { TroubleBand, TroubleState } from '../frame/trouble.tsx'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { RoleTable } from './role-table.tsx'
import { StaffDialog } from './staff-dialog.tsx'

/** Those who may sign in first, the highest role first, then by name. */
function inOrder(staff: readonly Staff[], locale: string): readonly Staff[] {
  return [...staff].sort(
    (a, b) =>
      Number(b.active) - Number(a.active) ||
      ROLES.indexOf(b.role) - ROLES.indexOf(a.role) ||
      a.name.localeCompare(b.name, locale),
  )
}

export function StaffRoom() {
  const { t } = useWords()
  const list = useQuery('staff.list', {}, ['staff'])
  const [open, setOpen] = useState<Staff | 'new' | null>(null)
  const [said, setSaid] = useState('')
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('staff.title')} subtitle={t('staff.subtitle')}>
        <Button look="primary" icon={UserPlus} onClick={() => setOpen('new')}>
          {t('staff.add')}
        </Button>
      </RoomHead>
      {said !== '' && <Band tone="brand">{said}</Band>}
      {list.value ? (
        <>
          <TroubleBand query={list} />
          <People staff={list.value.staff} onOpen={setOpen} />
        </>
      ) : list.trouble ? (
        <TroubleState query={list} />
      ) : (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      )}
      <RoleTable />
      {open !== null && (
        <StaffDialog
          known={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onDone={(sentence) => {
            setSaid(sentence)
            setOpen(null)
            list.reload()
          }}
        />
      )}
    </div>
  )
}

function People({ staff, onOpen }: { staff: readonly Staff[]; onOpen: (person: Staff) => void }) {
  const { t, locale } = useWords()
  const common = useTranslation('common').t
  const { session } = useManager()
  const mayEditAdmins = session.permissions.includes('staff.edit_admin')
  return (
    <Panel flush className="overflow-hidden">
      <DataTable
        caption={t('staff.list')}
        rows={inOrder(staff, locale)}
        rowKey={(person) => person.id}
        columns={[
          {
            key: 'name',
            head: t('staff.name'),
            grow: true,
            cell: (person) => (
              <span className={person.active ? 'font-medium' : 'text-ink-faint'}>
                <bdi>{person.name}</bdi>
                {person.id === session.staff.id && (
                  <span className="ml-2 text-13 font-normal text-ink-faint">{t('staff.you')}</span>
                )}
              </span>
            ),
          },
          {
            key: 'role',
            head: t('staff.role'),
            cell: (person) => (
              <Badge tone={person.active && isAtLeast(person.role, 'manager') ? 'brand' : 'neutral'}>
                {common(`role.${person.role}`)}
              </Badge>
            ),
          },
          {
            key: 'state',
            head: t('staff.state'),
            cell: (person) => (
              <span className={person.active ? '' : 'text-ink-faint'}>
                {person.active ? t('staff.active') : t('staff.inactive')}
              </span>
            ),
          },
          {
            key: 'edit',
            head: <span className="sr-only">{t('staff.edit')}</span>,
            numeric: true,
            cell: (person) => {
              const locked = person.role === 'admin' && !mayEditAdmins
              return (
                <Button
                  look="quiet"
                  disabled={locked}
                  title={locked ? t('staff.admin_only') : undefined}
                  aria-label={t('staff.edit_of', { name: person.name })}
                  onClick={() => onOpen(person)}
                >
                  {t('staff.edit')}
                </Button>
              )
            },
          },
        ]}
      />
    </Panel>
  )
}
