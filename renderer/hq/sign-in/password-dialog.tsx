import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CONSOLE_LIMITS } from '../../../shared/hq/limits.ts'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { useChange } from '../api/use-change.ts'

const LEAST = CONSOLE_LIMITS.passwordCharsMin

/** One's own password; ends one's sessions elsewhere. */
export function PasswordDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('hq')
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const { busy, problem, run } = useChange('session.password')
  const short = next.length < LEAST
  const differs = next !== again
  const save = async (): Promise<void> => {
    setTried(true)
    if (short || differs) return
    if (await run({ password, next })) onDone()
  }
  return (
    <FormDialog
      title={t('password.title')}
      doLabel={t('password.do')}
      busy={busy}
      problem={problem}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <TextField
        label={t('password.now')}
        type="password"
        autoComplete="current-password"
        value={password}
        onText={setPassword}
        steady
      />
      <TextField
        label={t('password.next')}
        type="password"
        autoComplete="new-password"
        value={next}
        onText={setNext}
        hint={t('password.hint', { least: LEAST })}
        problem={tried && short ? t('password.short', { least: LEAST }) : undefined}
      />
      <TextField
        label={t('password.again')}
        type="password"
        autoComplete="new-password"
        value={again}
        onText={setAgain}
        problem={tried && differs ? t('password.differs') : undefined}
        steady
      />
    </FormDialog>
  )
}
