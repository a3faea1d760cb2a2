import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { RoomHead } from '../frame/room-head.tsx'
import { TroubleBand, TroubleState } from '../frame/trouble.tsx'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { ConnectPanel } from './connect-panel.tsx'
import { ConnectionPanel } from './connection-panel.tsx'
import { FilePanel } from './file-panel.tsx'
import { HeldPanel } from './held-panel.tsx'
import { ListsPanel } from './lists-panel.tsx'

/** Head office: whether this till is connected, what waits, what is held and why, and the way without a network. */
export function OfficeRoom() {
  const { t } = useWords()
  const office = useQuery('hq.connection', {}, ['health', 'settings'])
  const health = useQuery('health.get', {}, ['health'])
  const reload = (): void => {
    office.reload()
    health.reload()
  }
  const value = office.value
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('office.title')} subtitle={t('office.subtitle')}>
        {value && (
          <Badge tone={value.stopped ? 'amber' : value.connection ? 'brand' : 'neutral'}>
            {t(
              value.stopped
                ? 'office.is_stopped'
                : value.connection
                  ? 'office.is_connected'
                  : 'office.is_alone',
            )}
          </Badge>
        )}
      </RoomHead>
      {value && health.value ? (
        <>
          <TroubleBand query={office} />
          {value.stopped && <Band tone="red">{value.stopped.sentence}</Band>}
          <div className="grid grid-cols-2 items-start gap-4">
            <div className="flex min-w-0 flex-col gap-4">
              {(!value.connection || value.stopped) && (
                <ConnectPanel
                  url={value.connection?.url ?? ''}
                  again={value.connection !== null}
                  onDone={reload}
                />
              )}
              {value.connection && (
                <ConnectionPanel
                  office={value}
                  connection={value.connection}
                  health={health.value.health}
                  onChanged={reload}
                />
              )}
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <HeldPanel held={value.held} connected={value.connection !== null} />
              {value.connection && <ListsPanel office={value} />}
              {value.connection && <FilePanel waiting={health.value.health.waiting} onChanged={reload} />}
            </div>
          </div>
        </>
      ) : office.trouble || health.trouble ? (
        <TroubleState query={office.trouble ? office : health} />
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </div>
  )
}
