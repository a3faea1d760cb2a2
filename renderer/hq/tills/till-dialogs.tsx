import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { Choice, SelectField, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useQuery } from '../api/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import type { Till } from './till-states.ts'

interface About {
  readonly till: Till
  /** With the sentence that says what was done. */
  readonly onClose: (done?: string) => void
}

/** Another name, or another store. */
export function ChangeDialog({ till, onClose }: About) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const stores = useQuery('stores.list', {})
  const [name, setName] = useState(till.name)
  const [store, setStore] = useState(till.store ?? '')
  const { busy, problem, run } = useChange('tills.change')
  const save = async (): Promise<void> => {
    if (await run({ id: till.id, name, store })) onClose(t('tills.changed'))
  }
  return (
    <FormDialog
      title={t('tills.change_title', { name: isolated(till.name) })}
      doLabel={common('save')}
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void save()}
    >
      <TextField label={t('tills.change_name')} required maxLength={60} value={name} onText={setName} />
      <SelectField
        label={t('stores.store')}
        value={store}
        onValue={setStore}
        options={(stores.value?.stores ?? []).map((one) => ({ value: one.id, label: one.name }))}
      />
    </FormDialog>
  )
}

/** Lost or stolen: what it sends later waits for a person. */
export function RevokeDialog({ till, onClose }: About) {
  const { t } = useWords()
  const [why, setWhy] = useState<'lost' | 'stolen'>('lost')
  const { busy, problem, run } = useChange('tills.revoke')
  const stop = async (): Promise<void> => {
    if (await run({ id: till.id, why })) onClose(t('tills.revoked'))
  }
  return (
    <FormDialog
      title={t('tills.revoke_title', { name: isolated(till.name) })}
      lead={t('tills.revoke_lead')}
      doLabel={t('tills.revoke_do')}
      danger
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void stop()}
    >
      <Choice
        label={t('tills.revoke_why')}
        value={why}
        onValue={setWhy}
        options={[
          { value: 'lost', label: t('tills.revoke_lost') },
          { value: 'stolen', label: t('tills.revoke_stolen') },
        ]}
      />
    </FormDialog>
  )
}

/** For a till that never comes back. */
export function WriteOffDialog({ till, onClose }: About) {
  const { t } = useWords()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const { busy, problem, run } = useChange('tills.write_off')
  const missing = reason.trim() === ''
  const writeOff = async (): Promise<void> => {
    setTried(true)
    if (missing) return
    if (await run({ id: till.id, reason })) onClose(t('tills.written_off'))
  }
  return (
    <FormDialog
      title={t('tills.write_off_title', { name: isolated(till.name) })}
      lead={t('tills.write_off_lead')}
      doLabel={t('tills.write_off_do')}
      danger
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void writeOff()}
    >
      <TextField
        label={t('tills.write_off_reason')}
        maxLength={CONSOLE_LIMITS.reasonCharsMax}
        value={reason}
        onText={setReason}
        problem={tried && missing ? t('tills.write_off_missing') : undefined}
        steady
      />
    </FormDialog>
  )
}
