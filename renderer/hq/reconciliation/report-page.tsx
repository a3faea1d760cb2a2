import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { isolated } from '../../ui/isolated.ts'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { useQuery } from '../api/use-query.ts'
import { Facts } from '../frame/facts.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { REPORT_TONE } from './reconciliation-room.tsx'

type Page = Answered<'reconciliations.one'>
type Difference = Page['differences'][number]

/** One report: what was compared, what differs side by side, and who stands for it. */
export function ReportPage({ id }: { id: string }) {
  const { t, moment } = useWords()
  const found = useQuery('reconciliations.one', { id }, ['tills', 'audit'])
  const back = { href: writePlace({ room: 'reconciliation' }), label: t('reconciliation.back') }
  if (!found.value) {
    return (
      <div className="flex flex-col gap-4 p-4 wide:p-6">
        <RoomHead title={t('room.reconciliation')} back={back} />
        <NotYet query={found} />
      </div>
    )
  }
  const { report, differences } = found.value
  const waiting = differences.filter(({ what }) => what.startsWith('waits')).length
  const unlisted = report.differences + waiting - differences.length
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead
        title={t('reconciliation.title', { name: isolated(report.till.name) })}
        subtitle={<bdi>{report.till.store_name}</bdi>}
        back={back}
      />
      <div className="grid gap-4 min-[1000px]:grid-cols-2">
        <Panel>
          <Facts
            of={[
              [
                t('reconciliation.col_state'),
                <Badge key="state" tone={REPORT_TONE[report.state]}>
                  {t(`reconciliation.state.${report.state}`)}
                </Badge>,
              ],
              [
                t('reconciliation.asked'),
                t('reconciliation.asked_by', {
                  when: moment(report.asked_at),
                  who: isolated(report.asked_by),
                }),
              ],
              ...(report.as_of === null ? [] : [[t('reconciliation.as_of'), moment(report.as_of)] as const]),
              [t('reconciliation.compared'), pointsText(report.compared)],
              [t('reconciliation.differences'), pointsText(report.differences)],
              ...(waiting > 0 ? [[t('reconciliation.waiting'), pointsText(waiting)] as const] : []),
            ]}
          />
        </Panel>
        <SignOff report={report} onDone={found.reload} />
      </div>
      {differences.length > 0 && (
        <section aria-labelledby="differences" className="flex flex-col gap-3">
          <h2 id="differences" className="text-18 font-semibold">
            {t('reconciliation.list_differences')}
          </h2>
          {differences.map((difference) => (
            <SideBySide key={difference.no} of={difference} />
          ))}
          {unlisted > 0 && (
            <p className="text-ink-soft">
              {t('reconciliation.unlisted', { accounts: pointsText(unlisted) })}
            </p>
          )}
        </section>
      )}
    </div>
  )
}

function SignOff({ report, onDone }: { report: Page['report']; onDone: () => void }) {
  const { t, moment } = useWords()
  const maySign = useMay('manager')
  const { busy, problem, run } = useChange('reconciliations.sign_off')
  const [said, setSaid] = useState('')
  const sign = async (): Promise<void> => {
    if (!(await run({ id: report.id }))) return
    setSaid(t('reconciliation.signed_done'))
    onDone()
  }
  const open = report.state === 'asked' || report.state === 'running'
  return (
    <Panel title={t('reconciliation.sign_title')}>
      <div className="flex flex-col gap-3">
        {said !== '' && <Band tone="brand">{said}</Band>}
        {report.signed_off_by !== null && report.signed_off_at !== null ? (
          <p className="text-18 font-semibold">
            {t('reconciliation.signed_by', {
              who: isolated(report.signed_off_by),
              when: moment(report.signed_off_at),
            })}
          </p>
        ) : open ? (
          <p className="text-ink-soft">{t('reconciliation.wait_body')}</p>
        ) : report.state === 'differs' ? (
          <Band tone="red">{t('reconciliation.differs_body')}</Band>
        ) : (
          <>
            <p>{t('reconciliation.equal_body')}</p>
            {maySign ? (
              <>
                <span>
                  <Button look="primary" busy={busy} onClick={() => void sign()}>
                    {t('reconciliation.sign')}
                  </Button>
                </span>
                <p className="text-13 text-ink-soft">{t('reconciliation.sign_hint')}</p>
              </>
            ) : (
              <p className="text-13 text-ink-soft">{t('tills.only_manager')}</p>
            )}
          </>
        )}
        {problem !== '' && <Band tone="red">{problem}</Band>}
      </div>
    </Panel>
  )
}

const WHATS = [
  'chain',
  'account',
  'account_unknown',
  'account_restored',
  'waits_chain',
  'waits_account',
] as const
const FIGURES = [
  'events',
  'head_hash',
  'points',
  'sales_kobo',
  'open',
  'leased',
  'debt',
  'lifetime',
  'pending',
] as const

/** Each figure of both sides in one row; what differs is marked. */
function SideBySide({ of }: { of: Difference }) {
  const { t } = useWords()
  const what = WHATS.find((one) => one === of.what) ?? 'account'
  const names = FIGURES.filter(
    (name) => (name in of.till || name in of.hq) && (name !== 'pending' || of.till['pending'] !== 0),
  )
  const title = t(`reconciliation.what.${what}`, { epoch: of.till['epoch'] ?? '' })
  return (
    <Panel
      title={of.customer ? `${title}: ${isolated(of.customer.name || of.customer.id.slice(0, 8))}` : title}
      flush
      aside={
        of.customer && (
          <a
            href={writePlace({ room: 'customers', of: of.customer.id })}
            className="inline-flex min-h-12 items-center rounded-card px-2 font-medium text-brand-ink underline underline-offset-3"
          >
            {t('exceptions.see_customer')}
          </a>
        )
      }
    >
      <table className="w-full text-15">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr className="border-b border-line text-13 text-ink-soft">
            <td className="px-4 py-2" />
            <th scope="col" className="px-4 py-2 text-right font-medium">
              {t('reconciliation.at_till')}
            </th>
            <th scope="col" className="px-4 py-2 text-right font-medium">
              {t('reconciliation.at_hq')}
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const differs = name !== 'pending' && of.till[name] !== of.hq[name]
            return (
              <tr key={name} className="border-b border-line last:border-b-0">
                <th scope="row" className="px-4 py-2 text-left font-normal text-ink-soft">
                  {t(`reconciliation.figure.${name}`)}
                </th>
                {[of.till[name], of.hq[name]].map((value, side) => (
                  <td
                    key={side === 0 ? 'till' : 'hq'}
                    className={classNames('px-4 py-2 text-right', differs && 'font-semibold text-red-ink')}
                  >
                    <FigureText name={name} value={value} />
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </Panel>
  )
}

function FigureText({ name, value }: { name: string; value: string | number | null | undefined }) {
  const { t } = useWords()
  if (value === null || value === undefined || value === '') return t('reconciliation.nothing')
  if (typeof value === 'string') return <span title={value}>{value.slice(0, 12)}</span>
  return name === 'sales_kobo' ? nairaText(value) : pointsText(value)
}
