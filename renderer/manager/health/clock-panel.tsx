import { CalendarCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { businessDate } from '../../../shared/base/business-date.ts'
import { calendarDay } from '../../bridge/browser-clock.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { DayField } from '../../ui/day-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { spanOf } from '../../ui/span.ts'
import { useManager } from '../frame/manager-context.ts'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { clockState, dateState, type HealthReport } from './health-words.ts'

/** How the clock stands, and the date confirmed by a person who looked at a calendar. */
export function ClockPanel({
  health,
  nowMs,
  onConfirmed,
}: {
  health: HealthReport['health']
  nowMs: number
  onConfirmed: () => void
}) {
  const { t, day, moment } = useWords()
  const { shop } = useManager()
  const common = useTranslation('common').t
  const confirm = useCommand('clock.confirm')
  const [date, setDate] = useState<string | null>(() => calendarDay(shop.time_zone))
  const [tried, setTried] = useState(false)
  const [confirmedMs, setConfirmedMs] = useState<number | null>(null)
  const clock = clockState(health.clock_skew_ms)
  const state = dateState(health.clock_confirmed_until, nowMs)
  const span = spanOf(health.clock_skew_ms)
  const words = t(`health.span_${span.unit}`, { count: span.count })
  const until = health.clock_confirmed_until
  const send = async (): Promise<void> => {
    setTried(true)
    if (date === null) return
    const done = await confirm.run({ date })
    if (!done) return
    setConfirmedMs(done.trusted)
    onConfirmed()
  }
  return (
    <Panel title={t('health.clock')}>
      <div className="flex flex-col gap-3">
        <p className="text-32 font-semibold">{moment(nowMs)}</p>
        {clock === 'right' ? (
          <p className="text-15">{t('health.clock_right')}</p>
        ) : (
          <Band tone="amber">
            {clock === 'ahead'
              ? t('health.clock_ahead', { span: words })
              : t('health.clock_behind', { span: words })}
          </Band>
        )}
        {state === 'confirmed' && until !== null ? (
          <p className="text-15 text-ink-soft">
            {t('health.clock_confirmed', { day: day(businessDate(until, shop.time_zone), 'year') })}
          </p>
        ) : (
          <Band tone="amber">{state === 'never' ? t('health.clock_never') : t('health.clock_overdue')}</Band>
        )}
        <form
          className="flex items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          <DayField
            className="min-w-0 flex-1"
            label={t('health.clock_date')}
            empty={t('health.clock_bad')}
            day={date}
            onDay={setDate}
            problem={
              tried && date === null
                ? t('health.clock_bad')
                : confirm.refusal
                  ? refusalText(confirm.refusal)
                  : undefined
            }
          />
          <Button
            type="submit"
            look={state === 'confirmed' ? 'plain' : 'primary'}
            icon={CalendarCheck}
            busy={confirm.busy}
          >
            {t('health.clock_do')}
          </Button>
        </form>
        {confirm.unanswered && <Band tone="red">{common('failed')}</Band>}
        {confirmedMs !== null && !confirm.refusal && (
          <Band tone="brand">{t('health.clock_done', { moment: moment(confirmedMs) })}</Band>
        )}
      </div>
    </Panel>
  )
}
