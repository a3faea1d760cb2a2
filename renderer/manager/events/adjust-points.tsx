import { useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Choice, TextField } from '../../ui/field.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { type Staff, useManager } from '../frame/manager-context.ts'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { adjustPoints, type Direction } from './adjust-form.ts'
import { ReasonField } from './reason-field.tsx'
import { SecondPersonFields } from './second-person.tsx'
import { useApproved } from './use-approved.ts'

const FIELD_OF: Readonly<Record<string, 'points' | 'reason'>> = {
  points_invalid: 'points',
  points_zero: 'points',
  points_too_many: 'points',
  balance_below_zero: 'points',
  balance_over_limit: 'points',
  reason_missing: 'reason',
  reason_too_long: 'reason',
}

/** The approver of an answer is an id. */
const nameOf = (staff: readonly Staff[], id: string): string => staff.find((one) => one.id === id)?.name ?? id

/** Gives points to a customer or takes them off, with a reason, and shows the balance before and after. */
export function AdjustPoints({
  customerId,
  name,
  onClose,
  onDone,
}: {
  customerId: string
  name: string
  onClose: () => void
  onDone: (sentence: string) => void
}) {
  const { t } = useWords()
  const { staff } = useManager()
  const card = useQuery('customer.card', { customer_id: customerId })
  const [direction, setDirection] = useState<Direction>('give')
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const command = useApproved('points.adjust', 'points.adjust_approve')
  const points = adjustPoints(typed, direction)
  const { refusal, second } = command
  const field = refusal ? FIELD_OF[refusal.code] : undefined
  const account = card.value?.account
  const has = account?.known ? account.available : undefined

  const told = (value: Output<'points.adjust'>): string => {
    const words = { name, points: pointsText(Math.abs(value.points)) }
    const way = value.points > 0 ? 'adjust.done_give' : 'adjust.done_take'
    const { balance } = value
    const what =
      balance === null ? t(`${way}_only`, words) : t(way, { ...words, balance: pointsText(balance) })
    return value.approved_by === ''
      ? what
      : `${what} ${t('adjust.approved', { name: isolated(nameOf(staff, value.approved_by)) })}`
  }

  const send = async (): Promise<void> => {
    setTried(true)
    if (points === undefined) return
    const value = await command.run((approver) => ({ customer_id: customerId, points, reason, approver }))
    if (value) onDone(told(value))
  }

  const shown = pointsText(Math.abs(points ?? 0))
  return (
    <FormDialog
      title={t('adjust.title', { name })}
      doLabel={
        points === undefined
          ? t('adjust.do_plain')
          : t(direction === 'give' ? 'adjust.do_give' : 'adjust.do_take', { points: shown })
      }
      busy={command.busy}
      onClose={onClose}
      onSubmit={() => void send()}
    >
      <Choice
        label={t('adjust.direction')}
        hideLabel
        value={direction}
        onValue={setDirection}
        options={[
          { value: 'give', label: t('adjust.give') },
          { value: 'take', label: t('adjust.take') },
        ]}
      />
      <TextField
        label={t('adjust.points')}
        inputMode="numeric"
        value={typed}
        onText={setTyped}
        boxClassName="text-24 min-h-14 text-right font-semibold"
        steady
        hint={
          has === undefined
            ? account && t('adjust.unknown', { name })
            : `${t('adjust.has', { name, points: pointsText(has) })} ${
                points === undefined ? '' : t('adjust.will_have', { points: pointsText(has + points) })
              }`
        }
        problem={
          tried && points === undefined
            ? t('adjust.whole')
            : field === 'points' && refusal
              ? refusalText(refusal)
              : undefined
        }
      />
      <ReasonField
        label={t('adjust.reason')}
        usual={t('adjust.reasons', { returnObjects: true })}
        value={reason}
        onText={setReason}
        problem={field === 'reason' && refusal ? refusalText(refusal) : undefined}
      />
      {second.needed && <SecondPersonFields {...second} />}
      {command.other !== '' && field === undefined && <Band tone="red">{command.other}</Band>}
    </FormDialog>
  )
}
