import { ShieldAlert } from 'lucide-react'
import { secondsText } from '../../ui/dates.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { AskAgain } from './ask-again.tsx'
import { ForTheManager } from './for-the-manager.tsx'
import { FullPage } from './full-page.tsx'
import { LOOK_EVERY_MS, useLookAgain } from './use-look-again.ts'

/** The till cannot work. First what a cashier must know, then whether it still is so, then the way out. */
export function Blocked({ status }: { status: Status }) {
  const { t, language } = useWords()
  useLookAgain()
  const { blocked, now } = status
  const why = blocked?.why ?? 'crashed'
  return (
    <FullPage icon={ShieldAlert} title={t(`blocked.plain.${why}`)}>
      <p className="text-24 text-ink short:text-18">{t(`blocked.call.${why}`)}</p>
      <div className="flex flex-col gap-2">
        <AskAgain label={t('blocked.again')} stillSo={t('blocked.same')} />
        <p className="text-13 text-ink-soft">
          {t('blocked.checked', {
            time: secondsText(now.trusted, language, timeZoneOf(status)),
            seconds: LOOK_EVERY_MS / 1000,
          })}
        </p>
      </div>
      {blocked && <ForTheManager blocked={blocked} />}
    </FullPage>
  )
}
