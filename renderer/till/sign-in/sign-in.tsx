import { LockKeyhole } from 'lucide-react'
import { till } from '../../bridge/till.ts'
import { Icon } from '../../ui/icon.tsx'
import { Mark } from '../../ui/mark.tsx'
import { sentenceOf } from '../flow/store.ts'
import type { Status } from '../shell/shell.ts'
import { signedIn, useShell } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { PersonPin } from './person-pin.tsx'

/** Who is at the till. After a lock the same person is chosen, and the sale is where it was. */
export function SignIn({ status }: { status: Status }) {
  const { t } = useWords()
  const lastStaffId = useShell((shell) => shell.lastStaffId)
  const people = status.staff.filter((one) => one.active)
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-6 overflow-hidden bg-paper p-6 short:gap-3 short:p-3">
      <header className="flex w-full max-w-200 items-center gap-3">
        <Mark size={36} />
        <div className="min-w-0 flex-1">
          <h1 className="one-line text-24 font-semibold">
            {t(lastStaffId ? 'sign_in.locked_title' : 'sign_in.title')}
          </h1>
          <p className="one-line text-15 text-ink-soft">
            <bdi>{status.store?.store_name}</bdi>, <bdi>{status.store?.till_name}</bdi>
          </p>
        </div>
        {lastStaffId && (
          <p className="flex shrink-0 items-center gap-2 text-15 text-ink-soft">
            <Icon of={LockKeyhole} />
            {t('sign_in.kept')}
          </p>
        )}
      </header>
      <div className="flex max-h-full min-h-0 w-full max-w-200 flex-col rounded-card border border-line bg-surface p-6 short:p-4">
        {people.length === 0 ? (
          <p className="text-15 text-ink-soft">{t('sign_in.empty')}</p>
        ) : (
          <PersonPin
            people={people}
            firstId={lastStaffId}
            action={t('sign_in.enter')}
            onEnter={async (person, pin) => {
              const answer = await till.call('session.sign_in', { staff_id: person.id, pin })
              if (answer.outcome === 'done') {
                signedIn(answer.value)
                return null
              }
              return {
                sentence: sentenceOf(answer),
                refusal: answer.outcome === 'refused' ? answer.refusal : null,
              }
            }}
          />
        )}
      </div>
    </main>
  )
}
