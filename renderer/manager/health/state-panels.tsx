import { LIMITS } from '../../../shared/base/limits.ts'
import { groupThousands } from '../../../shared/base/money.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Panel } from '../../ui/panel.tsx'
import { shortHash } from '../events/short-hash.ts'
import { OfficeLink } from '../frame/office-link.tsx'
import { useWords } from '../frame/use-words.ts'
import { Facts } from './facts.tsx'
import { bytesText, type HealthReport } from './health-words.ts'

type Health = HealthReport['health']

/** What waits for head office, in words that also hold where there is none. */
export function SendingPanel({ health }: { health: Health }) {
  const { t, moment } = useWords()
  const { waiting, oldest_waiting_at: oldest, last_contact_at: contact } = health
  const counted = { count: waiting, shown: groupThousands(waiting) }
  return (
    <Panel title={t('health.sending')}>
      <div className="flex flex-col gap-1 text-15">
        {!health.connected_to_hq && <p>{t('health.sending_alone')}</p>}
        <p className={health.connected_to_hq ? '' : 'text-ink-soft'}>
          {health.connected_to_hq
            ? waiting === 0
              ? t('health.sending_none')
              : t('health.sending_connected', counted)
            : t('health.sending_waiting', counted)}
        </p>
        {health.connected_to_hq && oldest !== null && (
          <p className="text-13 text-ink-faint">{t('health.sending_oldest', { moment: moment(oldest) })}</p>
        )}
        {contact !== null && (
          <p className="text-13 text-ink-faint">{t('health.sending_last', { moment: moment(contact) })}</p>
        )}
        {health.connected_to_hq && <Doing sync={health.sync} />}
        {health.quarantined > 0 && (
          <Band tone="amber">
            {t('health.quarantined', {
              count: health.quarantined,
              shown: groupThousands(health.quarantined),
            })}
          </Band>
        )}
        <OfficeLink className="self-start underline">{t('health.open_office')}</OfficeLink>
      </div>
    </Panel>
  )
}

/** What is being done now; a stop needs a person and looks like it. */
function Doing({ sync }: { sync: Health['sync'] }) {
  // That all is sent was said above.
  if (sync.sentence === '' || sync.doing === 'up_to_date') return null
  if (sync.doing === 'stopped') return <Band tone="red">{sync.sentence}</Band>
  return <p className={sync.doing === 'offline' ? 'text-amber-ink' : 'text-ink-soft'}>{sync.sentence}</p>
}

export function StoragePanel({ report }: { report: HealthReport }) {
  const { t } = useWords()
  const free = report.health.disk_free_bytes
  return (
    <Panel title={t('health.storage')}>
      {free !== null && free < LIMITS.diskLowBytes && (
        <Band tone="red" className="mb-3">
          {t('health.disk_low')}
        </Band>
      )}
      <Facts
        facts={[
          { label: t('health.disk_free'), value: free === null ? t('health.disk_unknown') : bytesText(free) },
          { label: t('health.database'), value: bytesText(report.database_bytes) },
          {
            label: t('health.data_dir'),
            value: <span className="text-13 break-all select-all">{report.data_dir}</span>,
          },
        ]}
      />
    </Panel>
  )
}

/** Says plainly what the key is worth where it lies. */
export function KeyPanel({ health }: { health: Health }) {
  const { t } = useWords()
  return (
    <Panel title={t('health.key')}>
      <p className="text-15 text-ink-soft">
        {health.key_store === 'os' ? t('health.key_os') : t('health.key_file')}
      </p>
    </Panel>
  )
}

export function AboutPanel({ report, status }: { report: HealthReport; status: Output<'system.status'> }) {
  const { t } = useWords()
  return (
    <Panel title={t('health.about')} aside={status.demo && <Badge tone="amber">{t('health.demo')}</Badge>}>
      <Facts
        facts={[
          { label: t('health.version'), value: status.version },
          { label: t('health.device'), value: <span title={report.device}>{shortHash(report.device)}</span> },
          { label: t('health.epoch'), value: report.epoch },
          {
            label: t('health.head'),
            value: <span title={report.head_hash}>{shortHash(report.head_hash)}</span>,
          },
          { label: t('health.sqlite'), value: report.sqlite_version },
        ]}
      />
    </Panel>
  )
}
