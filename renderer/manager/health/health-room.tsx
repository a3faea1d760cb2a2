import { useEffect, useRef, useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { sleep } from '../../bridge/browser-clock.ts'
import { Badge } from '../../ui/badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { AsOf, RoomHead } from '../frame/room-head.tsx'
import { TroubleBand, TroubleState } from '../frame/trouble.tsx'
import { type Query, useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { BackupPanel } from './backup-panel.tsx'
import { CheckPanel } from './check-panel.tsx'
import { ClockPanel } from './clock-panel.tsx'
import { type HealthReport, verdictOf } from './health-words.ts'
import { AboutPanel, KeyPanel, SendingPanel, StoragePanel } from './state-panels.tsx'

type Status = Output<'system.status'>

const POLL_MS = 700

/** Whether this till is sound, and the few things a manager can do about it. */
export function HealthRoom() {
  const { t } = useWords()
  const report = useQuery('health.get', {}, ['health'])
  const status = useQuery('system.status', {}, ['health'])
  const reload = (): void => {
    report.reload()
    status.reload()
  }
  const running = report.value?.verify_running ?? false
  usePolling(running, report.reload)
  const nowMs = status.value?.now.trusted ?? null
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('health.title')} subtitle={t('health.subtitle')}>
        {report.value && nowMs !== null && <Verdict report={report.value} nowMs={nowMs} />}
        <AsOf atMs={nowMs} onRefresh={reload} />
      </RoomHead>
      {report.value && status.value ? (
        <>
          <TroubleBand query={report} />
          <Panels report={report} value={report.value} status={status.value} onChanged={reload} />
        </>
      ) : report.trouble || status.trouble ? (
        <TroubleState query={report.trouble ? report : status} />
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </div>
  )
}

function Panels({
  report,
  value,
  status,
  onChanged,
}: {
  report: Query<HealthReport>
  value: HealthReport
  status: Status
  onChanged: () => void
}) {
  return (
    <div className="grid grid-cols-2 items-start gap-4">
      <div className="flex min-w-0 flex-col gap-4">
        <CheckPanel report={value} onStarted={report.reload} />
        <BackupPanel />
        <AboutPanel report={value} status={status} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <ClockPanel health={value.health} nowMs={status.now.trusted} onConfirmed={onChanged} />
        <SendingPanel health={value.health} />
        <StoragePanel report={value} />
        <KeyPanel health={value.health} />
      </div>
    </div>
  )
}

function Verdict({ report, nowMs }: { report: HealthReport; nowMs: number }) {
  const { t } = useWords()
  const { tone, word } = VERDICTS[verdictOf(report, nowMs)]
  return <Badge tone={tone}>{t(word)}</Badge>
}

const VERDICTS = {
  well: { tone: 'brand', word: 'health.all_well' },
  not_checked: { tone: 'neutral', word: 'health.not_checked' },
  look: { tone: 'amber', word: 'health.look' },
} as const

/** Asks again and again while something runs, and not a moment longer. */
function usePolling(on: boolean, ask: () => void): void {
  const [round, setRound] = useState(0)
  const latest = useRef(ask)
  latest.current = ask
  useEffect(() => {
    if (!on) return
    let gone = false
    void sleep(POLL_MS).then(() => {
      if (gone) return
      latest.current()
      setRound(round + 1)
    })
    return () => {
      gone = true
    }
  }, [on, round])
}
