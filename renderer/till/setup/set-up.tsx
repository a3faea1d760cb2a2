import { useEffect } from 'react'
import { LIMITS } from '../../../shared/base/limits.ts'
import { calendarDay } from '../../bridge/browser-clock.ts'
import { Button } from '../../ui/button.tsx'
import { dayText } from '../../ui/dates.ts'
import { TextField } from '../../ui/field.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Problem } from '../../ui/problem.tsx'
import type { Status } from '../shell/shell.ts'
import { timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { dayAsTyped, readDay } from './day-text.ts'
import { answer, begin, useSetUp } from './setup.ts'

/** First run: the shop, the till, the first admin and the date. */
export function SetUp({ status }: { status: Status }) {
  const { t, language } = useWords()
  const { answers, problems, busy } = useSetUp()
  // The computer's date, or the till's own where the computer is behind it. A person confirms it.
  useEffect(() => {
    if (useSetUp.getState().answers.date !== '') return
    const proposed = calendarDay(timeZoneOf(status))
    const day = proposed < status.now.business_date ? status.now.business_date : proposed
    answer({ date: dayAsTyped(day, language) })
  }, [status, language])
  const day = readDay(answers.date)
  return (
    <main className="scroll-quiet h-dvh overflow-y-auto bg-paper p-6 short:p-4">
      <form
        noValidate
        className="mx-auto flex min-h-full w-full max-w-180 flex-col justify-center gap-5 short:gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          // To the first field that wants another answer, where there is one.
          void begin().then(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus())
        }}
      >
        <header className="flex items-center gap-4">
          <Mark size={48} />
          <div>
            <h1 className="text-24 font-semibold">{t('setup.title')}</h1>
            <p className="text-15 text-ink-soft">{t('setup.what')}</p>
          </div>
        </header>
        <div className="grid grid-cols-2 gap-x-5 gap-y-3 rounded-card border border-line bg-surface p-6 short:gap-y-1 short:p-4">
          <TextField
            autoFocus
            steady
            label={t('setup.store')}
            placeholder={t('setup.store_example')}
            maxLength={400}
            value={answers.store}
            onText={(store) => answer({ store })}
            problem={problems.store}
          />
          <TextField
            steady
            label={t('setup.till')}
            placeholder={t('setup.till_example')}
            maxLength={400}
            value={answers.till}
            onText={(name) => answer({ till: name })}
            problem={problems.till}
          />
          <TextField
            steady
            className="col-span-2"
            label={t('setup.admin')}
            hint={t('setup.admin_hint')}
            maxLength={400}
            value={answers.admin}
            onText={(admin) => answer({ admin })}
            problem={problems.admin}
          />
          <TextField
            steady
            type="password"
            inputMode="numeric"
            label={t('setup.pin')}
            hint={t('setup.pin_hint')}
            maxLength={LIMITS.pinDigitsMax}
            value={answers.pin}
            onText={(pin) => answer({ pin: pin.normalize('NFKC').replace(/\D/g, '') })}
            problem={problems.pin}
          />
          <TextField
            steady
            type="password"
            inputMode="numeric"
            label={t('setup.pin_again')}
            maxLength={LIMITS.pinDigitsMax}
            value={answers.pinAgain}
            onText={(pin) => answer({ pinAgain: pin.normalize('NFKC').replace(/\D/g, '') })}
            problem={problems.pinAgain}
          />
          <TextField
            steady
            className="col-span-2"
            label={t('setup.date')}
            maxLength={40}
            hint={
              day === undefined ? (
                t('setup.date_example')
              ) : (
                <span className="font-medium text-ink">{dayText(day, language, 'full')}</span>
              )
            }
            value={answers.date}
            onText={(date) => answer({ date })}
            problem={problems.date}
          />
        </div>
        <div className="flex items-center justify-between gap-4">
          <div className="min-w-0 flex-1">{problems.all && <Problem>{problems.all}</Problem>}</div>
          <Button type="submit" look="primary" size="large" shortcut="Enter" busy={busy}>
            {t('setup.begin')}
          </Button>
        </div>
      </form>
    </main>
  )
}
