import { Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { groupThousands } from '../../../shared/base/money.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { shortHash } from '../events/short-hash.ts'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { Facts } from '../health/facts.tsx'

export type Office = Output<'hq.connection'>
type Health = Output<'health.get'>['health']

/** Who this till belongs to, how it stands with head office, and what a person may do about it. */
export function ConnectionPanel({
  office,
  connection,
  health,
  onChanged,
}: {
  office: Office
  connection: NonNullable<Office['connection']>
  health: Health
  onChanged: () => void
}) {
  const { t, moment } = useWords()
  const common = useTranslation('common').t
  const sendNow = useCommand('hq.send_now')
  const metered = useCommand('hq.metered')
  const refused = sendNow.refusal ?? metered.refusal
  const send = async (): Promise<void> => {
    await sendNow.run({})
    onChanged()
  }
  const setMetered = async (on: boolean): Promise<void> => {
    await metered.run({ metered: on })
    onChanged()
  }
  const never = t('office.never')
  const { last_receipt: receipt, last_reconciliation: compared } = office
  return (
    <Panel title={connection.tenant_name}>
      <div className="flex flex-col gap-3">
        {/* Why it stopped stands over the room already, and sending again would not help. */}
        {!office.stopped && (
          <p className="text-15" aria-live="polite">
            {health.sync.sentence}
          </p>
        )}
        <Facts
          facts={[
            { label: t('office.store'), value: `${connection.store_name}, ${connection.till_name}` },
            { label: t('office.waiting'), value: groupThousands(health.waiting) },
            {
              label: t('office.oldest'),
              value: health.oldest_waiting_at === null ? t('office.none') : moment(health.oldest_waiting_at),
            },
            {
              label: t('office.contact'),
              value: health.last_contact_at === null ? never : moment(health.last_contact_at),
            },
            {
              label: t('office.receipt'),
              value: receipt
                ? t('office.receipt_of', { moment: moment(receipt.at), seal: shortHash(receipt.head_hash) })
                : never,
            },
            { label: t('office.compared'), value: compared ? comparedText(compared) : never },
            {
              label: t('office.lists_checked'),
              value: office.list_check ? checkedText(office.list_check) : never,
            },
            { label: t('office.since'), value: moment(connection.enrolled_at) },
            { label: t('office.at'), value: connection.url },
          ]}
        />
        <CheckField
          label={t('office.metered')}
          checked={office.metered}
          disabled={metered.busy}
          onChecked={(on) => void setMetered(on)}
        />
        {refused && <Band tone="red">{refusalText(refused)}</Band>}
        {(sendNow.unanswered || metered.unanswered) && <Band tone="red">{common('failed')}</Band>}
        {!office.stopped && (
          <Button icon={Send} busy={sendNow.busy} onClick={() => void send()}>
            {t('office.send_now')}
          </Button>
        )}
      </div>
    </Panel>
  )

  function checkedText({ at, mended, skipped }: NonNullable<Office['list_check']>): string {
    if (skipped !== null) return t('office.lists_skipped', { moment: moment(at) })
    return mended === 0
      ? t('office.lists_sound', { moment: moment(at) })
      : t('office.lists_mended', { moment: moment(at), count: mended })
  }

  function comparedText({ at, result, differences }: NonNullable<Office['last_reconciliation']>): string {
    return result === 'equal'
      ? t('office.compared_equal', { moment: moment(at) })
      : t('office.compared_differs', { moment: moment(at), count: differences })
  }
}
