import { useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { useWords } from '../frame/use-words.ts'
import { ReasonField } from './reason-field.tsx'
import { SecondPersonFields } from './second-person.tsx'
import { useApproved } from './use-approved.ts'

/** Undoes one sale, with a reason, and says what became of the points. */
export function VoidSale({
  saleId,
  name,
  onClose,
  onDone,
}: {
  saleId: string
  name: string
  onClose: () => void
  onDone: (sentence: string) => void
}) {
  const { t } = useWords()
  const [reason, setReason] = useState('')
  const command = useApproved('sale.void', 'sale.void_any')
  const { refusal, second } = command
  const reasonProblem = refusal?.code.startsWith('reason_') ? refusalText(refusal) : undefined

  const told = (value: Output<'sale.void'>): string =>
    [
      t('void.done'),
      value.taken_back > 0 && t('void.taken_back', { points: pointsText(value.taken_back) }),
      value.given_back > 0 && t('void.given_back', { points: pointsText(value.given_back) }),
      value.customer_id !== null &&
        value.balance !== null &&
        t('void.balance', { name, points: pointsText(value.balance) }),
      value.debt > 0 && t('void.debt', { points: pointsText(value.debt) }),
    ]
      .filter(Boolean)
      .join(' ')

  const send = async (): Promise<void> => {
    const value = await command.run((approver) => ({ sale_id: saleId, reason, approver }))
    if (value) onDone(told(value))
  }

  return (
    <FormDialog
      title={t('void.title')}
      doLabel={t('void.do')}
      danger
      busy={command.busy}
      onClose={onClose}
      onSubmit={() => void send()}
    >
      <p className="text-15 text-ink-soft">{t('void.lead')}</p>
      <ReasonField
        label={t('void.reason')}
        usual={t('void.reasons', { returnObjects: true })}
        value={reason}
        onText={setReason}
        problem={reasonProblem}
      />
      {second.needed && <SecondPersonFields {...second} />}
      {command.other && reasonProblem === undefined && <Band tone="red">{command.other}</Band>}
    </FormDialog>
  )
}
