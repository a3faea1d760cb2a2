import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'

type Code = Answered<'tills.code'>

/** For a till that is new: where it stands and how it is called, then its code. */
export function NewCodeDialog({
  stores,
  store,
  onClose,
}: {
  stores: readonly { readonly id: string; readonly name: string }[]
  store: string
  onClose: () => void
}) {
  const { t } = useWords()
  const [name, setName] = useState('')
  const [where, setWhere] = useState(store || (stores[0]?.id ?? ''))
  const [code, setCode] = useState<Code | null>(null)
  const { busy, problem, run } = useChange('tills.new_code')
  const make = async (): Promise<void> => {
    const made = await run({ store: where, name })
    if (made) setCode(made)
  }
  if (code) return <CodeDialog code={code} onClose={onClose} onAgain={() => void make()} />
  return (
    <FormDialog
      title={t('code.new_title')}
      doLabel={t('code.make')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void make()}
    >
      <TextField
        label={t('code.name')}
        hint={t('code.name_hint')}
        required
        maxLength={60}
        value={name}
        onText={setName}
      />
      <SelectField
        label={t('code.store')}
        value={where}
        onValue={setWhere}
        options={stores.map((one) => ({ value: one.id, label: one.name }))}
      />
    </FormDialog>
  )
}

/** A code with the time it is still good for. It is nowhere to be found again. */
export function CodeDialog({
  code,
  onClose,
  onAgain,
}: {
  code: Code
  onClose: () => void
  onAgain?: () => void
}) {
  const { t, span, now } = useWords()
  const common = useTranslation('common').t
  const [copied, setCopied] = useState(false)
  const left = code.expires_at - now
  return (
    <Dialog
      title={t('code.title', { name: isolated(code.name) })}
      closeLabel={common('close')}
      onClose={onClose}
      actions={
        <>
          {onAgain && <Button onClick={onAgain}>{t('code.again')}</Button>}
          <Button look="primary" onClick={onClose}>
            {common('close')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-soft">{t('code.lead')}</p>
        <div className="flex flex-wrap items-center justify-center gap-4 rounded-card border border-line bg-sunken p-4">
          <output className="text-32 font-semibold tracking-widest max-[760px]:text-24">{code.code}</output>
          <Button
            onClick={() => {
              void navigator.clipboard.writeText(code.code).then(() => setCopied(true))
            }}
          >
            {copied ? t('code.copied') : t('code.copy')}
          </Button>
        </div>
        {left > 0 ? (
          <p role="timer" className="font-medium">
            {t('code.left', { left: span(left) })}
          </p>
        ) : (
          <Band tone="amber">{t('code.gone')}</Band>
        )}
        <p className="text-13 text-ink-faint">{t('code.once')}</p>
      </div>
    </Dialog>
  )
}
