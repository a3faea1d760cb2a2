import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CheckField, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'
import type { StoreRow } from './store-table.tsx'

/** Digits with their commas as people write them; undefined for anything else. */
function readWhole(text: string): number | undefined {
  const plain = text.replaceAll(/[\s,]/g, '')
  return /^\d{1,9}$/.test(plain) ? Number(plain) : undefined
}

/** What the tills of a store may do while nobody can be asked. */
export function PolicyDialog({ store, onClose }: { store: StoreRow; onClose: (done?: string) => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const { policy } = store
  const [mask, setMask] = useState(policy.mask_phones)
  const [customer, setCustomer] = useState(String(policy.floor_customer_points))
  const [till, setTill] = useState(String(policy.floor_till_points))
  const [hours, setHours] = useState(String(policy.view_age_hours_max))
  const { busy, problem, run } = useChange('stores.policy')
  const [perCustomer, perTill, age] = [readWhole(customer), readWhole(till), readWhole(hours)]
  const wrong = (value: number | undefined): string | undefined =>
    value === undefined ? t('stores.number_wrong') : undefined
  const save = async (): Promise<void> => {
    if (perCustomer === undefined || perTill === undefined || age === undefined) return
    const wanted = {
      id: store.id,
      mask_phones: mask,
      floor_customer_points: perCustomer,
      floor_till_points: perTill,
      view_age_hours_max: age,
    }
    if (await run(wanted)) onClose(t('stores.saved', { name: isolated(store.name) }))
  }
  return (
    <FormDialog
      title={t('stores.policy_title', { name: isolated(store.name) })}
      lead={t('stores.policy_lead')}
      doLabel={common('save')}
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void save()}
    >
      <TextField
        label={t('stores.floor_customer')}
        inputMode="numeric"
        value={customer}
        onText={setCustomer}
        problem={wrong(perCustomer)}
      />
      <TextField
        label={t('stores.floor_till')}
        inputMode="numeric"
        value={till}
        onText={setTill}
        hint={t('stores.floor_hint')}
        problem={wrong(perTill)}
      />
      <TextField
        label={t('stores.view_age')}
        inputMode="numeric"
        value={hours}
        onText={setHours}
        problem={wrong(age)}
      />
      <CheckField label={t('stores.mask')} checked={mask} onChecked={setMask} />
    </FormDialog>
  )
}
