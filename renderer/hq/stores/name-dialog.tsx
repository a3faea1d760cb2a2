import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'
import type { StoreRow } from './store-table.tsx'

/** Adds a store, or gives one another name. */
export function NameDialog({
  store,
  onClose,
}: {
  store: StoreRow | null
  /** With the sentence that says what was done. */
  onClose: (done?: string) => void
}) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const [name, setName] = useState(store?.name ?? '')
  const create = useChange('stores.create')
  const rename = useChange('stores.rename')
  const save = async (): Promise<void> => {
    if (store) {
      if (await rename.run({ id: store.id, name })) onClose(t('stores.renamed', { name: isolated(name) }))
    } else if (await create.run({ name })) onClose(t('stores.added', { name: isolated(name) }))
  }
  return (
    <FormDialog
      title={store ? t('stores.rename_title', { name: isolated(store.name) }) : t('stores.add')}
      doLabel={store ? common('save') : t('stores.add')}
      busy={create.busy || rename.busy}
      problem={create.problem || rename.problem}
      onClose={() => onClose()}
      onSubmit={() => void save()}
    >
      <TextField
        label={t('stores.name')}
        hint={t('stores.name_hint')}
        required
        maxLength={60}
        value={name}
        onText={setName}
      />
    </FormDialog>
  )
}
