import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answered } from '../../../shared/hq/contract.ts'
import { HQ_ROLES, type HqRole } from '../../../shared/hq/roles.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Choice, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'
import type { PersonRow } from './people-room.tsx'

type Secret = Answered<'people.password'>

interface About {
  readonly of: PersonRow
  /** With the sentence that says what was done. */
  readonly onClose: (done?: string) => void
}

/** Somebody new; the answer is a first password. */
export function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: (secret: Secret) => void }) {
  const { t } = useWords()
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [role, setRole] = useState<HqRole>('viewer')
  const { busy, problem, run } = useChange('people.add')
  const add = async (): Promise<void> => {
    const made = await run({ name, login, role })
    if (made) onMade(made)
  }
  return (
    <FormDialog
      title={t('people.add')}
      doLabel={t('people.add')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void add()}
    >
      <TextField
        label={t('people.name')}
        hint={t('people.name_hint')}
        required
        maxLength={60}
        value={name}
        onText={setName}
      />
      <TextField
        label={t('people.login')}
        hint={t('people.login_hint')}
        required
        maxLength={60}
        autoComplete="off"
        value={login}
        onText={setLogin}
      />
      <RoleChoice value={role} onValue={setRole} />
    </FormDialog>
  )
}

function RoleChoice({ value, onValue }: { value: HqRole; onValue: (role: HqRole) => void }) {
  const { t } = useWords()
  return (
    <div>
      <Choice
        label={t('people.role')}
        value={value}
        onValue={onValue}
        options={HQ_ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
      />
      <p className="mt-1 text-13 text-ink-soft">{t(`people.may.${value}`)}</p>
    </div>
  )
}

/** Another role; the person signs in again. */
export function RoleDialog({ of, onClose }: About) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const [role, setRole] = useState(of.role)
  const { busy, problem, run } = useChange('people.role')
  const name = isolated(of.name)
  const save = async (): Promise<void> => {
    if (role === of.role) onClose()
    else if (await run({ id: of.id, role })) onClose(t('people.changed', { name }))
  }
  return (
    <FormDialog
      title={t('people.change_title', { name })}
      doLabel={common('save')}
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void save()}
    >
      <RoleChoice value={role} onValue={setRole} />
    </FormDialog>
  )
}

/** For a password that was lost. */
export function PasswordDialog({
  of,
  onClose,
  onMade,
}: {
  of: PersonRow
  onClose: () => void
  onMade: (secret: Secret) => void
}) {
  const { t } = useWords()
  const { busy, problem, run } = useChange('people.password')
  const name = isolated(of.name)
  const make = async (): Promise<void> => {
    const made = await run({ id: of.id })
    if (made) onMade(made)
  }
  return (
    <FormDialog
      title={t('people.password_title', { name })}
      doLabel={t('people.password_do')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void make()}
    >
      <p className="text-ink-soft">{t('people.password_lead', { name })}</p>
    </FormDialog>
  )
}

/** Somebody left. */
export function RemoveDialog({ of, onClose }: About) {
  const { t } = useWords()
  const { busy, problem, run } = useChange('people.deactivate')
  const name = isolated(of.name)
  const remove = async (): Promise<void> => {
    if (await run({ id: of.id })) onClose(t('people.removed', { name }))
  }
  return (
    <FormDialog
      title={t('people.remove_title', { name })}
      doLabel={t('people.remove_do')}
      danger
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void remove()}
    >
      <p className="text-ink-soft">{t('people.remove_lead')}</p>
    </FormDialog>
  )
}

/** What somebody signs in with at first. It is nowhere to be found again. */
export function FirstPassword({ of, onClose }: { of: Secret; onClose: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  return (
    <Dialog
      title={t('people.first_title', { login: isolated(of.login) })}
      closeLabel={common('close')}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {common('close')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-soft">{t('people.first_lead')}</p>
        <output className="rounded-card border border-line bg-sunken p-4 text-center text-24 font-semibold break-words max-[760px]:text-18">
          {of.password}
        </output>
        <p className="text-13 text-ink-faint">{t('people.first_once')}</p>
      </div>
    </Dialog>
  )
}
