import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { NEEDS_REASON } from '../../../shared/hq/exceptions.ts'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'
import type { Deciding, ExceptionRow } from './exception-card.tsx'

/** Asks once more what is decided, with a reason where one must stand in the audit. */
export function DecideDialog({
  row,
  deciding,
  label,
  onClose,
  onDone,
}: {
  row: ExceptionRow
  deciding: Deciding
  label: string
  onClose: () => void
  onDone: (answer: Answered<'exceptions.decide'>) => void
}) {
  const { t } = useWords()
  const { busy, problem, run } = useChange('exceptions.decide')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const { decision, choice } = deciding
  const needed = NEEDS_REASON.has(decision)
  const missing = needed && reason.trim() === ''
  const decide = async (): Promise<void> => {
    setTried(true)
    if (missing) return
    const answer = await run({ id: row.id, decision, reason, ...(choice === undefined ? {} : { choice }) })
    if (answer) onDone(answer)
  }
  return (
    <FormDialog
      title={t(`exceptions.kind.${row.kind}.title`)}
      lead={t(`exceptions.means.${decision}`)}
      doLabel={label}
      danger={decision === 'write_off' || decision === 'dismiss'}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void decide()}
    >
      {decision !== 'code' && (
        <TextField
          label={needed ? t('exceptions.reason') : t('exceptions.reason_optional')}
          maxLength={CONSOLE_LIMITS.reasonCharsMax}
          value={reason}
          onText={setReason}
          problem={tried && missing ? t('exceptions.reason_missing') : undefined}
          steady
        />
      )}
    </FormDialog>
  )
}
