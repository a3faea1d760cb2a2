import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppearanceButton } from '../../ui/appearance-button.tsx'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import type { ConsoleClient } from '../api/client.ts'
import type { Session } from '../api/console-context.ts'

/** Name and password. What was wrong is said under the form; nothing says whether the name is known. */
export function SignIn({
  client,
  ended,
  onSignedIn,
}: {
  client: ConsoleClient
  /** A session ended while somebody was at work. */
  ended: boolean
  onSignedIn: (session: Session) => void
}) {
  const { t } = useTranslation('hq')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const first = useFocusWhen<HTMLInputElement>(true)
  const signIn = async (): Promise<void> => {
    setBusy(true)
    setProblem('')
    const answer = await client.ask('session.sign_in', { login, password })
    setBusy(false)
    if (answer.outcome === 'done') return onSignedIn(answer.value)
    setPassword('')
    setProblem(answer.outcome === 'refused' ? answer.problem.detail : t('failed'))
  }
  return (
    <main className="flex h-full flex-col overflow-y-auto bg-paper text-ink">
      <div className="flex justify-end p-1">
        <AppearanceButton />
      </div>
      <div className="m-auto flex w-full max-w-100 flex-col gap-6 p-4 pb-24">
        <header className="flex items-center gap-3">
          <Mark size={40} />
          <h1 className="text-24 font-semibold">{t('title')}</h1>
        </header>
        {ended && problem === '' && <Band tone="amber">{t('sign_in.ended')}</Band>}
        <form
          aria-label={t('sign_in.form')}
          className="flex flex-col gap-3 rounded-card border border-line bg-surface p-5"
          onSubmit={(event) => {
            event.preventDefault()
            if (!busy) void signIn()
          }}
        >
          <TextField
            ref={first}
            label={t('sign_in.login')}
            autoComplete="username"
            autoCapitalize="none"
            required
            value={login}
            onText={setLogin}
          />
          <TextField
            label={t('sign_in.password')}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onText={setPassword}
          />
          <div className="min-h-12">{problem && <Problem>{problem}</Problem>}</div>
          <Button look="primary" size="large" type="submit" busy={busy} wide>
            {t('sign_in.do')}
          </Button>
          <p className="text-13 text-ink-faint">{t('sign_in.hint')}</p>
        </form>
      </div>
    </main>
  )
}
