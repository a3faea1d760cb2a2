import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useConsole } from '../api/console-context.ts'
import { useQuery } from '../api/use-query.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { AddDialog, FirstPassword, PasswordDialog, RemoveDialog, RoleDialog } from './people-dialogs.tsx'

export type PersonRow = Answered<'people.list'>['people'][number]
type Secret = Answered<'people.password'>

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'role' | 'password' | 'remove'; readonly of: PersonRow }
  | { readonly what: 'secret'; readonly of: Secret }
  | null

/** Who signs in to the console; for an owner. */
export function PeopleRoom() {
  const { t } = useWords()
  const found = useQuery('people.list', {}, ['audit'])
  const [open, setOpen] = useState<Open>(null)
  const [said, setSaid] = useState('')
  const close = (sentence = ''): void => {
    setOpen(null)
    if (sentence === '') return
    setSaid(sentence)
    found.reload()
  }
  const show = (secret: Secret): void => {
    setSaid('')
    setOpen({ what: 'secret', of: secret })
    found.reload()
  }
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('room.people')} subtitle={t('people.subtitle')}>
        <Button look="primary" icon={UserPlus} onClick={() => setOpen({ what: 'add' })}>
          {t('people.add')}
        </Button>
      </RoomHead>
      {said !== '' && <Band tone="brand">{said}</Band>}
      {found.value ? <List of={found.value.people} onOpen={setOpen} /> : <NotYet query={found} />}
      {open?.what === 'add' && <AddDialog onClose={() => close()} onMade={show} />}
      {open?.what === 'role' && <RoleDialog of={open.of} onClose={close} />}
      {open?.what === 'password' && <PasswordDialog of={open.of} onClose={() => close()} onMade={show} />}
      {open?.what === 'remove' && <RemoveDialog of={open.of} onClose={close} />}
      {open?.what === 'secret' && <FirstPassword of={open.of} onClose={() => close()} />}
    </div>
  )
}

function List({ of, onOpen }: { of: readonly PersonRow[]; onOpen: (open: Open) => void }) {
  const { t } = useWords()
  const { session } = useConsole()
  return (
    <Panel title={t('people.list')} flush>
      <ul className="pb-2">
        {of.map((person) => (
          <li
            key={person.id}
            className="flex flex-wrap items-center justify-between gap-x-4 border-t border-line px-4 py-1 first:border-t-0"
          >
            <Who of={person} you={person.id === session.person.id} />
            {person.active && person.id !== session.person.id && (
              <span className="flex flex-wrap">
                {(['change', 'password', 'remove'] as const).map((action) => (
                  <Button
                    key={action}
                    look="quiet"
                    aria-label={`${t(`people.${action}`)}: ${person.name}`}
                    onClick={() => onOpen({ what: action === 'change' ? 'role' : action, of: person })}
                  >
                    {t(`people.${action}`)}
                  </Button>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Who({ of, you }: { of: PersonRow; you: boolean }) {
  const { t, recent } = useWords()
  const last =
    of.last_sign_in === null ? t('people.never') : t('people.last', { when: recent(of.last_sign_in) })
  return (
    <div className="flex min-h-14 min-w-0 flex-col justify-center py-1">
      <span className="flex flex-wrap items-center gap-2">
        <bdi className="one-line font-medium">{of.name}</bdi>
        {of.active ? <Badge>{t(`role.${of.role}`)}</Badge> : <Badge tone="amber">{t('people.gone')}</Badge>}
        {you && <Badge tone="brand">{t('people.you')}</Badge>}
      </span>
      <span className="text-13 text-ink-soft">
        <bdi>{of.login}</bdi>, {last}
      </span>
    </div>
  )
}
