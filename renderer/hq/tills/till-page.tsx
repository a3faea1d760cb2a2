import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useQuery } from '../api/use-query.ts'
import { Facts } from '../frame/facts.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { TillActions } from './till-actions.tsx'
import { STATE_TONE } from './till-states.ts'
import { ClockWord } from './till-table.tsx'

/** One till: how it is, what it has sent, and what can be done with it. */
export function TillPage({ id }: { id: string }) {
  const { t } = useWords()
  const found = useQuery('tills.one', { id }, ['tills', 'inbox', 'audit'])
  const [said, setSaid] = useState('')
  const back = { href: writePlace({ room: 'stores' }), label: t('tills.back') }
  if (!found.value) {
    return (
      <div className="flex flex-col gap-4 p-4 wide:p-6">
        <RoomHead title={t('tills.till')} back={back} />
        <NotYet query={found} />
      </div>
    )
  }
  const { till } = found.value
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead
        title={<bdi>{till.name}</bdi>}
        subtitle={
          <span className="flex flex-wrap items-center gap-2">
            <bdi>{till.store_name}</bdi>
            <Badge tone={STATE_TONE[till.state]}>{t(`tills.state.${till.state}`)}</Badge>
            <StateReason of={till.state_reason} />
          </span>
        }
        back={back}
      >
        <LinkButton look="plain" href={writePlace({ room: 'ledgers', query: { till: id } })}>
          {t('tills.ledger')}
        </LinkButton>
        {till.exceptions > 0 && (
          <LinkButton href={writePlace({ room: 'exceptions', query: { till: id } })}>
            {t('tills.exceptions', { count: till.exceptions })}
          </LinkButton>
        )}
      </RoomHead>
      {said !== '' && <Band tone="brand">{said}</Band>}
      <div className="grid gap-4 min-[1000px]:grid-cols-2">
        <How of={found.value} />
        <TillActions
          page={found.value}
          onDone={(sentence) => {
            setSaid(sentence)
            found.reload()
          }}
        />
      </div>
      <Chains of={found.value} />
    </div>
  )
}

type Page = Answered<'tills.one'>

function StateReason({ of }: { of: string }) {
  const { t } = useWords()
  if (of === '') return null
  return <span>{of === 'lost' || of === 'stolen' ? t(`tills.reason.${of}`) : <bdi>{of}</bdi>}</span>
}

function How({ of }: { of: Page }) {
  const { t, ago, moment } = useWords()
  const { till } = of
  const when = (at: number | null): string => (at === null ? t('never') : `${ago(at)} (${moment(at)})`)
  return (
    <Panel title={t('tills.how')}>
      <Facts
        of={[
          [t('tills.contact'), when(till.last_contact)],
          [t('tills.receipt'), when(till.last_receipt)],
          [
            t('tills.unsent'),
            till.unsent === 0
              ? t('tills.unsent_none')
              : till.oldest_unsent === null
                ? pointsText(till.unsent)
                : t('tills.unsent_oldest', {
                    shown: pointsText(till.unsent),
                    when: moment(till.oldest_unsent),
                  }),
          ],
          [t('tills.clock'), <ClockWord key="clock" of={till} />],
          [t('tills.version'), till.app_version],
          [
            t('tills.leases'),
            of.leases_open === 0
              ? t('tills.leases_none')
              : t('tills.leases_of', { points: pointsText(of.leases_points), count: of.leases_open }),
          ],
          [t('tills.enrolled'), moment(till.enrolled_at)],
          ...(of.forked > 0 ? [[t('tills.forked'), pointsText(of.forked)] as const] : []),
        ]}
      />
    </Panel>
  )
}

function Chains({ of }: { of: Page }) {
  const { t, moment } = useWords()
  return (
    <Panel title={t('tills.chains')} flush>
      <p className="px-4 pb-2 text-13 text-ink-soft">{t('tills.chains_hint')}</p>
      <DataTable
        caption={t('tills.chains')}
        rows={of.epochs}
        rowKey={({ epoch }) => String(epoch)}
        columns={[
          {
            key: 'epoch',
            head: t('tills.epoch'),
            cell: ({ epoch, alone }) => (
              <>
                {epoch}
                {alone && <span className="ml-2 text-13 text-ink-soft">{t('tills.alone')}</span>}
              </>
            ),
          },
          {
            key: 'opened',
            head: t('tills.opened'),
            grow: true,
            cell: ({ opened_at, closed_at }) => (
              <>
                {moment(opened_at)},{' '}
                {closed_at === null ? t('tills.open') : t('tills.closed', { when: moment(closed_at) })}
              </>
            ),
          },
          { key: 'events', head: t('tills.events'), numeric: true, cell: ({ events }) => pointsText(events) },
          {
            key: 'head',
            head: t('tills.head'),
            from: 900,
            cell: ({ head_hash }) => <span title={head_hash}>{head_hash.slice(0, 12)}</span>,
          },
        ]}
      />
    </Panel>
  )
}
