import { useState } from 'react'
import { refusal } from '../../../shared/base/refusal.ts'
import { isAtLeast } from '../../../shared/base/roles.ts'
import { refusalText } from '../../i18n/index.ts'
import { Chip } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import type { Session, Status } from '../shell/shell.ts'
import { PersonPin } from '../sign-in/person-pin.tsx'
import { useWords } from '../words.ts'
import { type Asking, useApproval } from './approval.ts'

/** What the ledger wants a second person for, and that person's PIN. Closing it leaves the sale as it is. */
export function ApprovalDialog({ status, session }: { status: Status; session: Session }) {
  const { t } = useWords()
  const asking = useApproval((approval) => approval.asking)
  if (!asking) return null
  return (
    <Dialog wide title={t('approve.title')} closeLabel={t('common:close')} onClose={() => asking.give(null)}>
      <Approval asking={asking} status={status} session={session} />
    </Dialog>
  )
}

function Approval({ asking, status, session }: { asking: Asking; status: Status; session: Session }) {
  const { t } = useWords()
  const [reason, setReason] = useState('')
  const people = status.staff.filter(
    (one) => one.active && one.id !== session.staff.id && isAtLeast(one.role, asking.least),
  )
  const why = <Band tone="amber">{asking.sentence}</Band>
  if (people.length === 0) {
    return (
      <div className="flex flex-col gap-4">
        {why}
        <p className="text-15">{t('approve.nobody')}</p>
      </div>
    )
  }
  const note = asking.withReason ? (
    <>
      {why}
      <Reason value={reason} onValue={setReason} />
    </>
  ) : (
    why
  )
  return (
    <PersonPin
      people={people}
      firstId={people[0]?.id ?? null}
      action={t('approve.do')}
      note={note}
      noteFirst={asking.withReason}
      onEnter={async (person, pin) => {
        const approver = { staff_id: person.id, pin }
        if (!asking.withReason) return asking.give(approver)
        if (reason.trim() !== '') return asking.give(approver, reason)
        return { sentence: refusalText(refusal('reason_missing')), refusal: null }
      }}
    />
  )
}

const REASONS = ['line_down', 'receipt', 'manager_knows'] as const

function Reason({ value, onValue }: { value: string; onValue: (reason: string) => void }) {
  const { t } = useWords()
  const field = useFocusWhen<HTMLInputElement>(true)
  return (
    <div className="flex flex-col gap-2">
      <TextField ref={field} label={t('approve.reason')} value={value} maxLength={1000} onText={onValue} />
      <div className="flex flex-wrap gap-2">
        {REASONS.map((one) => (
          <Chip
            key={one}
            pressed={value === t(`approve.reasons.${one}`)}
            onPress={() => onValue(t(`approve.reasons.${one}`))}
          >
            {t(`approve.reasons.${one}`)}
          </Chip>
        ))}
      </div>
    </div>
  )
}
