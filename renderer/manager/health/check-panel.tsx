import { ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { groupThousands } from '../../../shared/base/money.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { Facts } from './facts.tsx'
import type { HealthReport } from './health-words.ts'

/** The check of the whole ledger: the last one, and a new one beside the sales. */
export function CheckPanel({ report, onStarted }: { report: HealthReport; onStarted: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const verify = useCommand('health.verify')
  const running = report.verify_running
  const start = async (): Promise<void> => {
    if (await verify.run({})) onStarted()
  }
  return (
    <Panel title={t('health.ledger')}>
      <div className="flex flex-col gap-3">
        <div aria-live="polite">
          {running ? <p className="text-15">{t('health.checking_text')}</p> : <LastCheck report={report} />}
        </div>
        {verify.refusal && <Band tone="red">{refusalText(verify.refusal)}</Band>}
        {verify.unanswered && <Band tone="red">{common('failed')}</Band>}
        <Button
          look={report.last_verify === null ? 'primary' : 'plain'}
          icon={ShieldCheck}
          busy={running || verify.busy}
          onClick={() => void start()}
        >
          {running ? t('health.checking') : t('health.check')}
        </Button>
        <Facts
          facts={[
            { label: t('health.entries'), value: groupThousands(report.events) },
            { label: t('health.customers'), value: groupThousands(report.customers) },
          ]}
        />
      </div>
    </Panel>
  )
}

function LastCheck({ report }: { report: HealthReport }) {
  const { t, moment } = useWords()
  const last = report.last_verify
  // A report without a single entry is one of a check that stopped before it read any.
  const unfinished = last !== null && !last.ok && last.events === 0 && last.first_bad === null
  if (!last) return <p className="text-15 text-ink-soft">{t('health.never_checked')}</p>
  return (
    <>
      <Band tone={last.ok ? 'brand' : unfinished ? 'amber' : 'red'}>
        {last.ok
          ? t('health.check_ok', { events: groupThousands(last.events) })
          : unfinished
            ? t('health.check_unfinished')
            : t('health.check_bad')}
      </Band>
      {!last.ok && (
        <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-13">
          {last.first_bad && (
            <li>
              {t('health.check_first_bad', {
                place: groupThousands(last.first_bad.place),
                what: last.first_bad.what,
              })}
            </li>
          )}
          {last.findings.slice(0, FINDINGS_SHOWN_MAX).map((finding) => (
            <li key={finding} className="break-words">
              {finding}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-2 text-13 text-ink-faint">
        {t(last.by ? 'health.check_when_by' : 'health.check_when', {
          name: last.by ?? '',
          moment: moment(last.started_at),
          took: t('health.check_took', { seconds: (last.took_ms / 1000).toFixed(1) }),
        })}
      </p>
    </>
  )
}

const FINDINGS_SHOWN_MAX = 5
